/* Two guests and libc in one program: neither archive has a name that the other, or libc, could collide with. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rustgo_crypto.h"
#include "rustgo_overhead.h"

int main(void)
{
    static const char hex[] = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";
    uint8_t scalar[32], point[32];

    for (int i = 0; i < 32; i++)
        sscanf(hex + 2 * i, "%2" SCNx8, &scalar[i]);
    scalar_base_mult(point, scalar);
    /* libc's own memcpy, memmove, memset and memcmp are the program's, not a guest's. */
    memmove(scalar, point, sizeof point);
    memset(point, 0, sizeof point);
    memcpy(point, scalar, sizeof point);
    if (memcmp(point, scalar, sizeof point) != 0)
        return 1;
    for (int i = 0; i < 32; i++)
        printf("%02x", point[i]);
    printf("\n%" PRIu64 "\n%" PRIu64 "\n", increment(41), multiply_two(21));
    return 0;
}
