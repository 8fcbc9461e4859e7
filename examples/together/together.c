/* Three guests and libc in one program: each is a header and an archive, and none has a name that another could meet.
 *
 *     int32_t hello(void);
 *     uint64_t scheme_writeln(const struct Heap *heap, uint64_t value, uint64_t port);
 *     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hello_guest.h"
#include "rustgo_crypto.h"
#include "scheme_primitives.h"

/* Where Scheme's objects are, and the only one: a string. */
struct Heap {
    void *start, *end;
};
static struct {
    uint64_t length;
    char bytes[24];
} text = { 18, "Hello from Scheme!" };

/* Scheme's tags, as the crate scheme_values explains them. */
enum { PORT = 3, STRING = 5 };

int main(void)
{
    static const char hex[] = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";
    const struct Heap heap = { &text, &text + 1 };
    uint8_t scalar[32], point[32];

    if (hello() != 0)
        return 1;
    scheme_writeln(&heap, (uint64_t)(uintptr_t)&text + STRING, 1 << 3 | PORT);

    for (int i = 0; i < 32; i++)
        sscanf(hex + 2 * i, "%2" SCNx8, &scalar[i]);
    scalar_base_mult(point, scalar);
    /* The program's memcpy is libc's; those in the guests are theirs alone. */
    memcpy(scalar, point, sizeof point);
    for (int i = 0; i < 32; i++)
        printf("%02x", scalar[i]);
    printf("\n");
    return 0;
}
