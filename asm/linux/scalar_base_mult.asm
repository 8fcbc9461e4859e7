; Calls Rust from NASM: a scalar times the basepoint of edwards25519, in a program of its own, without libc.
;
; Shows that a guest asks nothing of its host but a stack: no runtime, no initialisation, no C library. The program is
; its own `_start`, and this file and the archive are all there is in it.
;
; The prototype, and which register holds what (System V ABI for x86-64):
;
;     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
;                           RDI              RSI
;
; A guest may change RAX, RCX, RDX, RSI, RDI, R8 to R11, the vector registers and the flags; it keeps RBX, RBP, RSP
; and R12 to R15. At the call RSP is a multiple of 16 and the direction flag is clear. The kernel enters `_start` with
; both true, and RSP is never moved here except by calls: where a routine of this file calls a guest, mind the 8 bytes
; of its return address.
;
; By hand, from the repository's root:
;
;     $ cargo rustgo build -p rustgo-crypto --c target/sealed
;     $ nasm -f elf64 -Iasm/linux/ -Itarget/sealed/include/ -o target/scalar_base_mult.o asm/linux/scalar_base_mult.asm
;     $ ld -o target/scalar_base_mult target/scalar_base_mult.o -Ltarget/sealed/lib/linux-amd64 -lrustgo_crypto
;     $ target/scalar_base_mult

%include "rustgo_crypto.inc"
%include "linux.inc"

default rel
bits 64

%include "../hex.inc"

section .rodata

MESSAGE too_many,  "scalar_base_mult: there are several arguments; one scalar is expected, in 64 hex digits"
MESSAGE unwritten, "scalar_base_mult: the point can't be written"

section .bss

scalar: resb 32
point:  resb 32
line:   resb 65                         ; the point in hex, and a newline

section .text

global _start

; The kernel leaves argc at [rsp] and argv from [rsp + 8] on.
_start:
        mov     rax, [rsp]
        lea     rsi, [default_scalar]
        cmp     rax, 1
        jbe     .parse
        mov     rsi, [rsp + 16]         ; argv[1]
        cmp     rax, 2
        je      .parse
        FAIL    too_many, 2

.parse: lea     rdi, [scalar]
        call    parse

        lea     rdi, [point]
        lea     rsi, [scalar]
        call    scalar_base_mult        ; RSP is as the kernel left it: a multiple of 16

        lea     rdi, [line]
        lea     rsi, [point]
        call    format
        mov     edi, STDOUT
        lea     rsi, [line]
        mov     edx, 65
        call    write
        test    rax, rax
        js      .unwritten
        EXIT    0
.unwritten:
        FAIL    unwritten, 1
