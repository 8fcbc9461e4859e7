//! Instructions that a guest may not use, and the complaints about registers that belong to its host.

use disarm64_defn::InsnClass as Class;

use super::Seen;
use super::instruction::{Instruction, LINK};
use crate::finding::Rule;
use crate::image::Image;
use crate::machine::Complaint;
use crate::state::Register;

/// The registers that no instruction of an image writes, and whose they are.
const RESERVED: [(Register, &str); 3] = [
    (18, "the system on macOS and Windows"),
    (27, "the shim that a panic goes back to"),
    (28, "Go, which finds its goroutine there"),
];

/// The same, a bit for each.
pub fn reserved() -> u64 {
    RESERVED.iter().fold(0, |set, (register, _)| set | 1 << register)
}

/// Complains about an instruction that no guest may use.
pub fn check(seen: &mut Seen) {
    let instruction = seen.instruction;
    let text = seen.text();
    match instruction.class() {
        Class::EXCEPTION if !is_trap(&instruction) => seen.complaints.push(for_the_kernel(&text)),
        Class::IC_SYSTEM => system(seen),
        Class::BRANCH_REG if !matches!(instruction.mnemonic(), "br" | "blr" | "ret") => {
            seen.complaints.push(unknown(&text))
        }
        // The linker's way to reach far, which counts from a multiple of 4096 bytes; the image is at none.
        Class::PCRELADDR if instruction.mnemonic() == "adrp" => seen.complain(
            Rule::AbsoluteAddress,
            format!("`{text}` counts in pages, and an image is not placed at a multiple of a page"),
            "let the assembler write a relocation for the address (`adrp x0, symbol`), which the tool then resolves, \
             or use `adr`",
        ),
        class if !is_known(class) || is_tagged(&instruction) => seen.complaints.push(unknown(&text)),
        _ => {}
    }
    let written = instruction.writes().registers;
    for (register, owner) in RESERVED {
        if written & (1 << register) != 0 {
            seen.complaints.push(written_reserved(&text, register, owner));
        }
    }
}

/// The groups that compilers use. The rest are the scalable vectors, whose frames have no known size, authentication of
/// pointers, memory tags, and whatever is newer.
fn is_known(class: Class) -> bool {
    matches!(
        class,
        Class::ADDSUB_CARRY
            | Class::ADDSUB_EXT
            | Class::ADDSUB_IMM
            | Class::ADDSUB_SHIFT
            | Class::ASIMDALL
            | Class::ASIMDDIFF
            | Class::ASIMDELEM
            | Class::ASIMDEXT
            | Class::ASIMDIMM
            | Class::ASIMDINS
            | Class::ASIMDMISC
            | Class::ASIMDPERM
            | Class::ASIMDSAME
            | Class::ASIMDSHF
            | Class::ASIMDTBL
            | Class::ASISDDIFF
            | Class::ASISDELEM
            | Class::ASISDLSE
            | Class::ASISDLSEP
            | Class::ASISDLSO
            | Class::ASISDLSOP
            | Class::ASISDMISC
            | Class::ASISDONE
            | Class::ASISDPAIR
            | Class::ASISDSAME
            | Class::ASISDSHF
            | Class::BFLOAT16
            | Class::BITFIELD
            | Class::BRANCH_IMM
            | Class::BRANCH_REG
            | Class::COMPBRANCH
            | Class::CONDBRANCH
            | Class::CONDCMP_IMM
            | Class::CONDCMP_REG
            | Class::CONDSEL
            | Class::CRYPTOAES
            | Class::CRYPTOSHA2
            | Class::CRYPTOSHA3
            | Class::CRYPTOSM3
            | Class::CRYPTOSM4
            | Class::CSSC
            | Class::DOTPRODUCT
            | Class::DP_1SRC
            | Class::DP_2SRC
            | Class::DP_3SRC
            | Class::EXCEPTION
            | Class::EXTRACT
            | Class::FLOAT2FIX
            | Class::FLOAT2INT
            | Class::FLOATCCMP
            | Class::FLOATCMP
            | Class::FLOATDP1
            | Class::FLOATDP2
            | Class::FLOATDP3
            | Class::FLOATIMM
            | Class::FLOATSEL
            | Class::FPRCVTFLOAT2INT
            | Class::FPRCVTINT2FLOAT
            | Class::IC_SYSTEM
            | Class::LDSTEXCL
            | Class::LDSTNAPAIR_OFFS
            | Class::LDSTPAIR_INDEXED
            | Class::LDSTPAIR_OFF
            | Class::LDST_IMM9
            | Class::LDST_POS
            | Class::LDST_REGOFF
            | Class::LDST_UNSCALED
            | Class::LOADLIT
            | Class::LOG_IMM
            | Class::LOG_SHIFT
            | Class::LSE_ATOMIC
            | Class::MOVEWIDE
            | Class::PCRELADDR
            | Class::TESTBRANCH
    )
}

