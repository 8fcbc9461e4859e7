//! The two 8259A interrupt controllers of a PC.
//!
//! The BIOS has them send requests 0 to 7 as interrupts 8 to 15, which in protected mode are exceptions of the
//! processor: a key press would look like a double fault. So they are set up anew (Intel, 8259A data sheet).

use crate::port;

const PRIMARY: u16 = 0x20;
const SECONDARY: u16 = 0xa0;
/// The data port's distance from the command port.
const DATA: u16 = 1;

/// The first interrupt after the exceptions, for requests 0 to 7; 8 to 15 follow.
pub const FIRST: u8 = 32;
/// The request lines of either controller.
const LINES: u8 = 8;

/// The keyboard's request.
const KEYBOARD: u8 = 1;
/// The primary controller's line that the secondary one sits on.
const CASCADE: u8 = 2;

/// The interrupt that the keyboard makes.
pub const KEYBOARD_INTERRUPT: u8 = FIRST + KEYBOARD;
/// The interrupt that a controller makes when a request is gone before it is asked which it was.
pub const SPURIOUS_INTERRUPT: u8 = FIRST + LINES - 1;

/// Sets both controllers up, with every request but the keyboard's masked.
pub fn start() {
    const INITIALIZE: u8 = 0x11; // edge triggered, cascaded, with a fourth word
    const MODE_8086: u8 = 0x01;
    let primary = [INITIALIZE, FIRST, 1 << CASCADE, MODE_8086];
    let secondary = [INITIALIZE, FIRST + LINES, CASCADE, MODE_8086];
    for (controller, [first, rest @ ..]) in [(PRIMARY, primary), (SECONDARY, secondary)] {
        // SAFETY: interrupts are off until their wrappers are in place.
        unsafe { port::write(controller, first) };
        for word in rest {
            // SAFETY: interrupts are still off.
            unsafe { port::write(controller + DATA, word) };
        }
    }
    // SAFETY: only the keyboard's interrupt can come, and it has a wrapper.
    unsafe {
        port::write(PRIMARY + DATA, !(1 << KEYBOARD));
        port::write(SECONDARY + DATA, !0);
    }
}

/// Lets the primary controller send its next interrupt.
pub fn end_of_interrupt() {
    const END_OF_INTERRUPT: u8 = 0x20;
    // SAFETY: interrupts are off in a handler, and on in code that may be interrupted.
    unsafe { port::write(PRIMARY, END_OF_INTERRUPT) };
}
