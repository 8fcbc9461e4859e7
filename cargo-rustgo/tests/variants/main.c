/* Says which build of the guest runs, and compares what it computes with the same in C, twice: the first call chooses. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rustgo_overhead.h"

static uint64_t expected(const uint8_t a[512], const uint8_t b[512], const uint64_t numbers[4], double scale)
{
    uint64_t sum = 0;
    for (int place = 0; place < 512; place++) {
        for (unsigned bits = a[place] ^ b[place]; bits != 0; bits >>= 1) {
            sum += (bits & 1) * (uint64_t)place;
        }
    }
    for (int place = 0; place < 4; place++) {
        sum = sum * 31 + (numbers[place] << place);
    }
    return sum + (uint64_t)(scale * 1000.0);
}

int main(void)
{
    uint64_t state = 1;
    for (int round = 0; round < 1000; round++) {
        uint8_t a[512], b[512];
        uint64_t n[4];
        for (int place = 0; place < 512; place++) {
            state = state * UINT64_C(6364136223846793005) + 1;
            a[place] = (uint8_t)(state >> 56);
            b[place] = (uint8_t)(state >> 48);
        }
        for (int place = 0; place < 4; place++) {
            n[place] = state >> place;
        }
        double scale = (double)(state >> 40);
        uint64_t got = distance(a, b, n[0], n[1], n[2], n[3], scale);
        uint64_t want = expected(a, b, n, scale);
        if (got != want) {
            printf("round %d: %" PRIu64 ", not %" PRIu64 "\n", round, got, want);
            return 1;
        }
    }
    printf("%u\n", which());
    return 0;
}
