; A panic in Rust, from a program without libc: as the library treats it, or with OWN as the program does.

%include "rustgo_panics.inc"

default rel
global _start

section .text

_start: mov     edi, 13
        mov     esi, 3
        call    superstitious
        mov     edi, 99                 ; it did not panic
        jmp     exit

%ifdef OWN
global rustgo_panic

; rdi the address of the fields: writes the file's name and exits with the line
rustgo_panic:
        mov     r12d, [rdi + RUSTGO_PANIC_LINE]
        mov     rsi, [rdi + RUSTGO_PANIC_FILE]
        mov     rdx, [rdi + RUSTGO_PANIC_FILE_LENGTH]
        mov     edi, 1
        mov     eax, 1                  ; write
        syscall
        mov     edi, r12d
%endif

exit:   mov     eax, 60                 ; exit
        syscall

section .note.GNU-stack noalloc noexec nowrite progbits
