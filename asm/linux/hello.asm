; Calls Rust from NASM: one call, in a program that is its own `_start`, without libc.
;
; The prototype, and which register holds what (System V ABI for x86-64):
;
;     int32_t hello(void);       0, or a negative error number, in EAX
;
; By hand, from the repository's root:
;
;     $ cargo rustgo build -p hello-guest --c target/sealed
;     $ nasm -f elf64 -Iasm/linux/ -Itarget/sealed/include/ -o target/hello.o asm/linux/hello.asm
;     $ ld -o target/hello target/hello.o -Ltarget/sealed/lib/linux-amd64 -lhello_guest
;     $ target/hello

%include "hello_guest.inc"
%include "linux.inc"

default rel
bits 64

section .rodata

MESSAGE unwritten, "hello: the line can't be written"

section .text

global _start

; The kernel enters with RSP at a multiple of 16, as a call wants it. There is nothing to return to: a program ends by
; asking the kernel for it.
_start:
        call    hello
        test    eax, eax
        js      .unwritten
        EXIT    0
.unwritten:
        FAIL    unwritten, 1
