// Prints small results as C on macOS for arm64 takes them: to have 32 bits, whatever the header says of them.

#include <stdint.h>
#include <stdio.h>

uint32_t low_byte(uint32_t number);
int32_t low_half(uint32_t number);

int main(void) {
    printf("%u %d\n", (unsigned)low_byte(0x12345678), (int)low_half(0x1234f678));
    return 0;
}
