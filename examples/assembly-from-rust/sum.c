/* Calls Rust, which calls assembly: sums numbers of 256 bits.
 *
 *     uint64_t sum_256(uint64_t sum[4], const uint64_t numbers[4], size_t count);
 *     RAX              RDI                    RSI                         RDX
 */
#include <inttypes.h>
#include <stdio.h>

#include "assembly_guest.h"

int main(void)
{
    static const uint64_t numbers[][4] = {
        { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
        { 2, 0, 0, 0 },
        { 0, 0, 0, UINT64_C(1) << 63 },
    };
    uint64_t sum[4];
    uint64_t overflow = sum_256(sum, numbers[0], sizeof numbers / sizeof *numbers);

    printf("%" PRIx64, overflow);
    for (int i = 3; i >= 0; i--)
        printf(" %016" PRIx64, sum[i]);
    printf("\n");
    return 0;
}
