; The host imports of the primitives, for a test that gives them wrong arguments: no file is opened, closed or written.

bits 64
section .text

global rustgo_open:function, rustgo_close:function, rustgo_write:function

; int32_t rustgo_open(const uint8_t *path, int32_t mode);
; int32_t rustgo_close(int32_t file);
; Never called: their arguments are wrong.
rustgo_open:
rustgo_close:
        ud2

; int64_t rustgo_write(int32_t file, const uint8_t *bytes, uint64_t length);
;                      EDI           RSI                   RDX
; Reads every byte, as the system would, and says that they are written.
;   RSI  the next byte
;   RCX  bytes still to read
rustgo_write:
        mov     rcx, rdx
        test    rcx, rcx
        jz      .done
.next:  lodsb
        dec     rcx
        jnz     .next
.done:  mov     rax, rdx
        ret

section .note.GNU-stack noalloc noexec nowrite progbits
