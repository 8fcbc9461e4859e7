//! Leaves a panic to the host: one imported function that gets the place and, where it is a constant, the message.

use core::panic::PanicInfo;
use core::ptr::null;

/// What the host gets to know of a panic. The texts are UTF-8, lie in the image and stay there; no zero ends them.
#[repr(C)]
struct Info {
    /// The message; null where it would have to be formatted.
    message: *const u8,
    /// Its length in bytes.
    message_length: usize,
    /// The source file, by its rooted name.
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
    /// Takes over after a panic. It must not come back.
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
    // SAFETY: the structure is complete, and nothing is expected after the call.
    unsafe { rustgo_panic(&info) }
}

/// A text as the host reads it. What is empty has no address.
fn parts(text: &str) -> (*const u8, usize) {
    if text.is_empty() {
        (null(), 0)
    } else {
        (text.as_ptr(), text.len())
    }
}