/// Memory tags and signed pointers, which share groups with plain arithmetic.
fn is_tagged(instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    matches!(
        mnemonic,
        "addg" | "subg" | "irg" | "gmi" | "subp" | "subps" | "pacga" | "ldg" | "ldgm" | "stgm" | "stzgm"
    ) || ["pac", "aut", "xpac"]
        .iter()
        .any(|start| mnemonic.starts_with(start))
}

/// `brk` and `udf` end the program, as Rust's aborts do.
fn is_trap(instruction: &Instruction) -> bool {
    matches!(instruction.mnemonic(), "brk" | "udf")
}

/// Hints that do nothing, barriers and flags are all that guests have use for.
fn system(seen: &mut Seen) {
    let instruction = seen.instruction;
    let text = seen.text();
    match instruction.mnemonic() {
        "clrex" | "dmb" | "dsb" | "isb" | "sb" | "cfinv" | "rmif" | "setf8" | "setf16" => {}
        "hint" => match instruction.bits(5, 7) {
            // nop, yield, csdb, and landing pads for indirect branches.
            0 | 1 | 20 | 32 | 34 | 36 | 38 => {}
            // These sign or check the return address or x17.
            7..=15 | 24..=31 | 39 => seen.complaints.push(unknown(&text)),
            _ => seen.complaints.push(for_the_kernel(&text)),
        },
        // Compilers put the flags away where they have no other choice.
        "mrs" | "msr" if is_register(&instruction, 3, 3, 4, 2, 0) => {}
        // How arithmetic rounds may be read, and what it came across is nobody's: FPCR and FPSR.
        "mrs" if is_register(&instruction, 3, 3, 4, 4, 0) => {}
        "mrs" | "msr" if is_register(&instruction, 3, 3, 4, 4, 1) => {}
        "mrs" | "msr" if is_thread_pointer(&instruction) => seen.complain(
            Rule::ThreadLocal,
            format!("`{text}` uses the memory of the running thread"),
            "an image has no thread of its own: hand state in and out through arguments. In C, stack protectors and \
             `_Thread_local` do this (`-fno-stack-protector`)",
        ),
        "msr" if is_register(&instruction, 3, 3, 4, 4, 0) => seen.complain(
            Rule::ReservedRegister,
            format!("`{text}` changes how the host's floating-point arithmetic rounds and traps"),
            "the rounding mode and the exception masks belong to the host: leave FPCR alone",
        ),
        _ => seen.complaints.push(for_the_kernel(&text)),
    }
}

/// TPIDR_EL0 or TPIDRRO_EL0.
fn is_thread_pointer(instruction: &Instruction) -> bool {
    is_register(instruction, 3, 3, 13, 0, 2) || is_register(instruction, 3, 3, 13, 0, 3)
}

/// The system register with this number is read or written.
fn is_register(instruction: &Instruction, op0: u32, op1: u32, n: u32, m: u32, op2: u32) -> bool {
    let number = (op0 & 1) << 14 | op1 << 11 | n << 7 | m << 3 | op2;
    instruction.bits(5, 15) == number && instruction.bit(20)
}

fn for_the_kernel(text: &str) -> Complaint {
    Complaint {
        rule: Rule::SystemCall,
        message: format!("`{text}` asks the system for something, or is for the system alone"),
        help:
            "an image runs inside any host on any system: do the work in the host, or declare a host import"
                .to_owned(),
    }
}

