/* A host that makes it hard for the guest: every other call is cut short by a signal, and the others write one byte,
 * nothing, allegedly more than was asked, or find the disk full, as the argument says. The status is the error number.
 *
 *     int32_t hello(void);
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hello_guest.h"

static const char *mood;

int64_t rustgo_write(int32_t file, const uint8_t *bytes, uint64_t length)
{
    static int calls;

    (void)file;
    if (calls++ % 2 == 0)
        return -EINTR;
    if (strcmp(mood, "nothing") == 0)
        return 0;
    if (strcmp(mood, "too much") == 0)
        return (int64_t)length + 1;
    if (strcmp(mood, "full") == 0)
        return -ENOSPC;
    putchar(bytes[0]);
    return 1;
}

int main(int argc, char **argv)
{
    (void)argc;
    mood = argv[1];
    return -hello();
}
