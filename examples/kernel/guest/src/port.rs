//! The processor's instructions that Rust has no words for: ports, the interrupt flag, and halting.

use core::arch::asm;

/// EFLAGS, bit 9: interrupts are taken.
const INTERRUPT_FLAG: u32 = 1 << 9;

/// Writes a byte to a device.
///
/// # Safety
/// - The device at `port` does nothing with it that breaks Rust's memory.
pub unsafe fn write(port: u16, value: u8) {
    // SAFETY: the caller guarantees that the port may be written; `out` changes no register and no memory.
    unsafe { asm!("out dx, al", in("dx") port, in("al") value, options(nostack, preserves_flags)) }
}

/// Reads a byte from a device.
///
/// # Safety
/// - The device at `port` does nothing on being read that breaks Rust's memory.
pub unsafe fn read(port: u16) -> u8 {
    let value;
    // SAFETY: the caller guarantees that the port may be read; `in` changes AL alone.
    unsafe { asm!("in al, dx", in("dx") port, out("al") value, options(nostack, preserves_flags)) }
    value
}

/// Turns interrupts off and returns whether they were on.
pub fn interrupts_off() -> bool {
    let flags: u32;
    // SAFETY: reads EFLAGS through the stack and clears the interrupt flag, which the compiler does not count on.
    // Memory is taken to change, so no access moves out of where interrupts are off.
    unsafe { asm!("pushfd", "pop {}", "cli", out(reg) flags) }
    flags & INTERRUPT_FLAG != 0
}

/// Turns interrupts on again if they were.
pub fn restore_interrupts(were_on: bool) {
    if were_on {
        // SAFETY: every interrupt that can come has a wrapper that keeps all registers.
        unsafe { asm!("sti", options(nostack)) }
    }
}

/// Waits for an interrupt, and returns when it has been handled. Interrupts are on from here on.
pub fn wait_for_interrupt() {
    // SAFETY: every interrupt that can come has a wrapper that keeps all registers. `sti` takes effect after the next
    // instruction, so none can come between the two and leave the processor asleep.
    unsafe { asm!("sti", "hlt", options(nostack)) }
}

/// Stops the processor: interrupts off, and no instruction is executed any more.
pub fn halt() -> ! {
    loop {
        // SAFETY: neither touches memory or registers; interrupts that can't be turned off wake it, into the loop.
        unsafe { asm!("cli", "hlt", options(nomem, nostack)) }
    }
}
