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

section .rodata

default_scalar:
        db "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707", 0
digits: db "0123456789abcdef"

MESSAGE too_many,  "scalar_base_mult: there are several arguments; one scalar is expected, in 64 hex digits"
MESSAGE length,    "scalar_base_mult: the scalar is too long or too short; 64 hex digits are expected"
MESSAGE not_hex,   "scalar_base_mult: a character of the scalar is not a hex digit"
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

; Reads 64 hex digits at RSI into 32 bytes at RDI, in the order they stand in; ends the program if they are not that.
;   RCX  digits read so far
;   EAX  the digit, then its value
;   EDX  the value of the digit before it
parse:
        xor     ecx, ecx
.length:
        cmp     byte [rsi + rcx], 0
        je      .end
        inc     rcx
        cmp     rcx, 64
        jbe     .length
.end:   cmp     rcx, 64
        jne     .wrong_length

        xor     ecx, ecx
.digit: movzx   eax, byte [rsi + rcx]
        lea     r8d, [rax - '0']
        cmp     r8d, 9
        jbe     .value
        or      eax, 0x20               ; upper case to lower case
        lea     r8d, [rax - 'a']
        cmp     r8d, 5
        ja      .not_hex
        add     r8d, 10
.value: test    cl, 1
        jnz     .low
        mov     edx, r8d
        jmp     .next
.low:   shl     edx, 4
        or      edx, r8d
        mov     [rdi], dl
        inc     rdi
.next:  inc     ecx
        cmp     ecx, 64
        jb      .digit
        ret
.wrong_length:
        FAIL    length, 2
.not_hex:
        FAIL    not_hex, 2

; Writes 32 bytes at RSI as 64 hex digits and a newline to RDI.
;   RCX  bytes written so far
;   R8   the digits to choose from
format:
        xor     ecx, ecx
        lea     r8, [digits]
.byte:  movzx   eax, byte [rsi + rcx]
        mov     edx, eax
        shr     edx, 4
        and     eax, 15
        mov     dl, [r8 + rdx]
        mov     al, [r8 + rax]
        mov     [rdi + 2 * rcx], dl
        mov     [rdi + 2 * rcx + 1], al
        inc     ecx
        cmp     ecx, 32
        jb      .byte
        mov     byte [rdi + 64], 10
        ret
