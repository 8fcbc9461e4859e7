//! x86-64: the registers of System V's ABI that a callee keeps, and functions that lose one each.

use core::arch::{asm, global_asm};

/// The registers that have to be preserved, in the order of [`Registers`].
pub const NAMES: [&str; 12] = [
    "rbx",
    "rbp",
    "r12",
    "r13",
    "r14",
    "r15",
    "the direction flag",
    "MXCSR",
    "the x87 control word",
    "rsp",
    "the x87 stack, which is empty,",
    "the vector registers' upper halves, which are zero,",
];

/// The value of each.
pub type Registers = [u64; NAMES.len()];

const FLAGS: usize = 6;
const MXCSR: usize = 7;
const CONTROL: usize = 8;
/// From here on the harness notes what differs from how it was.
const DIFFERENCES: usize = 9;

/// What may be there before a call: any value of a register; any rounding, with all exceptions masked.
pub fn allowed(number: usize, random: u64) -> u64 {
    match number {
        FLAGS | DIFFERENCES.. => 0,
        MXCSR => 0x1f80 | (random & 3) << 13,
        CONTROL => 0x037f | (random & 3) << 10,
        _ => random,
    }
}

/// The bits of them that have to be preserved: the direction flag, and MXCSR without the exception flags.
pub fn observed(number: usize, value: u64) -> u64 {
    match number {
        FLAGS => value & 1 << 10,
        MXCSR => value & !0x3f,
        _ => value,
    }
}

unsafe extern "C" {
    /// `void call(void (*function)(), void *room, const Registers *before, Registers *after, uint64_t count)`
    ///
    /// rdi function, rsi room, rdx before, rcx after, r8 count
    ///
    /// # Safety
    ///
    /// - The function may be called with two addresses of 640 bytes each in the room, and with the count twice.
    pub fn call(
        function: unsafe extern "C" fn(),
        room: *mut u8,
        before: &Registers,
        after: &mut Registers,
        count: u64,
    );

    fn lose_rbx();
    fn lose_rbp();
    fn lose_r12();
    fn lose_r13();
    fn lose_r14();
    fn lose_r15();
    fn lose_direction();
    fn lose_mxcsr();
    fn lose_control();
    fn lose_rsp();
    fn lose_x87();
    fn lose_upper();
}

/// A function that loses each.
pub static PLANTED: [unsafe extern "C" fn(); NAMES.len()] = [
    lose_rbx,
    lose_rbp,
    lose_r12,
    lose_r13,
    lose_r14,
    lose_r15,
    lose_direction,
    lose_mxcsr,
    lose_control,
    lose_rsp,
    lose_x87,
    lose_upper,
];

global_asm!(
    ".globl _start",
    "_start: xor ebp, ebp",
    "and rsp, -16",
    "call run",
    ".globl call",
    "call:",
    "push rbx",
    "push rbp",
    "push r12",
    "push r13",
    "push r14",
    "push r15",
    "push rcx",    // after
    "sub rsp, 48", // the modes of the harness: MXCSR, the control word; at 16 what fnstenv writes
    "mov [rip + stack], rsp",
    "stmxcsr [rsp]",
    "fnstcw [rsp + 4]",
    "ldmxcsr [rdx + 56]",
    "fldcw [rdx + 64]",
    "mov rbx, [rdx]",
    "mov rbp, [rdx + 8]",
    "mov r12, [rdx + 16]",
    "mov r13, [rdx + 24]",
    "mov r14, [rdx + 32]",
    "mov r15, [rdx + 40]",
    "mov rax, rdi",
    "mov rdi, rsi",
    "lea rsi, [rdi + 640]",
    "mov rdx, r8",
    "mov rcx, r8",
    "call rax",
    "mov rax, rsp",
    "mov rsp, [rip + stack]",
    "sub rax, rsp",
    "mov rcx, [rsp + 48]",
    "mov [rcx + 72], rax",
    "mov [rcx], rbx",
    "mov [rcx + 8], rbp",
    "mov [rcx + 16], r12",
    "mov [rcx + 24], r13",
    "mov [rcx + 32], r14",
    "mov [rcx + 40], r15",
    "pushfq",
    "pop qword ptr [rcx + 48]",
    "cld",
    "stmxcsr [rcx + 56]",
    "fnstcw [rcx + 64]",
    "fnstenv [rsp + 16]",
    "fninit",
    "movzx eax, word ptr [rsp + 24]", // the tags, all ones where nothing is in the registers
    "xor eax, 0xffff",
    "mov [rcx + 80], rax",
    ".irp number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
    "vorps ymm0, ymm0, ymm\\number",
    ".endr",
    "vextractf128 xmm0, ymm0, 1",
    "vzeroupper",
    "packsswb xmm0, xmm0", // eight bytes, none of them zero because of what is not
    "movq [rcx + 88], xmm0",
    "ldmxcsr [rsp]",
    "fldcw [rsp + 4]",
    "add rsp, 56",
    "pop r15",
    "pop r14",
    "pop r13",
    "pop r12",
    "pop rbp",
    "pop rbx",
    "ret",
    "lose_rbx: not rbx",
    "ret",
    "lose_rbp: inc rbp",
    "ret",
    "lose_r12: xor r12d, r12d",
    "ret",
    "lose_r13: mov r13b, 1",
    "neg r13",
    "ret",
    "lose_r14: not r14",
    "ret",
    "lose_r15: rol r15, 1",
    "ret",
    "lose_direction: std",
    "ret",
    "lose_mxcsr: sub rsp, 8",
    "stmxcsr [rsp]",
    "xor dword ptr [rsp], 0x6000",
    "ldmxcsr [rsp]",
    "add rsp, 8",
    "ret",
    "lose_control: sub rsp, 8",
    "fnstcw [rsp]",
    "xor dword ptr [rsp], 0xc00",
    "fldcw [rsp]",
    "add rsp, 8",
    "ret",
    "lose_rsp: ret 8",
    "lose_x87: fld1",
    "ret",
    "lose_upper: vcmptrueps ymm9, ymm9, ymm9",
    "ret",
    ".local stack",
    ".comm stack, 8, 8",
);

const WRITE: usize = 1;
const EXIT: usize = 60;

fn system(number: usize, [a, b, c]: [usize; 3]) {
    // SAFETY: the program makes two system calls: one reads a text, the other ends the program.
    unsafe {
        asm!("syscall", inlateout("rax") number => _, in("rdi") a, in("rsi") b, in("rdx") c, lateout("rcx") _,
            lateout("r11") _, options(nostack));
    }
}

pub fn write(file: usize, text: *const u8, length: usize) {
    system(WRITE, [file, text as usize, length]);
}

pub fn exit(status: usize) -> ! {
    system(EXIT, [status, 0, 0]);
    loop {}
}
