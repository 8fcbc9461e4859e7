//! Functions whose stack depth can't be recorded by Go's assembler, each for another reason.
#![no_std]

use core::hint::black_box;

#[cfg(wide)]
#[repr(align(128))]
struct Wide([u8; 128]);

/// Has a frame that no shim aligns.
#[cfg(wide)]
#[rustgo_rt::export]
pub extern "C" fn wide() -> u64 {
    let line = black_box(Wide([1; 128]));
    u64::from(black_box(&line).0[0])
}

#[cfg(mixed)]
#[repr(align(64))]
struct Line([u8; 64]);

#[cfg(mixed)]
#[inline(never)]
fn inner() -> u64 {
    let line = black_box(Line([1; 64]));
    u64::from(black_box(&line).0[0])
}

/// Calls a function that aligns its frame, from two depths.
#[cfg(mixed)]
#[rustgo_rt::export]
pub extern "C" fn mixed(deep: bool) -> u64 {
    if black_box(deep) { deeper() } else { shallow() }
}

#[cfg(mixed)]
#[inline(never)]
fn deeper() -> u64 {
    let room = black_box([1u64; 2]);
    inner() + black_box(&room)[0]
}

#[cfg(mixed)]
#[inline(never)]
fn shallow() -> u64 {
    let room = black_box([1u64; 4]);
    inner() + black_box(&room)[0]
}

#[cfg(assembly)]
#[inline(never)]
extern "C" fn called() -> u64 {
    black_box(7)
}

/// Moves the stack pointer by an address.
#[cfg(assembly)]
#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn assembly() -> u64 {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "lea rsp, [rsp - 64]",
        "call {called}",
        "lea rsp, [rsp + 64]",
        "pop rbp",
        "ret",
        called = sym called,
    )
}

/// Ends in the middle, so that the next function's depth has to be recorded before it; but there is data.
#[cfg(data)]
#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn data(number: u64) -> u64 {
    core::arch::naked_asm!("push rbp", "mov rbp, rsp", "call rustgo_middle", "pop rbp", "ret")
}

#[cfg(data)]
core::arch::global_asm!(
    ".pushsection .text.rustgo_middle, \"ax\", @progbits",
    ".type rustgo_middle, @function",
    "rustgo_middle:",
    "push rbp",
    "mov rbp, rsp",
    "test rdi, rdi",
    "jz 2f",
    "pop rbp",
    "ret",
    "2:",
    "call rustgo_behind",
    "ud2",
    ".size rustgo_middle, . - rustgo_middle",
    ".quad 1, 2",
    ".type rustgo_behind, @function",
    "rustgo_behind:",
    "ret",
    ".size rustgo_behind, . - rustgo_behind",
    ".popsection",
);
