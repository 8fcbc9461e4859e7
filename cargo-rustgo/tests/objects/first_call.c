/* Calls the exports of an archive's dispatching member, each twice, with every register that may hold an argument filled, and
   says what the build that ran found in them. The choosing function spoils all that a function may. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct registers {
    uint64_t integers[6]; /* rdi, rsi, rdx, rcx, r8, r9 */
    uint64_t rax;         /* how many vector registers hold arguments, where they vary */
    uint64_t saved[6];    /* rbx, rbp, r12, r13, r14, r15 */
    uint64_t rsp;
    uint8_t vectors[8][16];
};

struct registers given, found;
uint64_t chosen, choices, chooser_rsp, build;
uint64_t returned_rsp, returned[6];

void call(void (*function)(void));

__asm__(
    ".text\n"
    ".globl guest_variant\n"
    "guest_variant:\n"
    "  mov %rsp, chooser_rsp(%rip)\n"
    "  incq choices(%rip)\n"
    /* The upper half of a result of 32 bits is anything. */
    "  movabs $0xdeadbeef00000000, %rax\n"
    "  or chosen(%rip), %rax\n"
    "  mov %rax, %rcx; mov %rax, %rdx; mov %rax, %rsi; mov %rax, %rdi\n"
    "  mov %rax, %r8; mov %rax, %r9; mov %rax, %r10; mov %rax, %r11\n"
    "  pcmpeqd %xmm0, %xmm0; pcmpeqd %xmm1, %xmm1; pcmpeqd %xmm2, %xmm2; pcmpeqd %xmm3, %xmm3\n"
    "  pcmpeqd %xmm4, %xmm4; pcmpeqd %xmm5, %xmm5; pcmpeqd %xmm6, %xmm6; pcmpeqd %xmm7, %xmm7\n"
    "  ret\n"

#define BUILD(name, number)                                                                                            \
    ".globl " name "\n" name ":\n"                                                                                    \
    "  movq $" number ", build(%rip)\n"                                                                               \
    "  jmp record\n"
    BUILD("area_portable", "10") BUILD("area_v2", "11") BUILD("area_v3", "12")
    BUILD("sum_portable", "20") BUILD("sum_v2", "21") BUILD("sum_v3", "22")

    "record:\n"
    "  mov %rdi, found+0(%rip); mov %rsi, found+8(%rip); mov %rdx, found+16(%rip); mov %rcx, found+24(%rip)\n"
    "  mov %r8, found+32(%rip); mov %r9, found+40(%rip); mov %rax, found+48(%rip)\n"
    "  mov %rbx, found+56(%rip); mov %rbp, found+64(%rip); mov %r12, found+72(%rip); mov %r13, found+80(%rip)\n"
    "  mov %r14, found+88(%rip); mov %r15, found+96(%rip); mov %rsp, found+104(%rip)\n"
    "  movups %xmm0, found+112(%rip); movups %xmm1, found+128(%rip); movups %xmm2, found+144(%rip)\n"
    "  movups %xmm3, found+160(%rip); movups %xmm4, found+176(%rip); movups %xmm5, found+192(%rip)\n"
    "  movups %xmm6, found+208(%rip); movups %xmm7, found+224(%rip)\n"
    "  ret\n"

    ".globl call\n"
    "call:\n"
    "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15; sub $8, %rsp\n"
    "  mov %rdi, %r11\n"
    "  mov given+0(%rip), %rdi; mov given+8(%rip), %rsi; mov given+16(%rip), %rdx; mov given+24(%rip), %rcx\n"
    "  mov given+32(%rip), %r8; mov given+40(%rip), %r9; mov given+48(%rip), %rax\n"
    "  mov given+56(%rip), %rbx; mov given+64(%rip), %rbp; mov given+72(%rip), %r12; mov given+80(%rip), %r13\n"
    "  mov given+88(%rip), %r14; mov given+96(%rip), %r15; mov %rsp, given+104(%rip)\n"
    "  movups given+112(%rip), %xmm0; movups given+128(%rip), %xmm1; movups given+144(%rip), %xmm2\n"
    "  movups given+160(%rip), %xmm3; movups given+176(%rip), %xmm4; movups given+192(%rip), %xmm5\n"
    "  movups given+208(%rip), %xmm6; movups given+224(%rip), %xmm7\n"
    "  call *%r11\n"
    "  mov %rsp, returned_rsp(%rip)\n"
    "  mov %rbx, returned+0(%rip); mov %rbp, returned+8(%rip); mov %r12, returned+16(%rip)\n"
    "  mov %r13, returned+24(%rip); mov %r14, returned+32(%rip); mov %r15, returned+40(%rip)\n"
    "  add $8, %rsp; pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "  ret\n");

void area(void);
void sum(void);

int main(int count, char **arguments)
{
    if (count != 2) {
        return 2;
    }
    chosen = strtoull(arguments[1], NULL, 10);
    void (*const functions[])(void) = {sum, area};
    uint64_t state = 1;
    for (int round = 0; round < 4; round++) {
        for (size_t byte = 0; byte < sizeof given; byte++) {
            state = state * UINT64_C(6364136223846793005) + 1;
            ((uint8_t *)&given)[byte] = (uint8_t)(state >> 56);
        }
        memset(&found, 0, sizeof found);
        call(functions[round % 2]);
        /* The build finds the return address on top. */
        found.rsp += 8;
        if (memcmp(&given, &found, sizeof given) != 0) {
            for (size_t word = 0; word < sizeof given / 8; word++) {
                if (((uint64_t *)&given)[word] != ((uint64_t *)&found)[word]) {
                    printf("round %d: word %zu of the registers is lost\n", round, word);
                }
            }
            return 1;
        }
        if (returned_rsp != given.rsp || memcmp(returned, given.saved, sizeof returned) != 0) {
            printf("round %d: a register does not come back\n", round);
            return 1;
        }
        printf("%d ", (int)build);
        if (round == 0) {
            /* What the choosing function's own return address takes is its own. */
            printf("(%d bytes) ", (int)(given.rsp - chooser_rsp - 8));
        }
    }
    printf("after %d choice\n", (int)choices);
    return 0;
}
