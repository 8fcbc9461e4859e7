//! Unwinding symbols that the prebuilt `core` refers to, because it was compiled with `panic = "unwind"`.
//!
//! They are never called: a guest is built with `panic = "abort"`, and nothing starts to unwind.

/// The personality routine that `core`'s unwind tables name.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() -> ! {
    crate::abort()
}

/// Where `core`'s landing pads go on.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    crate::abort()
}
