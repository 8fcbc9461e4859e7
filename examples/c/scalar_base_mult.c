/* Calls Rust from C: a scalar times the basepoint of edwards25519.
 *
 * Shows that a guest is one header and one archive to a C program, linked like any C library, dynamically and
 * statically: the archive is complete and asks nothing of the program or of libc.
 *
 * The prototype, from the generated header:
 *
 *     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
 *
 * Under the System V ABI for x86-64, dst is in RDI and scalar in RSI; nothing is returned. `dst` may be `scalar`.
 *
 * By hand, from the repository's root:
 *
 *     $ cargo rustgo build -p rustgo-crypto --c target/sealed
 *     $ cc -O2 -Itarget/sealed/include -o target/scalar_base_mult examples/c/scalar_base_mult.c -Ltarget/sealed/lib/linux-amd64 -lrustgo_crypto
 *     $ target/scalar_base_mult
 *
 * Add `-static` for a program that needs no file but itself.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rustgo_crypto.h"

static const char default_scalar[] = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";

/* The value of a hex digit, or -1. */
static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Reads 64 hex digits into 32 bytes, in the order they stand in; says on stderr what is wrong where it can't. */
static bool parse(uint8_t bytes[32], const char *hex)
{
    if (strlen(hex) != 64) {
        fprintf(stderr, "scalar_base_mult: the scalar has %zu characters; 64 hex digits are expected\n", strlen(hex));
        return false;
    }
    for (int i = 0; i < 64; i++) {
        int value = digit(hex[i]);
        if (value < 0) {
            fprintf(stderr, "scalar_base_mult: character %d of the scalar is not a hex digit\n", i + 1);
            return false;
        }
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    return true;
}

int main(int argc, char **argv)
{
    uint8_t scalar[32], point[32];

    if (argc > 2) {
        fprintf(stderr, "scalar_base_mult: there are %d arguments; one scalar is expected, in 64 hex digits\n", argc - 1);
        return 2;
    }
    if (!parse(scalar, argc == 2 ? argv[1] : default_scalar))
        return 2;

    scalar_base_mult(point, scalar);

    for (int i = 0; i < 32; i++)
        printf("%02x", point[i]);
    printf("\n");
    if (ferror(stdout) || fclose(stdout) != 0) {
        fprintf(stderr, "scalar_base_mult: the point can't be written: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
