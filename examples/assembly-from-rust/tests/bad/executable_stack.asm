; Has a program's stack be executable.
bits 64
section .text
global add_256:function (add_256.end - add_256)
add_256:
        xor     eax, eax
        ret
.end:
section .note.GNU-stack noalloc exec nowrite progbits
