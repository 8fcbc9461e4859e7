//! Calls and jumps of x86-64.

/// Calls a function by name, and is what it returns.
#[macro_export]
macro_rules! called {
    (program $function:path[$a:expr, $b:expr, $size:expr]) => {
        $crate::called!("call {}", $function, $a, $b, $size)
    };
    (library $function:path[$a:expr, $b:expr, $size:expr]) => {
        $crate::called!("call qword ptr [rip + {}@GOTPCREL]", $function, $a, $b, $size)
    };
    ($call:literal, $function:path, $a:expr, $b:expr, $size:expr) => {{
        let result;
        ::std::arch::asm!($call, sym $function,
            in("rdi") $a, in("rsi") $b, in("rdx") $size, lateout("rax") result, clobber_abi("C"));
        result
    }};
}

/// Jumps to what follows, at the next multiple of 32.
#[macro_export]
macro_rules! jump {
    () => {
        ::std::arch::asm!(
            "jmp 2f",
            ".p2align 5",
            "2:",
            options(nomem, nostack, preserves_flags)
        )
    };
}
