//! How the kernel dies: it says why on the serial port, and stops.
//!
//! rustgo-rt's own handler (its feature `panic-handler`) executes an invalid instruction, for guests that have no
//! device to say anything on.

use core::fmt::Write;
use core::panic::PanicInfo;

use crate::port;
use crate::serial::Serial;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    port::interrupts_off();
    _ = writeln!(Serial, "\n{info}");
    port::halt()
}
