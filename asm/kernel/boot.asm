; The boot sector: what the BIOS loads at 0x7c00 and enters in 16-bit mode. It loads the kernel after itself, at 0x7e00,
; and enters it in 32-bit protected mode.
;
; What the BIOS leaves: DL is the drive it booted from, interrupts are on, the segment registers and the direction flag
; are anything. 512 bytes are loaded, and the last two are 0x55 0xaa.
;
; Memory, with nothing above 1 MiB in use, so that the address line A20 does not matter:
;
;     0x00500   the stack's end; below are the BIOS's tables
;     0x07c00   this sector, and the stack's start: it grows down
;     0x07e00   the kernel, then its zeroed memory, at most up to 0x80000
;     0xb8000   the text screen

bits 16

extern kernel_entry                     ; in entry.asm
extern kernel_sectors                   ; from the linker script: the kernel's size

KERNEL  equ 0x7e00
SECTOR  equ 512

section .boot progbits alloc exec nowrite align=1

global boot

boot:
        jmp     0:.segments             ; some BIOSes come here as 07c0:0000
.segments:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, boot                ; the stack ends where this sector starts
        cld                             ; as LODSB below wants it; the BIOS may have left either

; Loads the kernel, sector by sector.
;   CX     sectors still to load
;   DL     the drive
;   DS:SI  the disk address packet: what is read, and where it goes
        mov     cx, kernel_sectors
        mov     si, packet
.load:  mov     ah, 0x42                ; extended read
        int     0x13
        jc      unreadable
        add     word [packet.segment], SECTOR / 16
        inc     dword [packet.sector]
        loop    .load

; Enters protected mode. From here to `sti` in the kernel, no interrupt can be taken.
        cli
        lgdt    [gdt.pointer]
        mov     eax, cr0
        or      al, 1                   ; protection enable
        mov     cr0, eax
        jmp     dword gdt.code - gdt:kernel_entry

; Says so and stops.
;   SI  the next character
unreadable:
        mov     si, message
        mov     ah, 0x0e                ; teletype output, in the BIOS's function for the screen
        xor     bx, bx
.next:  lodsb
        test    al, al
        jz      .stop
        int     0x10
        jmp     .next
.stop:  hlt
        jmp     .stop

message:
        db      "The kernel can't be read from the disk.", 0

; The disk address packet of int 0x13, function 0x42.
align 4
packet: db      16, 0                   ; this packet's size
        dw      1                       ; sectors to read
.offset:
        dw      0                       ; to segment:offset
.segment:
        dw      KERNEL / 16
.sector:
        dq      1                       ; the first one, counted from 0

; Global descriptors: code and data, each all of the 4 GiB from address 0, so that an address is an offset.
align 8
gdt:    dq      0                       ; the first one is never used
.code:  dq      0x00cf9a000000ffff      ; present, ring 0, code, readable, 32-bit, in units of 4 KiB
.data:  dq      0x00cf92000000ffff      ; present, ring 0, data, writable, 32-bit, in units of 4 KiB
.end:

.pointer:
        dw      .end - gdt - 1          ; the last byte's offset
        dd      gdt

        times   SECTOR - 2 - ($ - $$) db 0
        dw      0xaa55

; Tells the linker that this runs no code on its stack.
section .note.GNU-stack noalloc noexec nowrite progbits
