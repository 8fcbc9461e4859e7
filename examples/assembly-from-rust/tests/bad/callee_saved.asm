; Loses registers that its caller counts on.
bits 64
section .text
global add_256:function (add_256.end - add_256)
add_256:
        xor     ebx, ebx
        xor     r12d, r12d
        xor     r13d, r13d
        xor     r14d, r14d
        xor     r15d, r15d
        xor     eax, eax
        ret
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
