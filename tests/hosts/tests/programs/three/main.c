/* A program with the headers and archives of three guests. */

#include <rustgo_crypto.h>
#include <rustgo_overhead.h>
#include <rustgo_signatures.h>
#include <stdio.h>

int main(void) {
    static const uint8_t scalar[32] = {0x39, 0x12, 0x9b, 0x3f, 0x7b, 0xbd, 0x7e, 0x17, 0xa3, 0x96, 0x79,
                                       0xb9, 0x40, 0x01, 0x8a, 0x73, 0x7f, 0xc3, 0xbf, 0x43, 0x0f, 0xcb,
                                       0xc8, 0x27, 0x02, 0x9e, 0x67, 0x36, 0x0a, 0xab, 0x37, 0x07};
    uint8_t point[32];
    uint32_t number = 0;
    int32_t status = parse_decimal("41", 2, &number);
    scalar_base_mult(point, scalar);
    for (int i = 0; i < 32; i++) {
        printf("%02x", point[i]);
    }
    printf(" %d %s\n", (int)increment(number), parse_error_text(status));
    return 0;
}
