//! Reports a panic to the host: one imported function gets the place and, if it is a constant, the message.

use core::panic::PanicInfo;
use core::ptr::null;

/// What the host is told about a panic. The texts are UTF-8, lie in the image, and are not zero-terminated.
#[repr(C)]
struct Info {
    /// The message. Null if it would have to be formatted.
    message: *const u8,
    /// Its length in bytes.
    message_length: usize,
    /// The source file, as a rooted path.
    file: *const u8,
    /// Its length in bytes.
    file_length: usize,
    /// Counted from 1.
    line: u32,
    /// Counted from 1.
    column: u32,
}

#[crate::import]
unsafe extern "C" {
    /// Called after a panic. Must not return.
    fn rustgo_panic(info: *const Info) -> !;
}

pub fn report(info: &PanicInfo<'_>) -> ! {
    let (message, message_length) = info.message().as_str().map_or((null(), 0), parts);
    let location = info.location();
    let (file, file_length) = location.map_or((null(), 0), |location| parts(location.file()));
    let info = Info {
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
