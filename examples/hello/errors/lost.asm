; A `_start` that returns. Nothing has called it, so there is no return address: `ret` pops the number of arguments.

extern hello

section .text
global _start

_start: call    hello
        ret

section .note.GNU-stack noalloc noexec nowrite progbits
