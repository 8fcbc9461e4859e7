//! The functions under their C names: libc's, unless the program has its own.

use std::ffi::{CStr, c_int, c_void};

use anyhow::{Result, bail};

use crate::Functions;

unsafe extern "C" {
    fn memcpy(dst: *mut u8, src: *const u8, n: usize) -> *mut u8;
    fn memmove(dst: *mut u8, src: *const u8, n: usize) -> *mut u8;
    fn memset(dst: *mut u8, byte: c_int, n: usize) -> *mut u8;
    fn memcmp(a: *const u8, b: *const u8, n: usize) -> c_int;
}

/// Who defines the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The system's library.
    Libc,
    /// The program itself.
    Program,
}

/// The four functions.
///
/// # Errors
///
/// They are not from where they should be.
pub fn functions(from: From) -> Result<Functions> {
    let here = file_of(functions as *const c_void);
    for (name, address) in [
        ("memcpy", memcpy as *const c_void),
        ("memmove", memmove as *const c_void),
        ("memset", memset as *const c_void),
        ("memcmp", memcmp as *const c_void),
    ] {
        let there = file_of(address);
        if (there == here) != (from == From::Program) {
            bail!("{name} is that of {there}, not of {from:?}");
        }
    }
    Ok(match from {
        From::Libc => crate::functions!(library: memcpy, memmove, memset, memcmp),
        From::Program => crate::functions!(program: memcpy, memmove, memset, memcmp),
    })
}

/// The program or shared library that has a function.
fn file_of(function: *const c_void) -> String {
    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr takes any address; all zeros are a valid value of the structure.
    let (found, info) = unsafe { (libc::dladdr(function, info.as_mut_ptr()), info.assume_init()) };
    if found == 0 || info.dli_fname.is_null() {
        return "nowhere".into();
    }
    // SAFETY: dladdr succeeded, so the name is a string that lives as long as what it names is loaded.
    unsafe { CStr::from_ptr(info.dli_fname) }
        .to_string_lossy()
        .into_owned()
}
