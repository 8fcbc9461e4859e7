//! Calls and jumps of arm64.

/// Calls a function by name, and is what it returns. For one of a shared library the linker adds the way there.
#[macro_export]
macro_rules! called {
    ($place:ident $function:path[$a:expr, $b:expr, $size:expr]) => {{
        let result;
        ::std::arch::asm!("bl {}", sym $function,
            inlateout("x0") $a => result, in("x1") $b, in("x2") $size, clobber_abi("C"));
        result
    }};
}

/// Jumps to what follows, at the next multiple of 32.
#[macro_export]
macro_rules! jump {
    () => {
        ::std::arch::asm!(
            "b 2f",
            ".p2align 5",
            "2:",
            options(nomem, nostack, preserves_flags)
        )
    };
}
