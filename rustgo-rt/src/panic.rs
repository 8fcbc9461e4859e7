//! The panic handler. It formats nothing, so that `core::fmt` is not linked on its account.
//!
//! With the feature `host-panic` it passes the place and the message to the [`host`]; otherwise the guest traps.
//! [`unwind`] defines the personality symbol that the prebuilt `core` refers to.

#[cfg(feature = "host-panic")]
mod host;
mod unwind;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    #[cfg(feature = "host-panic")]
    host::report(info);
    #[cfg(not(feature = "host-panic"))]
    {
        let _ = info;
        crate::abort()
    }
}
