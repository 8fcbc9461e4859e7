//! What a panic does: nothing is formatted, so that none of `core::fmt` is linked on the handler's account.
//!
//! [`unwind`] has the symbol that the prebuilt `core` expects of whoever unwinds.

mod unwind;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    crate::abort()
}
