; Measures what a call of scalar_base_mult costs an assembly program, and prints nanoseconds per call.
;
; Each call takes the point that the one before it made, so that none can overlap the next.
;
; The prototype, and which register holds what (System V ABI for x86-64):
;
;     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
;                           RDI              RSI
;
; By hand, from the repository's root:
;
;     $ cargo rustgo build -p rustgo-crypto --c target/sealed
;     $ nasm -f elf64 -Iasm/linux/ -Itarget/sealed/include/ -o target/benchmark.o asm/linux/benchmark.asm
;     $ ld -o target/benchmark target/benchmark.o -Ltarget/sealed/lib/linux-amd64 -lrustgo_crypto
;     $ target/benchmark

%include "rustgo_crypto.inc"
%include "linux.inc"

default rel
bits 64

CALLS   equ 10000

section .rodata

MESSAGE unwritten, "benchmark: the result can't be written"

section .data

point:  db 9
        times 31 db 0

section .bss

time:   resq 2                          ; struct timespec: seconds, nanoseconds
line:   resb 21                         ; 20 digits at most, and a newline
line.end:

section .text

global _start

;   EBX  calls still to make
;   R12  when the measured calls began, in nanoseconds
_start:
        mov     ebx, CALLS / 10         ; the processor's clock, caches and branch predictors settle
.settle:
        call    multiply
        dec     ebx
        jnz     .settle

        call    nanoseconds
        mov     r12, rax
        mov     ebx, CALLS
.measure:
        call    multiply
        dec     ebx
        jnz     .measure
        call    nanoseconds

        sub     rax, r12
        xor     edx, edx
        mov     ecx, CALLS
        div     rcx
        call    print
        test    rax, rax
        js      .unwritten
        EXIT    0
.unwritten:
        FAIL    unwritten, 1

; Multiplies the basepoint by the 32 bytes at `point`, and leaves the result there.
multiply:
        sub     rsp, 8                  ; RSP is a multiple of 16 again, past the return address
        lea     rdi, [point]
        mov     rsi, rdi
        call    scalar_base_mult
        add     rsp, 8
        ret

; Returns the time in RAX, in nanoseconds since the system started. Changes RCX, RDI, RSI, R11.
nanoseconds:
        mov     edi, CLOCK_MONOTONIC
        lea     rsi, [time]
        mov     eax, SYS_CLOCK_GETTIME
        syscall
        imul    rax, [time], 1000000000
        add     rax, [time + 8]
        ret

; Writes RAX to stdout, in decimal, and a newline. Returns what `write` does.
;   RSI  the first digit so far
;   ECX  ten
print:
        lea     rsi, [line.end - 1]
        mov     byte [rsi], 10
        mov     ecx, 10
.digit: xor     edx, edx
        div     rcx
        add     dl, '0'
        dec     rsi
        mov     [rsi], dl
        test    rax, rax
        jnz     .digit
        lea     rdx, [line.end]
        sub     rdx, rsi
        mov     edi, STDOUT
        jmp     write
