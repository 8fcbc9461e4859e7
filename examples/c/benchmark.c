/* Measures what a call of scalar_base_mult costs a C program, and prints nanoseconds per call.
 *
 * Each call takes the point that the one before it made, so that none can be left out or overlap the next.
 *
 * By hand, from the repository's root:
 *
 *     $ cargo rustgo build -p rustgo-crypto --c target/sealed
 *     $ cc -O2 -Itarget/sealed/include -o target/benchmark examples/c/benchmark.c -Ltarget/sealed/lib/linux-amd64 -lrustgo_crypto
 *     $ target/benchmark
 */
#define _POSIX_C_SOURCE 199309L
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "rustgo_crypto.h"

enum { CALLS = 10000 };

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

int main(void)
{
    uint8_t point[32] = {9};

    for (int i = 0; i < CALLS / 10; i++) /* the processor's clock, caches and branch predictors settle */
        scalar_base_mult(point, point);

    double start = nanoseconds();
    for (int i = 0; i < CALLS; i++)
        scalar_base_mult(point, point);
    printf("%.0f\n", (nanoseconds() - start) / CALLS);
    return 0;
}
