// Calls every function of rustgo-signatures, and exits with 0 where each does what its documentation says.

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "rustgo_signatures.h"

static int failures;

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("line %d: %s\n", __LINE__, #condition);                     \
            failures++;                                                        \
        }                                                                      \
    } while (0)

static jmp_buf recovered;
static char message[200];

void rustgo_panic(const struct rustgo_panic_info *info) {
    size_t length = info->message_length < sizeof message ? info->message_length : sizeof message - 1;
    memcpy(message, info->message, length);
    message[length] = 0;
    longjmp(recovered, 1);
}

#define PANICS(call, text)                                                     \
    do {                                                                       \
        if (setjmp(recovered) == 0) {                                          \
            call;                                                              \
            printf("line %d: %s does not panic\n", __LINE__, #call);           \
            failures++;                                                        \
        } else if (strcmp(message, text) != 0) {                               \
            printf("line %d: %s\n", __LINE__, message);                        \
            failures++;                                                        \
        }                                                                      \
    } while (0)

static void values(void) {
    CHECK(add_integers(255, -128, 65535, -32768, UINT32_MAX, INT32_MIN) == 255 - 128 + 65535 - 32768 + INT64_C(2147483647));
    CHECK(add_words(SIZE_MAX, 2, false) == 1);
    CHECK(add_words(5, -7, true) == 2);
    CHECK(multiply_add(1.5f, 2.25, -0.5f, 4000000000u) == 1.5 * 2.25 * 4e9 - 0.5);
    CHECK(negate(1.25f) == -1.25f);
    CHECK(is_odd(-1) && !is_odd(-128));
    CHECK(low_byte(0x12345678) == 0x78 && low_half(0x1234f678) == -2440);
    {
        uint32_t sum = 0, out = 0;
        CHECK(type("abc", 3, 10, 20, 30, &sum) == RUSTGO_OK && sum == 63);
        CHECK(range(&out, 1, 2, 3, 4, &sum) && sum == 10 && out == 10);
        CHECK(!range(&out, 0, 0, 0, 0, &sum) && sum == 10 && out == 0);
    }
}

static void memory(void) {
    uint16_t a[8] = {1, 2, 3, 65535}, b[8] = {10, 20, 30, 1};
    uint64_t counter = UINT64_MAX;
    uint32_t numbers[] = {1, 2, UINT32_MAX};
    uint64_t words[2] = {0, 0}, source[] = {7, 8, 9};
    struct Point points[] = {{0, 1}, {4, 5}}, by = {10, 20}, point;
    uint8_t bytes[] = {1, 2, 255};
    add_arrays(a, b);
    CHECK(a[0] == 11 && a[3] == 0 && a[7] == 0);
    count(&counter, 255);
    CHECK(counter == 254);
    CHECK(sum(numbers, 3) == UINT64_C(3) + UINT32_MAX);
    CHECK(sum(NULL, 0) == 0);
    CHECK(copy_words(words, 2, source, 3) == 2 && words[0] == 7 && words[1] == 8);
    CHECK(copy_words(NULL, 0, source, 3) == 0);
    point = middle(points, 2);
    CHECK(point.x == 2 && point.y == 3);
    CHECK(isnan(middle(NULL, 0).x));
    CHECK(sum_bytes(bytes, 3) == 258);
    CHECK(byte_at(bytes, 3, 2) == 255);
    {
        struct Span span = {255, UINT32_MAX, {-1, 0, 32767}, true}, next = next_span(&span);
        CHECK(next.kind == 0 && next.start == 0 && next.type[0] == 0 && next.type[2] == -32768 && !next.is_open);
    }
    {
        struct Mixed mixed = mix(1.5f, -2.5f, -3);
        struct Colour colour = unpack_colour(0x112233);
        CHECK(mixed.ratio == 1.5f && mixed.share == -2.5f && mixed.count == -3);
        CHECK(colour.red == 0x11 && colour.green == 0x22 && colour.blue == 0x33);
    }
    {
        struct Placed placed = {{0, 9, {0, 0, 0}, false}, {{1, 2}, {3, 4}}};
        point = shift(&placed, &by);
        CHECK(point.x == 11 && point.y == 22 && placed.span.start == 10 && placed.corners[1].y == 24);
    }
}

static void optional(void) {
    const uint8_t *text = (const uint8_t *)"Gopher";
    size_t place = 99;
    struct Span span = {0, 0, {0, 0, 0}, false};
    CHECK(position(text, 6, 'h', &place) && place == 3);
    CHECK(!position(text, 6, 'x', &place) && place == 3);
    CHECK(position(text, 6, 'r', NULL));
    CHECK(!position(NULL, 0, 'r', NULL));
    CHECK(run(text, 6, 'e', &span) && span.kind == 'e' && span.start == 4 && span.type[1] == -1);
    CHECK(!run(text, 6, 'x', &span) && span.start == 4);
}

/* Constants that hold addresses, which a linker or a loader fills in. */
static void tables(void) {
    uint8_t name[9] = {0};
    size_t length = 0;
    uint32_t number = 0;
    CHECK(day(name, 2, &length) && length == 9 && memcmp(name, "Wednesday", 9) == 0);
    CHECK(day(name, 6, &length) && length == 6 && memcmp(name, "Sundayday", 9) == 0);
    CHECK(!day(name, 7, &length));
    CHECK(calculate(0, 3, 4, &number) && number == 7);
    CHECK(calculate(1, 3, 4, &number) && number == 12);
    CHECK(calculate(2, 3, 4, &number) && number == 1);
    CHECK(!calculate(3, 3, 4, &number));
    CHECK(area(0, 3) == 9);
    CHECK(area(1, 2) > 1.732 && area(1, 2) < 1.7321);
    CHECK(area(2, 3) == 0);
}

static void statuses(void) {
    uint32_t number = 99;
    uint8_t start[4], bytes[6] = {'G', 'o', 'p', 'h', 'e', 'r'};
    uint64_t length = 0;
    size_t letters = 0;
    bool is_ascii = true;
    CHECK(parse_decimal("4294967295", 10, &number) == RUSTGO_OK && number == UINT32_MAX);
    CHECK(parse_decimal("", 0, &number) == PARSE_ERROR_EMPTY && number == UINT32_MAX);
    CHECK(parse_decimal(NULL, 0, NULL) == PARSE_ERROR_EMPTY);
    CHECK(parse_decimal("4x", 2, NULL) == PARSE_ERROR_NOT_A_DIGIT);
    CHECK(parse_decimal("4294967296", 10, NULL) == PARSE_ERROR_TOO_LARGE);
    CHECK(parse_decimal("1\xff", 2, &number) == RUSTGO_NOT_UTF8);
    CHECK(parse_decimal(NULL, 1, &number) == RUSTGO_NULL);
    CHECK(parse_decimal("1", SIZE_MAX, &number) == RUSTGO_TOO_LONG);
    CHECK(copy_start(start, bytes, 6) == RUSTGO_OK && memcmp(start, "Goph", 4) == 0);
    CHECK(copy_start(start, bytes, 3) == PARSE_ERROR_EMPTY);
    CHECK(copy_start(NULL, bytes, 6) == RUSTGO_NULL);
    CHECK(copy_start(bytes, bytes + 3, 3) == RUSTGO_OVERLAP);
    CHECK(copy_start(bytes, bytes + 4, 2) == PARSE_ERROR_EMPTY);
    CHECK(characters("Gr\xc3\xbc\xc3\x9f" "e", 7, &letters) == RUSTGO_OK && letters == 5);
    CHECK(measure("\xc3\xa4" "b", 3, &length, &is_ascii) == RUSTGO_OK && length == 3 && !is_ascii);
    CHECK(measure("b", 1, NULL, &is_ascii) == RUSTGO_NULL);
    CHECK(strcmp(parse_error_text(PARSE_ERROR_NOT_A_DIGIT), "there is a letter that is \"no digit\"") == 0);
    CHECK(strcmp(parse_error_text(RUSTGO_OVERLAP), "two arguments overlap, and one of them is written to") == 0);
    CHECK(parse_error_text(7) == NULL);
}

static void misuse(void) {
    uint16_t a[9] = {0};
    uint64_t words[4] = {1, 2, 3, 4};
    uint32_t numbers[2] = {0, 0};
    const uint32_t *odd;
    uintptr_t address = (uintptr_t)numbers + 1;
    memcpy(&odd, &address, sizeof odd);
    PANICS(add_arrays(NULL, a), "add_arrays: `dst` is null");
    PANICS(add_arrays(a, NULL), "add_arrays: `src` is null");
    PANICS(add_arrays(a, a + 1), "add_arrays: `dst` and `src` overlap, and `dst` is written to");
    PANICS(sum(NULL, 1), "sum: `numbers` is null");
    PANICS(sum(odd, 1), "sum: `numbers` is not aligned for its type");
    PANICS(sum(numbers, SIZE_MAX / 4), "sum: `numbers` is longer than memory can hold");
    PANICS(copy_words(words, 2, words + 1, 2), "copy_words: `dst` and `src` overlap, and `dst` is written to");
    CHECK(copy_words(words, 2, words + 2, 2) == 2 && words[0] == 3);
    CHECK(sum(odd, 0) == 0);
}

int main(void) {
    values();
    memory();
    optional();
    tables();
    statuses();
    misuse();
    if (failures == 0) {
        puts("every function does what its documentation says");
    }
    return failures != 0;
}
