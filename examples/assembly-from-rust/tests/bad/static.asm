; Has memory of its own that changes.
bits 64
default rel
section .data
calls:  dq      0
section .text
global add_256:function (add_256.end - add_256)
add_256:
        inc     qword [calls]
        xor     eax, eax
        ret
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
