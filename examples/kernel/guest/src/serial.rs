//! The first serial port, COM1 (a 16550 UART), for output: it remembers nothing, so anybody may write at any time.

use core::fmt;

use crate::port;

const COM1: u16 = 0x3f8;
const INTERRUPTS: u16 = COM1 + 1;
const DIVISOR_LOW: u16 = COM1;
const DIVISOR_HIGH: u16 = COM1 + 1;
const FIFO: u16 = COM1 + 2;
const LINE: u16 = COM1 + 3;
const LINE_STATUS: u16 = COM1 + 5;

/// Sets the port up: 115200 bits per second, 8 data bits, no parity, 1 stop bit, no interrupts.
pub fn start() {
    const DIVISOR: u8 = 1; // of 115200
    const SET_DIVISOR: u8 = 0x80;
    const EIGHT_BITS: u8 = 0x03;
    const ENABLE_AND_CLEAR: u8 = 0x07;
    for (register, value) in [
        (INTERRUPTS, 0),
        (LINE, SET_DIVISOR),
        (DIVISOR_LOW, DIVISOR),
        (DIVISOR_HIGH, 0),
        (LINE, EIGHT_BITS),
        (FIFO, ENABLE_AND_CLEAR),
    ] {
        // SAFETY: the port moves bits over a wire, and its interrupts are off.
        unsafe { port::write(register, value) };
    }
}

/// Sends one byte, when there is room for it.
pub fn byte(value: u8) {
    const ROOM: u8 = 0x20;
    // SAFETY: reading the status changes nothing; the byte leaves the machine.
    unsafe {
        while port::read(LINE_STATUS) & ROOM == 0 {
            core::hint::spin_loop();
        }
        port::write(COM1, value);
    }
}

/// Formats text onto the port.
pub struct Serial;

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(byte);
        Ok(())
    }
}
