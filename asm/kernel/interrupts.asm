; Where the processor enters the kernel at an interrupt, and `idt_load`. Both directions of calls: the wrappers call
; Rust, and Rust calls `idt_load` and takes the wrappers' addresses for its table.
;
;     void keyboard_interrupt(void);                                             Rust, called from here
;     void processor_exception(uint32_t vector, uint32_t error, uint32_t eip);   Rust, called from here; never returns
;     void idt_load(const struct descriptor_table_pointer *pointer);             here, called from Rust
;
; An interrupt is no call: the code it stops does not expect any register to change, so a wrapper saves all of them
; (`pushad`), where a function would save EBX, ESI, EDI and EBP at most. Rust for i586 uses no vector register, so the
; eight general ones are all there are. The processor itself pushes EFLAGS, CS and EIP, clears the interrupt flag (the
; table's entries are interrupt gates), and gets them back by `iret`.

bits 32

extern keyboard_interrupt
extern processor_exception

section .text

global _interrupt_handler_kbd_wrapper
global _interrupt_handler_spurious_wrapper
global _exception_wrappers
global idt_load

; The keyboard's interrupt request.
;   EBP  the stack pointer, while the stack is aligned as the ABI wants; the interrupt came at any depth
_interrupt_handler_kbd_wrapper:
        pushad
        cld                             ; the interrupted code may have set it
        mov     ebp, esp
        and     esp, -16
        call    keyboard_interrupt
        mov     esp, ebp
        popad
        iret

; A request that was gone before the processor asked for its number. It wants no answer.
_interrupt_handler_spurious_wrapper:
        iret

; void idt_load(const struct descriptor_table_pointer *pointer)
;                                                      [esp + 4]
idt_load:
        mov     eax, [esp + 4]
        lidt    [eax]
        ret

EXCEPTIONS equ 32

; The exceptions for which the processor pushes an error code, one bit each.
WITH_ERROR equ 1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17 | 1 << 21 | 1 << 29 | 1 << 30

; One wrapper for each exception: the processor does not say which one it took.
%assign vector 0
%rep EXCEPTIONS
exception_ %+ vector:
  %if ((WITH_ERROR >> vector) & 1) == 0
        push    0                       ; in place of the error code
  %endif
        push    vector
        jmp     exception
  %assign vector vector + 1
%endrep

; Nothing is saved, because nothing goes on after it.
;   [esp]      vector
;   [esp + 4]  error code
;   [esp + 8]  EIP
exception:
        cld
        mov     eax, [esp]
        mov     ecx, [esp + 4]
        mov     edx, [esp + 8]
        and     esp, -16
        sub     esp, 4                  ; with the three arguments, a multiple of 16 again
        push    edx
        push    ecx
        push    eax
        call    processor_exception

section .rodata

; The wrappers' addresses, by exception.
align 4
_exception_wrappers:
%assign vector 0
%rep EXCEPTIONS
        dd      exception_ %+ vector
  %assign vector vector + 1
%endrep

; Tells the linker that this runs no code on its stack.
section .note.GNU-stack noalloc noexec nowrite progbits
