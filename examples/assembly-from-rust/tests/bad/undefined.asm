; Calls an undefined function.
bits 64
extern printf
section .text
global add_256:function (add_256.end - add_256)
add_256:
        sub     rsp, 8
        call    printf
        add     rsp, 8
        ret
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
