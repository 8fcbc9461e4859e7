//! Functions whose frames align the stack pointer, or are so large that a loop probes them, or have 128 bytes, for which Go's
//! assembler has a shorter instruction; and that fault at their deepest point.
#![no_std]

use core::hint::black_box;

#[repr(align(64))]
struct Line([u8; 64]);

/// How far a local is from where it should lie, which the compiler must not take for granted.
fn remainder(line: &Line) -> u64 {
    black_box(core::ptr::from_ref(line) as usize as u64) % 64
}

#[inline(never)]
fn fault(address: *const u8) -> u64 {
    // SAFETY: none; the test wants the fault.
    u64::from(unsafe { address.read_volatile() })
}

#[inline(never)]
fn inner(address: *const u8) -> u64 {
    let line = black_box(Line([1; 64]));
    fault(address) + remainder(black_box(&line))
}

/// Reads a byte under two frames that align the stack pointer to 64; adds what their locals are off.
///
/// # Safety
///
/// - None; the test hands over a null pointer.
#[rustgo_rt::export]
pub unsafe extern "C" fn aligned(address: *const u8) -> u64 {
    let line = black_box(Line([2; 64]));
    inner(address) + remainder(black_box(&line))
}

/// Reads a byte under a frame of 64 KiB.
///
/// # Safety
///
/// - None; the test hands over a null pointer.
#[rustgo_rt::export(stack = 131072)]
pub unsafe extern "C" fn large(address: *const u8) -> u64 {
    let room = black_box([3u8; 64 << 10]);
    fault(address) + u64::from(black_box(&room)[100]) - 3
}

#[inline(never)]
extern "C" fn fault_in_c(address: *const u8) -> u64 {
    fault(address)
}

/// Reads a byte under a frame of 128 bytes.
///
/// # Safety
///
/// - None; the test hands over a null pointer.
#[rustgo_rt::export]
#[unsafe(naked)]
pub unsafe extern "C" fn short(address: *const u8) -> u64 {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 128",
        "call {fault}",
        "add rsp, 128",
        "pop rbp",
        "ret",
        fault = sym fault_in_c,
    )
}
