//! Linux on 32-bit x86: number in eax, arguments in ebx, ecx, edx, esi, edi, ebp, result in eax.

use core::arch::global_asm;

pub const WRITE: usize = 4;
/// `mmap2`: its offset, which is 0 here, counts in pages.
pub const MMAP: usize = 192;
pub const MPROTECT: usize = 125;
pub const EXIT: usize = 1;

// The stack pointer is a multiple of 16 here, as it should be before a call.
global_asm!(".globl _start", "_start:", "xor ebp, ebp", "call run");

// intptr_t system_call(uintptr_t number, const uintptr_t arguments[6]);
// Rust's inline assembly can't use esi and ebp as operands.
global_asm!(
    "system_call:",
    "push ebp",
    "push ebx",
    "push esi",
    "push edi",
    "mov eax, [esp + 20]",
    "mov ebp, [esp + 24]",
    "mov ebx, [ebp]",
    "mov ecx, [ebp + 4]",
    "mov edx, [ebp + 8]",
    "mov esi, [ebp + 12]",
    "mov edi, [ebp + 16]",
    "mov ebp, [ebp + 20]",
    "int 0x80",
    "pop edi",
    "pop esi",
    "pop ebx",
    "pop ebp",
    "ret",
);

unsafe extern "C" {
    fn system_call(number: usize, arguments: &[usize; 6]) -> isize;
}

/// # Safety
/// - The system call does nothing to memory that Rust uses.
pub unsafe fn call(number: usize, arguments: [usize; 6]) -> isize {
    // SAFETY: the caller guarantees that the call leaves memory of Rust alone; there are six arguments.
    unsafe { system_call(number, &arguments) }
}