/// An instruction whose effects are not known.
pub fn unknown(text: &str) -> Complaint {
    Complaint {
        rule: Rule::Undecidable,
        message: format!("`{text}` is not understood by the analysis"),
        help: "guests are plain ARMv8 code: compile without scalable vectors, pointer authentication and memory tags \
               (`-Ctarget-cpu=generic`, `-mbranch-protection=none`), and replace the instruction in assembly"
            .to_owned(),
    }
}

fn written_reserved(text: &str, register: Register, owner: &str) -> Complaint {
    Complaint {
        rule: Rule::ReservedRegister,
        message: format!("`{text}` writes x{register}, which belongs to {owner}"),
        help: format!(
            "compile the code with `-Ctarget-feature=+reserve-x{register}` (C: `-ffixed-x{register}`). The prebuilt \
             standard library was not: where a function of `core` is at fault, run `rustup component add rust-src`, \
             and it is built again with the guest; or avoid that function"
        ),
    }
}

/// An instruction uses memory below the stack pointer.
pub fn red_zone(instruction: &str) -> Complaint {
    Complaint {
        rule: Rule::RedZone,
        message: format!("`{instruction}` uses memory below the stack pointer"),
        help: "an interrupt or a signal may overwrite what lies there at any time. Compile the code without a red zone \
               (`-mno-red-zone` for Apple's systems, `-Cno-redzone=yes`); in assembly take the stack first (`sub sp, \
               sp, #16`)"
            .to_owned(),
    }
}

/// An instruction leaves the stack pointer so many bytes off.
pub fn not_aligned(instruction: &str, bytes: u64) -> Complaint {
    Complaint {
        rule: Rule::StackAlignment,
        message: format!("`{instruction}` leaves sp {bytes} bytes above a multiple of 16"),
        help: "the processor faults at what is read or written by such a stack pointer, in this function, in a called one \
               or in an interrupt: take and give back the stack in multiples of 16 bytes"
            .to_owned(),
    }
}

/// x29 holds something else than a frame pointer.
pub fn frame_pointer(reason: &str) -> Complaint {
    Complaint {
        rule: Rule::FramePointer,
        message: format!("x29 is used for something else than the frame pointer: {reason}"),
        help: "Go follows frame pointers without a check. Compile the code with frame pointers \
               (`-Cforce-frame-pointers=yes`, `-fno-omit-frame-pointer`); in assembly leave x29 alone, or open the \
               function with `stp x29, x30, [sp, #-16]!; mov x29, sp` and end it with `ldp x29, x30, [sp], #16`. Code of \
               the prebuilt standard library has to be built again with the guest (`rustup component add rust-src`), \
               or avoided"
            .to_owned(),
    }
}

/// A function ends without its return address in x30.
pub fn return_address(what: &str) -> Complaint {
    Complaint {
        rule: Rule::IndirectCall,
        message: format!("this {what} with something else than the caller's return address in x{LINK}"),
        help: format!(
            "a function returns to its caller: save x{LINK} before a call and load it from the same place afterwards"
        ),
    }
}

/// A function that is called by the C ABI loses registers of its caller.
pub fn not_restored(who: &str, registers: &[String]) -> Complaint {
    Complaint {
        rule: Rule::ReservedRegister,
        message: format!("{who} does not restore {}", registers.join(", ")),
        help: "the C ABI lets a function use x19 to x26 and d8 to d15 only when it saves and restores them: declare them \
               as outputs of the `asm!` block, or store and load them"
            .to_owned(),
    }
}

/// The bytes at an offset are no instruction.
pub fn undecodable(image: &Image, at: u64) -> Complaint {
    let code = image.code();
    let bytes: Vec<String> = code[code.len().min(at as usize)..]
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Complaint {
        rule: Rule::Undecidable,
        message: format!("the bytes {} are no instruction", bytes.join(" ")),
        help: "either data lies where code should be, or the instruction is newer than this tool".to_owned(),
    }
}
