//! The interrupt descriptor table: where the processor goes at each exception and interrupt.
//!
//! Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, section 7.10 and 7.11.

use core::arch::asm;

use crate::exclusive::Exclusive;
use crate::pic;

const EXCEPTIONS: usize = 32;
const ENTRIES: usize = 48;

/// NASM's code that the processor enters at an interrupt. It has no type that Rust could call it by.
#[repr(C)]
struct Wrapper([u8; 0]);

unsafe extern "C" {
    static _interrupt_handler_kbd_wrapper: Wrapper;
    static _interrupt_handler_spurious_wrapper: Wrapper;
    /// The wrappers' addresses, by exception.
    static _exception_wrappers: [u32; EXCEPTIONS];

    /// Tells the processor where its table is (`lidt`).
    ///
    /// # Safety
    /// - The table that `pointer` names stays, and its entries lead to code that handles interrupts.
    fn idt_load(pointer: *const TablePointer);
}

/// What `lidt` reads.
#[repr(C, packed)]
struct TablePointer {
    /// The offset of the table's last byte.
    limit: u16,
    base: u32,
}

/// An interrupt gate: interrupts are off in the code that it leads to.
#[repr(C)]
#[derive(Clone, Copy)]
struct Gate {
    offset_low: u16,
    selector: u16,
    zero: u8,
    kind: u8,
    offset_high: u16,
}

impl Gate {
    /// Interrupts that lead nowhere: a general protection fault tells of them.
    const ABSENT: Self = Self {
        offset_low: 0,
        selector: 0,
        zero: 0,
        kind: 0,
        offset_high: 0,
    };

    fn to(wrapper: u32) -> Self {
        const PRESENT_INTERRUPT_GATE_32: u8 = 0x8e;
        let selector;
        // SAFETY: reads a register.
        unsafe { asm!("mov {:x}, cs", out(reg) selector, options(nomem, nostack, preserves_flags)) };
        Self {
            offset_low: wrapper as u16,
            selector,
            zero: 0,
            kind: PRESENT_INTERRUPT_GATE_32,
            offset_high: (wrapper >> 16) as u16,
        }
    }
}

static TABLE: Exclusive<[Gate; ENTRIES]> = Exclusive::new([Gate::ABSENT; ENTRIES]);

/// Fills the table and loads it into the processor.
pub fn load() {
    TABLE.with(|table| {
        // SAFETY: NASM defines it, and nothing writes to it.
        for (gate, wrapper) in table.iter_mut().zip(unsafe { _exception_wrappers }) {
            *gate = Gate::to(wrapper);
        }
        table[usize::from(pic::KEYBOARD_INTERRUPT)] =
            Gate::to(&raw const _interrupt_handler_kbd_wrapper as u32);
        table[usize::from(pic::SPURIOUS_INTERRUPT)] =
            Gate::to(&raw const _interrupt_handler_spurious_wrapper as u32);
        let pointer = TablePointer {
            limit: (size_of_val(table) - 1) as u16,
            base: table.as_ptr() as u32,
        };
        // SAFETY: the table is a static that nothing else writes to; its gates lead to NASM's wrappers, or are absent.
        unsafe { idt_load(&raw const pointer) };
    });
}
