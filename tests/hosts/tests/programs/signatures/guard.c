// Calls with buffers that have pages without access at both ends: a read or write out of bounds ends the program. The
// argument says how many calls it makes. Exits with 0 where each does what the function's documentation says.

#define _DEFAULT_SOURCE // for MAP_ANONYMOUS

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rustgo_signatures.h"

// The greatest length of a buffer, in bytes.
#define MOST 4096

static uint64_t state = 1;

// A number below a limit (xorshift64*).
static size_t below(size_t limit) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * UINT64_C(0x2545f4914f6cdd1d)) >> 16) % limit;
}

// Often short, and often all that there is room for.
static size_t length(size_t element) {
    switch (below(4)) {
    case 0: return below(9);
    case 1: return MOST / element - below(9);
    default: return below(MOST / element + 1);
    }
}

// Memory without access before its first byte and after its last.
struct guarded {
    uint8_t *start, *end;
};

static struct guarded make_guarded(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (MOST + page - 1) / page * page;
    void *mapped = mmap(NULL, size + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint8_t *memory = (uint8_t *)mapped;
    struct guarded guarded;
    if (mapped == MAP_FAILED || mprotect(memory, page, PROT_NONE) != 0 ||
        mprotect(memory + page + size, page, PROT_NONE) != 0) {
        perror("no memory with guards");
        exit(2);
    }
    guarded.start = memory + page;
    guarded.end = memory + page + size;
    return guarded;
}

// So many bytes that start where the memory does, or end where it does. The address of none may be anything.
static uint8_t *bytes(struct guarded memory, size_t count) {
    if (count == 0) {
        uint8_t *addresses[] = {NULL, memory.start - 1, memory.start + 1, memory.end};
        return addresses[below(4)];
    }
    return below(2) == 0 ? memory.start : memory.end - count;
}

// The number of bytes of the UTF-8 character at the start of a text, 0 where there is none (The Unicode Standard, table
// 3-7).
static size_t character(const uint8_t *text, size_t count) {
    uint8_t first = text[0], least = 0x80, most = 0xbf;
    size_t size, at;
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first == 0xe0) least = 0xa0;
    if (first == 0xed) most = 0x9f;
    if (first == 0xf0) least = 0x90;
    if (first == 0xf4) most = 0x8f;
    if (size > count || text[1] < least || text[1] > most) return 0;
    for (at = 2; at < size; at++) {
        if (text[at] < 0x80 || text[at] > 0xbf) return 0;
    }
    return size;
}

// The number of characters, -1 where a text is no UTF-8.
static long characters_of(const uint8_t *text, size_t count) {
    long found = 0;
    while (count > 0) {
        size_t size = character(text, count);
        if (size == 0) return -1;
        text += size;
        count -= size;
        found++;
    }
    return found;
}

// Makes text: digits, UTF-8, or bytes that are UTF-8 up to some place.
static void fill(uint8_t *text, size_t count) {
    static const char *const letters[] = {"\xc3\x9f", "\xe7\x95\x8c", "\xf0\x9f\x98\x80", "x"};
    size_t kind = below(4), at = 0;
    while (at < count) {
        const char *letter = letters[below(4)];
        if (kind > 0 && below(8) == 0 && at + strlen(letter) <= count) {
            memcpy(text + at, letter, strlen(letter));
            at += strlen(letter);
        } else {
            text[at++] = (uint8_t)('0' + below(10));
        }
    }
    if (kind == 3 && count > 0) text[below(count)] = (uint8_t)below(256);
}

static jmp_buf recovered;

void rustgo_panic(const struct rustgo_panic_info *info) {
    (void)info;
    longjmp(recovered, 1);
}

// Whether copy_words panics.
static bool copy_panics(uint64_t *dst, size_t dst_len, const uint64_t *src, size_t src_len) {
    if (setjmp(recovered) != 0) return true;
    copy_words(dst, dst_len, src, src_len);
    return false;
}

static bool overlap(size_t a, size_t a_len, size_t b, size_t b_len) {
    return a_len > 0 && b_len > 0 && a < b + b_len && b < a + a_len;
}

static struct guarded source, target, place;

static bool sums(void) {
    size_t count = length(4), at;
    uint32_t *numbers = (uint32_t *)(void *)bytes(source, 4 * count);
    uint64_t want = 0;
    for (at = 0; at < count; at++) {
        numbers[at] = (uint32_t)below(SIZE_MAX);
        want += numbers[at];
    }
    return sum(numbers, count) == want;
}

static bool copies(void) {
    size_t dst_len = length(8), src_len = length(8), least = dst_len < src_len ? dst_len : src_len, at;
    uint64_t *dst = (uint64_t *)(void *)bytes(target, 8 * dst_len);
    uint64_t *src = (uint64_t *)(void *)bytes(source, 8 * src_len);
    bool is_right;
    for (at = 0; at < src_len; at++) src[at] = below(SIZE_MAX);
    for (at = 0; at < dst_len; at++) dst[at] = at;
    is_right = copy_words(dst, dst_len, src, src_len) == least;
    for (at = 0; at < dst_len; at++) is_right = is_right && dst[at] == (at < least ? src[at] : at);
    return is_right;
}

// Both in one buffer: refused where they overlap, and only there.
static bool copies_that_overlap(void) {
    uint64_t *all = (uint64_t *)(void *)target.start;
    size_t a = below(MOST / 8 + 1), b = below(MOST / 8 + 1);
    size_t a_len = below(MOST / 8 - a + 1), b_len = below(MOST / 8 - b + 1);
    return copy_panics(all + a, a_len, all + b, b_len) == overlap(a, a_len, b, b_len);
}

