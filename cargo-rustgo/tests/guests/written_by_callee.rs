//! Casts a reference to a constant into a pointer, and has another function write there.
//@ rule: mutable-static
//@ says: this passes `written_by_callee
//@ in: patch
//@ on: amd64 arm64
#![no_std]

#[cfg(bad)]
static TABLE: [u8; 16] = [1; 16];

/// # Safety
///
/// The byte at `to` can be written.
#[inline(never)]
unsafe fn set(to: *mut u8) {
    // SAFETY: the caller says so.
    unsafe { to.write_volatile(3) }
}

#[rustgo_rt::export]
pub extern "C" fn patch(n: u8) -> u8 {
    let mut own = n;
    // SAFETY: it is a local's address.
    unsafe { set(&raw mut own) };
    #[cfg(bad)]
    // SAFETY: none; a constant can't be written.
    unsafe {
        set((&raw const TABLE).cast_mut().cast())
    };
    own
}
