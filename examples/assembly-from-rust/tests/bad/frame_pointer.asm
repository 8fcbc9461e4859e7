; Has something else in RBP while a profiler may look there, though it brings it back.
bits 64
section .text
global add_256:function (add_256.end - add_256)
add_256:
        push    rbp
        mov     rbp, [rsi]
        mov     [rdi], rbp
        pop     rbp
        xor     eax, eax
        ret
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
