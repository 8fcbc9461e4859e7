//! Instructions that a guest may not use, and the diagnostics about registers that belong to its host.

use super::instruction::{Instruction, LINK};
use super::opcode::Operation;
use super::{Aarch64, StepContext};
use crate::diagnostic::{Diagnostic, Refusal};
use crate::finding::Rule;
use crate::isa::{Isa as _, Wording, forbidden};
use crate::state::Register;

/// The texts of diagnostics for this processor.
pub const WORDING: Wording = Wording {
    frame_pointer: "x29",
    frame_pointer_help: "Go follows frame pointers without checking them. Compile the code with frame pointers \
                         (`-Cforce-frame-pointers=yes`, `-fno-omit-frame-pointer`); in assembly leave x29 alone, or open \
                         the function with `stp x29, x30, [sp, #-16]!; mov x29, sp` and end it with `ldp x29, x30, [sp], \
                         #16`. Code of the prebuilt standard library has to be built again with the guest (`rustup \
                         component add rust-src`), or avoided",
    not_restored_help: "the C ABI lets a function use x19 to x26 and d8 to d15 only when it saves and restores them: \
                        declare them as outputs of the `asm!` block, or store and load them",
    red_zone_help: "an interrupt or a signal may overwrite that memory at any time. Compile the code without a red \
                    zone (`-mno-red-zone` for Apple's systems, `-Cno-redzone=yes`); in assembly take the stack first \
                    (`sub sp, sp, #16`)",
    not_understood_help: "guests are plain ARMv8 code: compile without scalable vectors, pointer authentication and \
                          memory tags (`-Ctarget-cpu=generic`, `-mbranch-protection=none`), and replace the instruction \
                          in assembly",
    rounding_help: "the rounding mode and the exception masks belong to the host: leave FPCR alone",
    shown: 4,
};

/// The registers that no instruction of an image writes, and their owners.
const RESERVED: [(Register, &str); 3] = [
    (18, "macOS and Windows"),
    (27, "the shim that handles panics"),
    (28, "Go, which keeps its goroutine pointer there"),
];

/// The same as a bit set.
pub const RESERVED_SET: u64 = {
    let (mut set, mut index) = (0, 0);
    while index < RESERVED.len() {
        set |= 1 << RESERVED[index].0;
        index += 1;
    }
    set
};

/// Reports an instruction that no guest may use, and refuses one that is not understood.
///
/// SOUNDNESS: C5, C6, T6, T7, T12
pub fn check(context: &mut StepContext) {
    let instruction = context.instruction;
    match instruction.operation() {
        Operation::Kernel => context.report(forbidden::for_the_kernel(&context.text())),
        Operation::Hint => hint(context),
        Operation::ReadSystemRegister | Operation::WriteSystemRegister => system_register(context),
        // The linker's instruction for far addresses, which counts from a multiple of 4096 bytes. An image need not be
        // at one.
        Operation::PageAddress => context.complain(
            Rule::AbsoluteAddress,
            format!(
                "`{}` counts in pages, but an image need not be loaded at a page boundary",
                context.text()
            ),
            "let the assembler emit a relocation for the address (`adrp x0, symbol`), which this tool resolves, \
             or use `adr`",
        ),
        // Scalable vectors, whose frames have no known size, pointer authentication, memory tagging, and everything
        // newer. Which registers they write is not known either.
        Operation::Unknown => return context.refuse(Aarch64::WORDING.not_understood(&context.text())),
        _ => {}
    }
    let written = instruction.writes().registers;
    for (register, owner) in RESERVED {
        if written & (1 << register) != 0 {
            context.report(written_reserved(&context.text(), register, owner));
        }
    }
}

/// The only hints that guests need do nothing.
fn hint(context: &mut StepContext) {
    let text = context.text();
    match context.instruction.bits(5, 7) {
        // nop, yield, csdb, and landing pads for indirect branches.
        0 | 1 | 20 | 32 | 34 | 36 | 38 => {}
        // These sign or check the return address or x17.
        7..=15 | 24..=31 | 39 => context.refuse(Aarch64::WORDING.not_understood(&text)),
        _ => context.report(forbidden::for_the_kernel(&text)),
    }
}

fn system_register(context: &mut StepContext) {
    let instruction = context.instruction;
    let text = context.text();
    let is_read = instruction.operation() == Operation::ReadSystemRegister;
    if is_thread_pointer(&instruction) {
        return context.report(forbidden::thread_local(&text, ""));
    }
    let is_fpcr = is_register(&instruction, 3, 3, 4, 4, 0);
    // Compilers save the flags like that if they have no other choice: NZCV.
    let is_flags = is_register(&instruction, 3, 3, 4, 2, 0);
    // FPSR is caller-saved and may be read and written; FPCR may be read.
    let is_fpsr = is_register(&instruction, 3, 3, 4, 4, 1);
    if is_fpcr && !is_read {
        context.report(Aarch64::WORDING.rounding(&text));
    } else if !is_fpcr && !is_flags && !is_fpsr {
        context.report(forbidden::for_the_kernel(&text));
    }
}

/// TPIDR_EL0 or TPIDRRO_EL0.
fn is_thread_pointer(instruction: &Instruction) -> bool {
    is_register(instruction, 3, 3, 13, 0, 2) || is_register(instruction, 3, 3, 13, 0, 3)
}

/// Whether the instruction accesses the system register with this number.
fn is_register(instruction: &Instruction, op0: u32, op1: u32, n: u32, m: u32, op2: u32) -> bool {
    let number = (op0 & 1) << 14 | op1 << 11 | n << 7 | m << 3 | op2;
    instruction.bits(5, 15) == number && instruction.bit(20)
}

fn written_reserved(text: &str, register: Register, owner: &str) -> Diagnostic {
    Diagnostic {
        rule: Rule::ReservedRegister,
        message: format!("`{text}` writes x{register}, which belongs to {owner}"),
        help: format!(
            "compile the code with `-Ctarget-feature=+reserve-x{register}` (C: `-ffixed-x{register}`). The prebuilt \
             standard library was not: where a function of `core` is at fault, run `rustup component add rust-src`, \
             and it is built again with the guest; or avoid that function"
        ),
    }
}

/// An instruction leaves the stack pointer misaligned by some bytes.
pub fn not_aligned(instruction: &str, bytes: u64) -> Diagnostic {
    Diagnostic {
        rule: Rule::StackAlignment,
        message: format!("`{instruction}` leaves sp {bytes} bytes above a multiple of 16"),
        help: "the processor faults when memory is accessed through such a stack pointer, in this function, in a called one \
               or in an interrupt: change the stack pointer by multiples of 16 bytes"
            .to_owned(),
    }
}

/// A function ends without its return address in x30.
pub fn return_address(what: &str) -> Refusal {
    Refusal::indirect(
        format!("this {what} with something other than the caller's return address in x{LINK}"),
        "a function returns to its caller: save x30 before a call and load it from the same place afterwards",
    )
}
