; Calls Rust from NASM on macOS: one call.
;
; The twin of linux/hello.asm. A program on macOS is linked with libSystem, which enters `main` and ends the program when
; that returns. The prototype, and which register holds what (System V ABI for x86-64):
;
;     int32_t hello(void);       0, or a negative error number, in EAX
;
; By hand on a Mac, from the repository's root (`--gprefix _` adds the underscore before C's names):
;
;     $ cargo rustgo build -p hello-guest --c target/sealed
;     $ nasm -f macho64 --gprefix _ -Iasm/macos/ -Itarget/sealed/include/ -o target/hello.o asm/macos/hello.asm
;     $ cc -arch x86_64 -o target/hello target/hello.o -Ltarget/sealed/lib/darwin -lhello_guest
;     $ target/hello

%include "hello_guest.inc"

default rel
bits 64

%include "macos.inc"

section .rodata

MESSAGE unwritten, "hello: the line can't be written"

section .text

global main

main:
        sub     rsp, 8                  ; RSP is a multiple of 16 again, past the return address
        call    hello
        test    eax, eax
        js      .unwritten
        xor     eax, eax                ; the program's status
        add     rsp, 8
        ret
.unwritten:
        FAIL    unwritten, 1
