; The kernel's first instructions, at 0x7e00: they make the machine such that Rust can run, and call it.
;
;     void kernel_main(void);            never returns
;
; Rust's compiler counts on: data segments that reach all of memory, a stack, the direction flag clear, and statics
; that hold what the source says, which for those in .bss is zero. i386 System V ABI: arguments on the stack, ESP + 4 a
; multiple of 16 at a function's entry.

bits 32

extern kernel_main                      ; in Rust
extern bss_start, bss_end, boot         ; from the linker script and boot.asm

section .text.entry progbits alloc exec nowrite align=16

global kernel_entry

kernel_entry:
        mov     ax, cs
        add     ax, 8                   ; in the boot sector's table the data descriptor follows that of code
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     esp, boot               ; a multiple of 16
        xor     ebp, ebp                ; the outermost frame
        cld

; A flat binary does not hold .bss, and the memory there is whatever the BIOS left.
        mov     edi, bss_start
        mov     ecx, bss_end
        sub     ecx, edi
        xor     eax, eax
        rep     stosb

        call    kernel_main

; Tells the linker that this runs no code on its stack.
section .note.GNU-stack noalloc noexec nowrite progbits
