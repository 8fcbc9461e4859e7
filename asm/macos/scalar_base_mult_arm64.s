; Calls Rust from assembly on macOS: a scalar times the basepoint of edwards25519.
;
; The twin of scalar_base_mult_amd64.asm for Apple silicon, as the C compiler's own assembler takes it. The program is
; linked with libSystem, which enters `main` and is asked for everything that a system provides; Rust asks nothing of it.
;
; The prototype, and which register holds what (Procedure Call Standard for the Arm 64-bit Architecture):
;
;     void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
;                           X0               X1
;
; A guest may change X0 to X17, X30, the vector registers but for the low halves of V8 to V15, and the flags; it keeps
; X19 to X29 and SP, and never touches X18, which is the system's. At the call SP is a multiple of 16.
;
; By hand on a Mac, from the repository's root:
;
;     $ cargo rustgo build -p rustgo-crypto --c target/sealed
;     $ cc -arch arm64 -o target/scalar_base_mult asm/macos/scalar_base_mult_arm64.s -Ltarget/sealed/lib/darwin -lrustgo_crypto
;     $ target/scalar_base_mult

.equ STDOUT, 1
.equ STDERR, 2
.equ EINTR, 4

; address register, symbol: the symbol's address.
.macro address
        adrp    $0, $1@PAGE
        add     $0, $0, $1@PAGEOFF
.endmacro

; fail message, status: writes the line of text to stderr and ends the program.
.macro fail
        mov     w0, #STDERR
        address x1, $0
        mov     x2, #$0.length
        bl      write_all
        mov     w0, #$1
        bl      _exit
.endmacro

.section __TEXT,__const

default_scalar:
        .asciz "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707"
digits: .ascii "0123456789abcdef"

too_many:
        .ascii "scalar_base_mult: there are several arguments; one scalar is expected, in 64 hex digits\n"
.equ too_many.length, . - too_many
length:
        .ascii "scalar_base_mult: the scalar is too long or too short; 64 hex digits are expected\n"
.equ length.length, . - length
not_hex:
        .ascii "scalar_base_mult: a character of the scalar is not a hex digit\n"
.equ not_hex.length, . - not_hex
unwritten:
        .ascii "scalar_base_mult: the point can't be written\n"
.equ unwritten.length, . - unwritten

.zerofill __DATA,__bss,scalar,32,3
.zerofill __DATA,__bss,point,32,3
.zerofill __DATA,__bss,line,65,3        ; the point in hex, and a newline

.section __TEXT,__text
.p2align 2

; argc is in W0, argv in X1.
.globl _main
_main:
        stp     x29, x30, [sp, #-16]!
        mov     x29, sp
        mov     x2, x1
        address x1, default_scalar
        cmp     w0, #1
        b.le    parse_it
        ldr     x1, [x2, #8]            ; argv[1]
        cmp     w0, #2
        b.eq    parse_it
        fail    too_many, 2
parse_it:
        address x0, scalar
        bl      parse

        address x0, point
        address x1, scalar
        bl      _scalar_base_mult

        address x0, line
        address x1, point
        bl      format
        mov     w0, #STDOUT
        address x1, line
        mov     x2, #65
        bl      write_all
        tbnz    x0, #63, not_written
        mov     w0, #0                  ; the exit status
        ldp     x29, x30, [sp], #16
        ret
not_written:
        fail    unwritten, 1

; Reads 64 hex digits at X1 into 32 bytes at X0, in the order they stand in; ends the program if they are not that.
;   X2  digits read so far
;   W3  the digit, then its value
;   W4  the value of the digit before it
parse:
        mov     x2, #0
count:  ldrb    w3, [x1, x2]
        cbz     w3, counted
        add     x2, x2, #1
        cmp     x2, #64
        b.ls    count
counted:
        cmp     x2, #64
        b.ne    wrong_length

        mov     x2, #0
digit:  ldrb    w3, [x1, x2]
        sub     w5, w3, #'0'
        cmp     w5, #9
        b.ls    value
        orr     w3, w3, #0x20           ; upper case to lower case
        sub     w5, w3, #'a'
        cmp     w5, #5
        b.hi    no_digit
        add     w5, w5, #10
value:  tbnz    x2, #0, low
        mov     w4, w5
        b       next
low:    orr     w4, w5, w4, lsl #4
        strb    w4, [x0], #1
next:   add     x2, x2, #1
        cmp     x2, #64
        b.lo    digit
        ret
wrong_length:
        fail    length, 2
no_digit:
        fail    not_hex, 2

; Writes 32 bytes at X1 as 64 hex digits and a newline to X0.
;   X2  bytes that are left
;   X3  the digits to choose from
;   W4  the byte
format:
        mov     x2, #32
        address x3, digits
byte:   ldrb    w4, [x1], #1
        lsr     w5, w4, #4
        and     w4, w4, #15
        ldrb    w5, [x3, w5, uxtw]
        ldrb    w4, [x3, w4, uxtw]
        strb    w5, [x0], #1
        strb    w4, [x0], #1
        subs    x2, x2, #1
        b.ne    byte
        mov     w4, #'\n'
        strb    w4, [x0]
        ret

; Writes X2 bytes at X1 to the file descriptor in W0, all of them, however often the system has to be asked.
; Returns 0 in X0, or -1.
;   W19  the file descriptor
;   X20  the bytes that are left to write
;   X21  how many
write_all:
        stp     x29, x30, [sp, #-48]!
        mov     x29, sp
        stp     x19, x20, [sp, #16]
        str     x21, [sp, #32]
        mov     w19, w0
        mov     x20, x1
        mov     x21, x2
again:  mov     w0, w19
        mov     x1, x20
        mov     x2, x21
        bl      _write
        tbnz    x0, #63, error
        add     x20, x20, x0
        subs    x21, x21, x0
        b.ne    again
        mov     x0, #0
done:   ldr     x21, [sp, #32]
        ldp     x19, x20, [sp, #16]
        ldp     x29, x30, [sp], #48
        ret
error:  bl      ___error                ; int *
        ldr     w0, [x0]
        cmp     w0, #EINTR
        b.eq    again
        mov     x0, #-1
        b       done
