//! The guest of the Go package `hello`. Go has its own ways to print, so this one imports nothing.
#![no_std]

const GREETING: &[u8] = b"Hello, Rust!";

/// Writes a greeting in UTF-8 to the beginning of `dst`, and returns how many bytes it has.
///
/// # Safety
/// - `dst` is writable.
#[rustgo_rt::export(no_panic)]
pub unsafe extern "C" fn greeting(dst: *mut [u8; 32]) -> u64 {
    // SAFETY: the caller guarantees that `dst` is writable.
    let dst = unsafe { &mut *dst };
    dst[..GREETING.len()].copy_from_slice(GREETING);
    GREETING.len() as u64
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_greeting_is_written() {
        let mut dst = [0xff; 32];
        // SAFETY: the array is writable.
        let length = unsafe { super::greeting(&mut dst) } as usize;
        assert_eq!(&dst[..length], b"Hello, Rust!");
        assert!(dst[length..].iter().all(|&byte| byte == 0xff));
    }
}
