; Calls Rust from NASM on macOS: a scalar times the basepoint of edwards25519.
;
; The twin of linux/scalar_base_mult.asm. A program on macOS is linked with libSystem, which enters `main` and is asked for
; everything that a system provides; Rust asks nothing of it.
;
; The prototype, and which register holds what (System V ABI for x86-64):
;
;     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
;                           RDI              RSI
;
; A guest may change RAX, RCX, RDX, RSI, RDI, R8 to R11, the vector registers and the flags; it keeps RBX, RBP, RSP
; and R12 to R15. At the call RSP is a multiple of 16 and the direction flag is clear.
;
; By hand on a Mac, from the repository's root (`--gprefix _` adds the underscore before C's names):
;
;     $ cargo rustgo build -p rustgo-crypto --c target/sealed
;     $ nasm -f macho64 --gprefix _ -Iasm/macos/ -Itarget/sealed/include/ -o target/scalar_base_mult.o asm/macos/scalar_base_mult_amd64.asm
;     $ cc -arch x86_64 -o target/scalar_base_mult target/scalar_base_mult.o -Ltarget/sealed/lib/darwin -lrustgo_crypto
;     $ target/scalar_base_mult

%include "rustgo_crypto.inc"

default rel
bits 64

%include "macos.inc"
%include "../hex.inc"

section .rodata

MESSAGE too_many,  "scalar_base_mult: there are several arguments; one scalar is expected, in 64 hex digits"
MESSAGE unwritten, "scalar_base_mult: the point can't be written"

section .bss

scalar: resb 32
point:  resb 32
line:   resb 65                         ; the point in hex, and a newline

section .text

global main

; argc is in EDI, argv in RSI.
main:
        sub     rsp, 8                  ; RSP is a multiple of 16 again, past the return address
        mov     rax, rsi
        lea     rsi, [default_scalar]
        cmp     edi, 1
        jle     .parse
        mov     rsi, [rax + 8]          ; argv[1]
        cmp     edi, 2
        je      .parse
        FAIL    too_many, 2

.parse: lea     rdi, [scalar]
        call    parse

        lea     rdi, [point]
        lea     rsi, [scalar]
        call    scalar_base_mult

        lea     rdi, [line]
        lea     rsi, [point]
        call    format
        mov     edi, STDOUT
        lea     rsi, [line]
        mov     edx, 65
        call    write_all
        test    rax, rax
        js      .unwritten
        xor     eax, eax                ; the exit status
        add     rsp, 8
        ret
.unwritten:
        FAIL    unwritten, 1
