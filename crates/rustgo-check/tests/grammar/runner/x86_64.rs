//! x86-64: what is callee-saved in the System V ABI.

use core::arch::{asm, global_asm};

/// rbx, rbp, r12 to r15, the direction flag, MXCSR's modes, the x87 control word, the change of rsp, the x87 tags.
pub type Registers = [u64; 11];

const DIRECTION: usize = 6;
const MXCSR: usize = 7;
const CONTROL: usize = 8;
const SP: usize = 9;
const TAGS: usize = 10;

/// The value that may be there before a call.
pub fn allowed(number: usize, random: u64) -> u64 {
    match number {
        DIRECTION | SP => 0,
        MXCSR => 0x1f80 | (random & 3) << 13,
        CONTROL => 0x037f | (random & 3) << 10,
        TAGS => 0xffff,
        _ => random,
    }
}

/// The value that has to be there afterwards.
pub fn expected(_: usize, before: u64) -> u64 {
    before
}

pub const WRITE: usize = 1;
pub const MMAP: usize = 9;
pub const SIGACTION: usize = 13;
pub const SETITIMER: usize = 38;
pub const SIGALTSTACK: usize = 131;
const EXIT: usize = 60;

/// # Safety
///
/// - What the system call requires.
pub unsafe fn system(number: usize, [a, b, c, d, e, f]: [usize; 6]) -> usize {
    let result;
    // SAFETY: the caller guarantees what the system call requires.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
            in("r8") e, in("r9") f, out("rcx") _, out("r11") _, options(nostack));
    }
    result
}

pub fn exit(status: usize) -> ! {
    // SAFETY: the call ends the program.
    unsafe { system(EXIT, [status, 0, 0, 0, 0, 0]) };
    loop {}
}

unsafe extern "C" {
    /// Calls a program with the given stack pointer and registers. Returns 0 with the registers afterwards, or the
    /// number of the signal that ended it.
    pub fn execute(entry: u64, sp: u64, before: *const u64, after: *mut u64) -> u64;
    /// The signal handler.
    pub fn on_signal();
}

global_asm!(
    ".globl _start",
    "_start: xor ebp, ebp",
    "and rsp, -16",
    "call run",
    ".globl execute",
    "execute:",
    "push rbx",
    "push rbp",
    "push r12",
    "push r13",
    "push r14",
    "push r15",
    "sub rsp, 40",
    "mov [rip + own], rsp",
    "mov [rip + entry], rdi",
    "mov [rip + top], rsi",
    "mov [rip + results], rcx",
    "fninit",
    "ldmxcsr [rdx + 56]",
    "fldcw [rdx + 64]",
    "mov rbx, [rdx]",
    "mov rbp, [rdx + 8]",
    "mov r12, [rdx + 16]",
    "mov r13, [rdx + 24]",
    "mov r14, [rdx + 32]",
    "mov r15, [rdx + 40]",
    "mov rsp, rsi",
    "lea rax, [rbx + r12]",
    "lea rcx, [rbx + r13]",
    "lea rdx, [rbx + r14]",
    "lea rsi, [rbx + r15]",
    "lea rdi, [rbp + r12]",
    "lea r8, [rbp + r13]",
    "lea r9, [rbp + r14]",
    "lea r10, [rbp + r15]",
    "lea r11, [r12 + r13]",
    "call [rip + entry]",
    "mov rax, [rip + results]",
    "mov [rax], rbx",
    "mov [rax + 8], rbp",
    "mov [rax + 16], r12",
    "mov [rax + 24], r13",
    "mov [rax + 32], r14",
    "mov [rax + 40], r15",
    "mov rcx, rsp",
    "sub rcx, [rip + top]",
    "mov [rax + 72], rcx",
    "mov rsp, [rip + own]",
    "pushfq",
    "pop rcx",
    "and ecx, 0x400",
    "mov [rax + 48], rcx",
    "cld",
    "stmxcsr [rsp]",
    "mov ecx, [rsp]",
    "and ecx, ~0x3f", // the exception flags are caller-saved
    "mov [rax + 56], rcx",
    "fnstcw [rsp]",
    "movzx ecx, word ptr [rsp]",
    "mov [rax + 64], rcx",
    "fnstenv [rsp]",
    "movzx ecx, word ptr [rsp + 8]",
    "mov [rax + 80], rcx",
    "xor eax, eax",
    "2: fninit",
    "add rsp, 40",
    "pop r15",
    "pop r14",
    "pop r13",
    "pop r12",
    "pop rbp",
    "pop rbx",
    "ret",
    ".globl on_signal",
    "on_signal:",
    "cld",
    "mov eax, edi",
    "mov rsp, [rip + own]",
    "jmp 2b",
    ".local own",
    ".comm own, 8, 8",
    ".local entry",
    ".comm entry, 8, 8",
    ".local top",
    ".comm top, 8, 8",
    ".local results",
    ".comm results, 8, 8",
);
