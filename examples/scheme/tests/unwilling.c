/* A host that makes it hard for the primitives: what they ask for is cut short by a signal at first, and then done one
 * byte at a time, not at all, or allegedly more than was asked.
 *
 *     uint64_t scheme_open_output_file(const struct Heap *heap, uint64_t path);
 *     uint64_t scheme_writeln(const struct Heap *heap, uint64_t value, uint64_t port);
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scheme_primitives.h"

/* Where Scheme's objects are, and the only one: a string. */
struct Heap {
    void *start, *end;
};
static struct {
    uint64_t length;
    char bytes[8];
} text = { 5, "Hello" };

/* Scheme's tags, as the crate scheme_values explains them. */
enum { ERROR = 1, PORT = 3, STRING = 5, CONSTANT = 7 };
enum { CANT_OPEN = 7, CANT_WRITE = 8 };

static enum { ONE_BYTE, NOTHING, TOO_MUCH, FULL } mood;
static int calls;
static char written[16];

static int interrupted(void)
{
    return calls++ % 2 == 0;
}

int32_t rustgo_open(const uint8_t *path, int32_t mode)
{
    if (interrupted())
        return -EINTR;
    return mode == 1 && strcmp((const char *)path, "Hello") == 0 && mood != FULL ? 3 : -ENOSPC;
}

int64_t rustgo_write(int32_t file, const uint8_t *bytes, uint64_t length)
{
    if (interrupted())
        return -EINTR;
    switch (mood) {
    case ONE_BYTE:
        if (file == 3)
            strncat(written, (const char *)bytes, 1);
        return 1;
    case NOTHING:
        return 0;
    case TOO_MUCH:
        return (int64_t)length + 1;
    default:
        return -ENOSPC;
    }
}

int32_t rustgo_close(int32_t file)
{
    return file == 3 ? 0 : -EBADF;
}

static int failures;

static void expect(const char *what, uint64_t found, uint64_t wanted)
{
    if (found == wanted)
        return;
    printf("%s is %" PRIx64 ", and not %" PRIx64 "\n", what, found, wanted);
    failures++;
}

static uint64_t error(uint64_t kind, uint64_t number)
{
    return number << 32 | kind << 3 | ERROR;
}

int main(void)
{
    const struct Heap heap = { &text, &text + 1 };
    uint64_t string = (uint64_t)(uintptr_t)&text + STRING, port = 3 << 3 | PORT;

    expect("a port", scheme_open_output_file(&heap, string), port);
    expect("what one byte at a time gives", scheme_writeln(&heap, string, port), CONSTANT);
    if (strcmp(written, "Hello\n") != 0) {
        printf("written was %s\n", written);
        failures++;
    }
    mood = NOTHING;
    expect("what a host that writes nothing gives", scheme_writeln(&heap, string, port), error(CANT_WRITE, 0));
    mood = TOO_MUCH;
    expect("what a host that boasts gives", scheme_writeln(&heap, string, port), error(CANT_WRITE, 0));
    mood = FULL;
    expect("a full disk's error", scheme_writeln(&heap, string, port), error(CANT_WRITE, ENOSPC));
    expect("the error of no room for a file", scheme_open_output_file(&heap, string), error(CANT_OPEN, ENOSPC));
    return failures != 0;
}
