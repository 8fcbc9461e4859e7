//! The system's libsodium.

use std::ffi::{CStr, c_char, c_int};

use anyhow::{Context, Result, ensure};
use libloading::Library;
use rustgo_bench_peer::{Entry, Input, Scalar};

const NAME: &str = "libsodium";
/// The interface that has `crypto_scalarmult_ed25519_base_noclamp` (libsodium 1.0.16 and later).
const FILE: &str = "libsodium.so.23";

/// `int crypto_scalarmult_ed25519_base_noclamp(unsigned char *q, const unsigned char *n)`: q = nB for n below 2^255,
/// and 0 unless that is the identity.
type Multiply = unsafe extern "C" fn(*mut Scalar, *const Scalar) -> c_int;

/// The benchmark, and libsodium's version where it is installed.
pub fn entry() -> (Entry, Option<String>) {
    match open() {
        Ok((multiply, version)) => {
            let single = move |point: &mut Scalar, scalar: &Scalar| {
                // SAFETY: both are valid for 32 bytes.
                let status = unsafe { multiply(point, scalar) };
                assert_eq!(status, 0, "the scalar is no multiple of the group order");
            };
            (Entry::single(NAME, Input::Scalar, single), Some(version))
        }
        Err(error) => (Entry::missing("scalar", NAME, format!("{error:#}")), None),
    }
}

fn open() -> Result<(Multiply, String)> {
    // SAFETY: libsodium's initializers ask for nothing.
    let library = unsafe { Library::new(FILE) }.with_context(|| {
        format!("{FILE} can't be loaded; on Debian and Ubuntu: apt-get install libsodium23")
    })?;
    // The functions stay in use until the process ends.
    let library: &'static Library = Box::leak(Box::new(library));
    // SAFETY: the types are those of sodium.h.
    unsafe {
        let init = library.get::<unsafe extern "C" fn() -> c_int>("sodium_init")?;
        ensure!(init() >= 0, "sodium_init fails");
        let version = library.get::<unsafe extern "C" fn() -> *const c_char>("sodium_version_string")?;
        let multiply = library.get::<Multiply>("crypto_scalarmult_ed25519_base_noclamp")?;
        let version = CStr::from_ptr(version()).to_string_lossy().into_owned();
        Ok((*multiply, version))
    }
}
