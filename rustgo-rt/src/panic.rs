//! What a panic does: nothing is formatted, so that none of `core::fmt` runs on the handler's account.
//!
//! With the feature `host-panic` the [`host`] is told where it happened; otherwise the guest traps. [`unwind`] has the
//! symbol that the prebuilt `core` expects of whoever unwinds.

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
