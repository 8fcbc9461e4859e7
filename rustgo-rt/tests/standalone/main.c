/* Calls every export of the guest; exits with 0 when all answers are right, else with the number of the wrong one.
 * By itself (-nostdlib: Linux on x86-64), or with the C library's start (-DLIBC). With -DPANIC it makes the guest
 * panic. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint32_t element(const uint32_t *table, size_t index);
uint64_t divide(uint64_t high, uint64_t low, uint64_t divisor);
double modulo(double x, double y);
void move_bytes(uint8_t *dst, const uint8_t *src, size_t len);
bool same(const uint8_t *a, const uint8_t *b, size_t len);
void squares(uint64_t *dst, const uint64_t *src);

static uint32_t table[8] = {2, 3, 5, 7, 11, 13, 17, 19};
static uint64_t numbers[100];
static uint8_t text[] = "rust called from C";

int main(void) {
#ifdef PANIC
    return (int)element(table, 8);
#endif
    if (element(table, 7) != 19) return 1;
    if (divide(1, 0, 2) != UINT64_C(1) << 63) return 2;
    if (modulo(7.5, 2.0) != 1.5) return 3;
    move_bytes(text + 2, text, 10);
    if (!same(text, (const uint8_t *)"rurust calle", 12)) return 4;
    if (same(text, (const uint8_t *)"rurust calls", 12)) return 5;
    for (size_t i = 0; i < 100; i++) numbers[i] = i;
    squares(numbers, numbers);
    for (size_t i = 0; i < 100; i++)
        if (numbers[i] != i * i) return 6;
    return 0;
}

#ifndef LIBC
__attribute__((noreturn)) void start(void) {
    __asm__ volatile("syscall" : : "a"(60), "D"(main()) : "rcx", "r11", "memory");
    __builtin_unreachable();
}
__asm__(".globl _start\n_start: call start");
#endif
