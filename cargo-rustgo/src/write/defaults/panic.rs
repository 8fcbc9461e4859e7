
/// What a panic tells. The texts are UTF-8, and no zero ends them.
#[repr(C)]
pub struct PanicInfo {
    /// Null where Rust would have had to format it.
    message: *const u8,
    message_length: usize,
    file: *const u8,
    file_length: usize,
    line: u32,
    column: u32,
}

/// Writes one line to standard error, `rust: MESSAGE, at FILE:LINE:COLUMN`, and aborts.
///
/// # Safety
///
/// - `info` is what the guest's panic handler hands over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_panic(info: *const PanicInfo) -> ! {
    // SAFETY: the caller vouches for it.
    let info = unsafe { &*info };
    let what = match info.message.is_null() {
        true => [Part::of("panic"), Part::of(" at ")],
        false => {
            let message = Part {
                bytes: info.message,
                length: info.message_length,
            };
            [message, Part::of(", at ")]
        }
    };
    let file = Part {
        bytes: info.file,
        length: info.file_length,
    };
    let [what, at] = what;
    let (mut line, mut column) = ([0; DIGITS], [0; DIGITS]);
    let parts = [
        Part::of("rust: "),
        what,
        at,
        file,
        Part::of(":"),
        decimal(info.line, &mut line),
        Part::of(":"),
        decimal(info.column, &mut column),
        Part::of("\n"),
    ];
    // SAFETY: each part lies in the image or in this frame. There is nobody to tell that the line can't be written.
    unsafe { write_parts(STANDARD_ERROR, parts.as_ptr(), parts.len()) };
    abort()
}

const STANDARD_ERROR: i32 = 2;

/// A part of a line, as `writev` takes it.
#[repr(C)]
struct Part {
    bytes: *const u8,
    length: usize,
}

impl Part {
    fn of(text: &'static str) -> Self {
        Self {
            bytes: text.as_ptr(),
            length: text.len(),
        }
    }
}

/// How many decimal digits a `u32` has at most.
const DIGITS: usize = 10;

fn decimal(mut number: u32, digits: &mut [u8; DIGITS]) -> Part {
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        length += 1;
        if number == 0 {
            break;
        }
    }
    Part {
        bytes: digits.as_ptr().wrapping_add(DIGITS - length),
        length,
    }
}
