/* Calls the Rust function from C: checks known hashes, then measures. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "{identifier}.h"

static int check(const char *text, uint64_t want)
{
    uint64_t got = fnv1a((const uint8_t *)text, strlen(text));
    if (got != want) {
        printf("fnv1a(\"%s\") = %016" PRIx64 ", not %016" PRIx64 "\n", text, got, want);
    }
    return got == want;
}

int main(void)
{
    static uint8_t data[1 << 16];
    const int rounds = 256;
    uint64_t sum = 0;

    if (!check("", UINT64_C(0xcbf29ce484222325)) || !check("foobar", UINT64_C(0x85944171f73967e8))) {
        return 1;
    }
    clock_t start = clock();
    for (int round = 0; round < rounds; round++) {
        data[0] = (uint8_t)round;
        sum += fnv1a(data, sizeof data);
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("%.2f ns per byte (sum %016" PRIx64 ")\n", seconds * 1e9 / rounds / sizeof data, sum);
    return 0;
}
