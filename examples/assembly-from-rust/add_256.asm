; Adds two numbers of 256 bits: what Rust has no word for is one instruction after another that hands its carry on.
;
;     uint64_t add_256(uint64_t sum[4], const uint64_t a[4], const uint64_t b[4]);
;              RAX              RDI               RSI               RDX
;
; The numbers lie lowest word first. Returns the carry out of the highest, 0 or 1. `sum` may be `a` or `b`. Changes RAX
; and RCX; uses no stack but its return address, no memory of its own, and makes no system call: it is sealed with a
; guest and so has to keep a guest's rules.

bits 64

section .text

global add_256:function (add_256.end - add_256)

;   RCX  the word that is being added
;   CF   the carry from each word to the next; MOV leaves it alone
add_256:
        mov     rcx, [rsi]
        add     rcx, [rdx]
        mov     [rdi], rcx
%assign word 8
%rep 3
        mov     rcx, [rsi + word]
        adc     rcx, [rdx + word]
        mov     [rdi + word], rcx
  %assign word word + 8
%endrep
        mov     eax, 0                  ; not XOR, which would clear the carry
        adc     eax, 0
        ret
.end:

section .note.GNU-stack noalloc noexec nowrite progbits
