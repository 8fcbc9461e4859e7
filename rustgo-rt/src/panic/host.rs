//! Reports a panic to the host: one imported function gets the place and, if it is a constant, the message.

use core::ptr::null;

use rustgo_record::panic::PanicInfo;

#[crate::import]
unsafe extern "C" {
    /// Called after a panic. Must not return.
    fn rustgo_panic(info: *const PanicInfo) -> !;
}

pub fn report(panic: &core::panic::PanicInfo<'_>) -> ! {
    let (message, message_length) = panic.message().as_str().map_or((null(), 0), parts);
    let location = panic.location();
    let (file, file_length) = location.map_or((null(), 0), |location| parts(location.file()));
    let info = PanicInfo {
        message,
        message_length,
        file,
        file_length,
        line: location.map_or(0, |location| location.line()),
        column: location.map_or(0, |location| location.column()),
    };
    // SAFETY: `info` is complete, and `rustgo_panic` does not return.
    unsafe { rustgo_panic(&info) }
}

/// Pointer and length of a text. An empty text has a null pointer.
fn parts(text: &str) -> (*const u8, usize) {
    if text.is_empty() {
        (null(), 0)
    } else {
        (text.as_ptr(), text.len())
    }
}
