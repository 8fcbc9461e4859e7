//! Functions that align their frame and have each epilogue that needs other bytes in Go's assembler; and two whose
//! end can't be written so. Each reads a byte in a function that it calls.
#![no_std]

#[unsafe(no_mangle)]
extern "C" fn rustgo_read(address: *const u8) -> u64 {
    // SAFETY: none; the test wants the fault.
    u64::from(unsafe { address.read_volatile() })
}

macro_rules! export {
    ($(#[$text:meta])* $name:ident: $($line:expr),+) => {
        $(#[$text])*
        ///
        /// # Safety
        ///
        /// - None; the test hands over a null pointer.
        #[rustgo_rt::export(requires = "avx")]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name(address: *const u8) -> u64 {
            core::arch::naked_asm!("push rbp", "mov rbp, rsp", $($line),+)
        }
    };
}

export!(
    /// `ADJSP` takes three bytes more.
    saved: "push r14", "push rbx", "and rsp, -64", "sub rsp, 256", "call rustgo_read",
    "lea rsp, [rbp - 16]", "pop rbx", "pop r14", "pop rbp", "ret"
);

export!(
    /// Four.
    plain: "and rsp, -32", "sub rsp, 4000", "call rustgo_read", "mov rsp, rbp", "pop rbp", "vzeroupper", "ret"
);

export!(
    /// One.
    small: "and rsp, -64", "sub rsp, 64", "call rustgo_read", "mov rsp, rbp", "pop rbp", "ret"
);

export!(
    /// None.
    equal: "push rbx", "and rsp, -64", "call rustgo_read", "lea rsp, [rbp - 8]", "pop rbx", "pop rbp", "ret"
);

export!(
    /// Three less.
    shorter: ".rept 17", "push rbx", ".endr", "and rsp, -64", "call rustgo_read",
    "lea rsp, [rbp - 136]", ".rept 17", "pop rbx", ".endr", "pop rbp", "ret"
);

export!(
    /// The alignment takes nothing, and three bytes more.
    aligned: "push rbx", "sub rsp, 40", "and rsp, -64", "sub rsp, 256", "call rustgo_read",
    "lea rsp, [rbp - 8]", "pop rbx", "pop rbp", "ret"
);

export!(
    /// A jump moves, to another function.
    tail: "push rbx", "push rbx", "and rsp, -64", "sub rsp, 256", "mov rbx, rdi", "call rustgo_read", "mov rdi, rbx",
    "lea rsp, [rbp - 16]", "pop rbx", "pop rbx", "pop rbp", "vzeroupper", "jmp rustgo_read"
);

export!(
    /// What would move is jumped to.
    entered: "xor eax, eax", "test rdi, rdi", "js 2f", "and rsp, -64", "sub rsp, 256", "call rustgo_read", "mov rsp, rbp",
    "2:", "pop rbp", "ret"
);

export!(
    /// The code that would move has no room before a function that probes the stack, because a directive for its depth is there.
    crowded: "pop rbp", "jmp rustgo_crowded"
);

core::arch::global_asm!(
    ".pushsection .text.rustgo_crowded, \"ax\", @progbits",
    ".type rustgo_crowded, @function",
    "rustgo_crowded:",
    "push rbp",
    "mov rbp, rsp",
    "and rsp, -64",
    "sub rsp, 256",
    "call rustgo_large",
    "mov rsp, rbp",
    "pop rbp",
    "ret",
    ".size rustgo_crowded, . - rustgo_crowded",
    ".skip 8, 0xcc",
    ".type rustgo_large, @function",
    "rustgo_large:",
    "push rbp",
    "mov rbp, rsp",
    "lea r11, [rsp - 8192]",
    "2:",
    "sub rsp, 4096",
    "mov qword ptr [rsp], 0",
    "cmp rsp, r11",
    "jne 2b",
    "call rustgo_read",
    "add rsp, 8192",
    "pop rbp",
    "ret",
    ".size rustgo_large, . - rustgo_large",
    ".popsection",
);
