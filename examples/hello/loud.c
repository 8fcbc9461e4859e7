/* Replaces what the archive brings for printing: the linker takes a member of an archive only for a name that nothing
 * before it defines.
 *
 *     int64_t rustgo_write(int32_t file, const uint8_t *bytes, uint64_t length);
 *                          EDI           RSI                   RDX             bytes written, or a negative error, in RAX
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

#include "hello_guest.h"

int64_t rustgo_write(int32_t file, const uint8_t *bytes, uint64_t length)
{
    (void)file;
    for (uint64_t i = 0; i < length; i++)
        putchar(toupper(bytes[i]));
    return (int64_t)length;
}

int main(void)
{
    return hello() == 0 ? 0 : 1;
}
