; Takes stack without a bound.
bits 64
section .text
global add_256:function (add_256.end - add_256)
add_256:
        dec     rdi
        jz      .done
        call    add_256
.done:  xor     eax, eax
        ret
.end:
section .note.GNU-stack noalloc noexec nowrite progbits