static bool positions(void) {
    size_t count = length(1), at, found = SIZE_MAX, want = SIZE_MAX;
    uint8_t *haystack = bytes(source, count), needle = (uint8_t)below(256);
    for (at = 0; at < count; at++) {
        haystack[at] = (uint8_t)below(255);
        if (haystack[at] == needle && want == SIZE_MAX) want = at;
    }
    return position(haystack, count, needle, &found) == (want != SIZE_MAX) && found == want;
}

static bool letters(void) {
    size_t count = length(1), found = SIZE_MAX;
    uint8_t *text = bytes(source, count);
    long want;
    int32_t status;
    fill(text, count);
    want = characters_of(text, count);
    status = characters((const char *)text, count, &found);
    if (want < 0) return status == RUSTGO_NOT_UTF8 && found == SIZE_MAX;
    return status == RUSTGO_OK && found == (size_t)want;
}

static bool numbers(void) {
    size_t count = below(2) == 0 ? below(12) : length(1), at;
    uint8_t *text = bytes(source, count);
    uint32_t found = 99;
    uint64_t want = 0;
    bool is_decimal = true;
    int32_t status;
    fill(text, count);
    for (at = 0; at < count; at++) {
        is_decimal = is_decimal && text[at] >= '0' && text[at] <= '9';
        want = want * 10 + (uint64_t)(text[at] - '0');
        if (want > UINT64_C(1) << 40) want = UINT64_C(1) << 40;
    }
    status = parse_decimal((const char *)text, count, &found);
    if (characters_of(text, count) < 0) return status == RUSTGO_NOT_UTF8 && found == 99;
    if (count == 0) return status == PARSE_ERROR_EMPTY && found == 99;
    if (!is_decimal) return status == PARSE_ERROR_NOT_A_DIGIT && found == 99;
    if (want > UINT32_MAX) return status == PARSE_ERROR_TOO_LARGE && found == 99;
    return status == RUSTGO_OK && found == want;
}

static bool starts(void) {
    static const uint8_t before[4] = {1, 2, 3, 4};
    size_t count = length(1), at;
    uint8_t *src = bytes(source, count), *dst = bytes(target, 4);
    int32_t status;
    memcpy(dst, before, 4);
    for (at = 0; at < count; at++) src[at] = (uint8_t)below(256);
    status = copy_start(dst, src, count);
    if (count < 4) return status == PARSE_ERROR_EMPTY && memcmp(dst, before, 4) == 0;
    return status == RUSTGO_OK && memcmp(dst, src, 4) == 0;
}

static bool middles(void) {
    size_t count = length(sizeof(struct Point)), at;
    struct Point *points = (struct Point *)(void *)bytes(source, sizeof(struct Point) * count), found;
    double x = 0, y = 0;
    for (at = 0; at < count; at++) {
        points[at].x = (double)below(1000);
        points[at].y = (double)below(1000);
        x += points[at].x;
        y += points[at].y;
    }
    found = middle(points, count);
    if (count == 0) return isnan(found.x) && isnan(found.y);
    return found.x == x / (double)count && found.y == y / (double)count;
}

static bool measures(void) {
    size_t count = length(1), at;
    uint8_t *text = bytes(source, count);
    uint64_t *found = (uint64_t *)(void *)bytes(place, 8);
    bool is_ascii = true, want = true;
    int32_t status;
    fill(text, count);
    *found = 99;
    for (at = 0; at < count; at++) want = want && text[at] < 0x80;
    status = measure((const char *)text, count, found, &is_ascii);
    if (characters_of(text, count) < 0) return status == RUSTGO_NOT_UTF8 && *found == 99 && is_ascii;
    return status == RUSTGO_OK && *found == count && is_ascii == want;
}

// What no reference can be made of is told from the numbers alone: none of this memory may be touched.
static bool misuses(void) {
    const uint8_t *outside = below(2) == 0 ? source.end : NULL;
    size_t count = 1 + below(MOST), huge = SIZE_MAX / 2 + 1 + below(1000);
    int32_t status = copy_start(NULL, outside, count);
    int32_t too_long = parse_decimal((const char *)source.end, huge, NULL);
    int32_t is_null = characters(NULL, count, NULL);
    int32_t shared = copy_start((uint8_t *)source.end, source.end - below(4), 4 + below(MOST));
    return status == RUSTGO_NULL && too_long == RUSTGO_TOO_LONG && is_null == RUSTGO_NULL && shared == RUSTGO_OVERLAP;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        bool (*call)(void);
    } kinds[] = {
        {"sum", sums},
        {"copy_words", copies},
        {"copy_words that may overlap", copies_that_overlap},
        {"position", positions},
        {"characters", letters},
        {"parse_decimal", numbers},
        {"copy_start", starts},
        {"middle", middles},
        {"measure", measures},
        {"misuse", misuses},
    };
    const size_t count = sizeof kinds / sizeof *kinds;
    size_t made, calls = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    source = make_guarded();
    target = make_guarded();
    place = make_guarded();
    for (made = 0; made < calls; made++) {
        if (!kinds[made % count].call()) {
            printf("call %lu: %s is wrong\n", (unsigned long)made, kinds[made % count].name);
            return 1;
        }
    }
    printf("%lu calls are right\n", (unsigned long)made);
    return 0;
}
