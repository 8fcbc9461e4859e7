/* Multiplies with each kernel of the archive that the processor has, in every rounding mode, with subnormal numbers and
 * without: points have to be those of the kernel that knows no floating-point numbers. Prints the kernels. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xmmintrin.h>

#include "rustgo_crypto.h"

enum { SCALARS = 1000, ROUNDING = 0x6000, NO_SUBNORMALS = 0x8040, FLAGS = 0x3f };

static uint8_t scalars[SCALARS][32], expected[SCALARS][32], points[SCALARS][32];

typedef void multiply(uint8_t dst[32], const uint8_t scalar[32]);
typedef void multiply_batch(uint8_t *dst, const uint8_t *scalars, size_t count);

static void fill(void) {
    uint64_t state = 1;
    for (size_t i = 0; i < SCALARS; i++) {
        for (size_t j = 0; j < 32; j++) {
            state = state * 6364136223846793005 + 1442695040888963407;
            /* The first are all zeros, all ones, and so on. */
            scalars[i][j] = i < 4 ? (uint8_t)(0x55 * i) : (uint8_t)(state >> 56);
        }
        scalar_base_mult(expected[i], scalars[i]);
    }
}

static int wrong(const char *kernel, const char *how, unsigned control) {
    printf("%s, %s, is wrong where MXCSR is %#x\n", kernel, how, control);
    return 1;
}

static int check(const char *kernel, multiply *one, multiply_batch *many) {
    const unsigned usual = _mm_getcsr() & ~(unsigned)FLAGS;
    for (unsigned rounding = 0; rounding <= ROUNDING; rounding += 0x2000) {
        for (unsigned subnormals = 0; subnormals <= NO_SUBNORMALS; subnormals += NO_SUBNORMALS) {
            const unsigned control = usual | rounding | subnormals;
            for (size_t i = 0; i < SCALARS; i++) {
                _mm_setcsr(control);
                one(points[i], scalars[i]);
                const unsigned after = _mm_getcsr() & ~(unsigned)FLAGS;
                _mm_setcsr(usual);
                if (after != control || memcmp(points[i], expected[i], 32) != 0) {
                    return wrong(kernel, "one by one", control);
                }
            }
            _mm_setcsr(control);
            many(points[0], scalars[0], SCALARS);
            _mm_setcsr(usual);
            if (memcmp(points, expected, sizeof points) != 0) {
                return wrong(kernel, "in a batch", control);
            }
        }
    }
    puts(kernel);
    return 0;
}

#define CHECK(kernel) check(#kernel, scalar_base_mult_##kernel, scalar_base_mult_batch_##kernel)

int main(void) {
    fill();
    int failed = check("portable", scalar_base_mult, scalar_base_mult_batch);
    const int bmi = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    if (bmi && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        failed |= CHECK(avx2);
    }
    if (bmi && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512ifma")) {
        failed |= CHECK(ifma);
    }
    return failed;
}
