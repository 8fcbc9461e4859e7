//! arm64: the registers of the procedure call standard that a callee keeps, x18, which belongs to the system on macOS and
//! Windows, and functions that lose one each.

use core::arch::{asm, global_asm};

/// The registers that have to be preserved, in the order of [`Registers`].
pub const NAMES: [&str; 22] = [
    "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "d8", "d9", "d10",
    "d11", "d12", "d13", "d14", "d15", "FPCR", "SP",
];

/// The value of each.
pub type Registers = [u64; NAMES.len()];

const FPCR: usize = 20;
/// The harness notes by how much it moved.
const SP: usize = 21;

/// What may be there before a call: any value of a register, any rounding.
pub fn allowed(number: usize, random: u64) -> u64 {
    match number {
        FPCR => (random & 3) << 22,
        SP => 0,
        _ => random,
    }
}

/// The bits of them that have to be preserved.
pub fn observed(_: usize, value: u64) -> u64 {
    value
}

macro_rules! planted {
    ($($name:ident)*) => {
        unsafe extern "C" {
            /// `void call(void (*function)(), void *room, const Registers *before, Registers *after, uint64_t count)`
            ///
            /// x0 function, x1 room, x2 before, x3 after, x4 count
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

            $(fn $name();)*
        }

        /// A function that loses each.
        pub static PLANTED: [unsafe extern "C" fn(); NAMES.len()] = [$($name),*];
    };
}

planted!(lose_x18 lose_x19 lose_x20 lose_x21 lose_x22 lose_x23 lose_x24 lose_x25 lose_x26 lose_x27 lose_x28 lose_x29
    lose_d8 lose_d9 lose_d10 lose_d11 lose_d12 lose_d13 lose_d14 lose_d15 lose_fpcr lose_sp);

global_asm!(
    ".globl _start",
    "_start: mov x29, xzr",
    "bl run",
    ".globl call",
    "call:",
    "stp x29, x30, [sp, #-192]!",
    "stp x18, x19, [sp, #16]",
    "stp x20, x21, [sp, #32]",
    "stp x22, x23, [sp, #48]",
    "stp x24, x25, [sp, #64]",
    "stp x26, x27, [sp, #80]",
    "stp x28, x3, [sp, #96]", // after
    "stp d8, d9, [sp, #112]",
    "stp d10, d11, [sp, #128]",
    "stp d12, d13, [sp, #144]",
    "stp d14, d15, [sp, #160]",
    "mrs x9, fpcr",
    "str x9, [sp, #176]",
    "adrp x9, stack",
    "mov x10, sp",
    "str x10, [x9, :lo12:stack]",
    "ldr x9, [x2, #160]",
    "msr fpcr, x9",
    "ldp x18, x19, [x2]",
    "ldp x20, x21, [x2, #16]",
    "ldp x22, x23, [x2, #32]",
    "ldp x24, x25, [x2, #48]",
    "ldp x26, x27, [x2, #64]",
    "ldp x28, x29, [x2, #80]",
    "ldp d8, d9, [x2, #96]",
    "ldp d10, d11, [x2, #112]",
    "ldp d12, d13, [x2, #128]",
    "ldp d14, d15, [x2, #144]",
    "mov x9, x0",
    "mov x0, x1",
    "add x1, x0, #640",
    "mov x2, x4",
    "mov x3, x4",
    "blr x9",
    "mov x4, sp",
    "adrp x9, stack",
    "ldr x9, [x9, :lo12:stack]",
    "mov sp, x9",
    "sub x4, x4, x9",
    "ldr x3, [sp, #104]",
    "str x4, [x3, #168]",
    "stp x18, x19, [x3]",
    "stp x20, x21, [x3, #16]",
    "stp x22, x23, [x3, #32]",
    "stp x24, x25, [x3, #48]",
    "stp x26, x27, [x3, #64]",
    "stp x28, x29, [x3, #80]",
    "stp d8, d9, [x3, #96]",
    "stp d10, d11, [x3, #112]",
    "stp d12, d13, [x3, #128]",
    "stp d14, d15, [x3, #144]",
    "mrs x4, fpcr",
    "str x4, [x3, #160]",
    "ldr x4, [sp, #176]",
    "msr fpcr, x4",
    "ldp x18, x19, [sp, #16]",
    "ldp x20, x21, [sp, #32]",
    "ldp x22, x23, [sp, #48]",
    "ldp x24, x25, [sp, #64]",
    "ldp x26, x27, [sp, #80]",
    "ldr x28, [sp, #96]",
    "ldp d8, d9, [sp, #112]",
    "ldp d10, d11, [sp, #128]",
    "ldp d12, d13, [sp, #144]",
    "ldp d14, d15, [sp, #160]",
    "ldp x29, x30, [sp], #192",
    "ret",
    ".irp register, x18, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29",
    "lose_\\register: mvn \\register, \\register",
    "ret",
    ".endr",
    ".irp number, 8, 9, 10, 11, 12, 13, 14, 15",
    "lose_d\\number: fmov x0, d\\number",
    "add x0, x0, #1",
    "fmov d\\number, x0",
    "ret",
    ".endr",
    "lose_fpcr: mrs x0, fpcr",
    "eor x0, x0, #0xc00000",
    "msr fpcr, x0",
    "ret",
    "lose_sp: sub sp, sp, #16",
    "ret",
    ".local stack",
    ".comm stack, 8, 8",
);

const WRITE: usize = 64;
const EXIT: usize = 93;

fn system(number: usize, [a, b, c]: [usize; 3]) {
    // SAFETY: the program makes two system calls: one reads a text, the other ends the program.
    unsafe {
        asm!("svc #0", in("x8") number, inlateout("x0") a => _, in("x1") b, in("x2") c, options(nostack));
    }
}

pub fn write(file: usize, text: *const u8, length: usize) {
    system(WRITE, [file, text as usize, length]);
}

pub fn exit(status: usize) -> ! {
    system(EXIT, [status, 0, 0]);
    loop {}
}
