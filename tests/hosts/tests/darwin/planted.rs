//! Faulty machine code replaces the guest's: the emulator has to detect it.

use object::Architecture;
use rustgo_hosts::macos::{Convention, Program, emulator};

use crate::{EXPORT, GO, LINKED, inputs};

const SCALAR: [u8; 32] = [7; 32];

/// A function to call, and the one whose code is replaced.
#[derive(Clone, Copy)]
enum Case {
    Main,
    C,
    Shim,
}

fn run(program: &Program, case: Case, code: &[u8]) -> anyhow::Result<Vec<String>> {
    let (convention, function, at) = match case {
        Case::Main => (Convention::Main, "_main", EXPORT),
        Case::C => (Convention::C, EXPORT, EXPORT),
        Case::Shim => (Convention::Go, program.shims()[0], program.shims()[0]),
    };
    let code = code.iter().map(|byte| format!("{byte:02x}")).collect();
    let plant = [(program.address(at)?, code)];
    emulator::run(
        &program.task(convention, function, &[inputs::hex(&SCALAR)], &plant)?,
        &[],
    )
}

fn refused(program: &Program, case: Case, code: &[u8], message: &str) {
    let wrong = run(program, case, code).expect_err(message).to_string();
    assert!(wrong.contains(message), "{message} was expected: {wrong}");
}

fn a64(instructions: &[u32]) -> Vec<u8> {
    const RET: u32 = 0xd65f_03c0;
    instructions
        .iter()
        .chain(&[RET])
        .flat_map(|instruction| instruction.to_le_bytes())
        .collect()
}

/// Functions that set one register to 0 and return: with the register's name, and whether Go requires it to be
/// preserved too.
fn clobbers(architecture: Architecture) -> Vec<(String, bool, Vec<u8>)> {
    match architecture {
        Architecture::X86_64 => [
            ("RBX", 3),
            ("RBP", 5),
            ("R12", 12),
            ("R13", 13),
            ("R14", 14),
            ("R15", 15),
        ]
        .map(|(name, number): (_, u8)| {
            let mov = [0x48 | number >> 3, 0xc7, 0xc0 | number & 7, 0, 0, 0, 0, 0xc3];
            (name.to_owned(), name == "RBP", mov.to_vec())
        })
        .into(),
        Architecture::Aarch64 => {
            let general = (18..30).map(|n| {
                let go = matches!(n, 18 | 28 | 29);
                (format!("X{n}"), go, a64(&[0xd280_0000 | n]))
            });
            let vector = (8..16).map(|n| (format!("D{n}"), false, a64(&[0x2f00_e400 | n])));
            general.chain(vector).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Other faults of a function, and the message for each.
fn faults(architecture: Architecture) -> Vec<(Vec<u8>, &'static str)> {
    match architecture {
        Architecture::X86_64 => vec![
            (vec![0xfd, 0xc3], "the direction flag is set"),
            // ret 8
            (vec![0xc2, 8, 0], "the stack pointer moved by 8"),
            // mov [rsp + 8], rax; ret
            (
                vec![0x48, 0x89, 0x44, 0x24, 8, 0xc3],
                "it wrote into its caller's stack",
            ),
            // mov [rdi + 32], al; ret
            (vec![0x88, 0x47, 32, 0xc3], "it wrote beside the point"),
            // jmp to itself
            (vec![0xeb, 0xfe], "it does not return"),
            (vec![0x0f, 0x0b], "at 0x"),
        ],
        Architecture::Aarch64 => vec![
            // sub sp, sp, #16
            (a64(&[0xd100_43ff]), "the stack pointer moved by -16"),
            // str x0, [sp, #16]
            (a64(&[0xf900_0be0]), "it wrote into its caller's stack"),
            // strb w0, [x0, #32]
            (a64(&[0x3900_8000]), "it wrote beside the point"),
            // b to itself
            (a64(&[0x1400_0000]), "it does not return"),
            // udf
            (a64(&[0]), "at 0x"),
        ],
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_register_that_changes_is_noticed() {
    for program in LINKED.iter() {
        for (name, _, code) in clobbers(program.architecture) {
            refused(program, Case::C, &code, &format!("{name} was 0x"));
        }
    }
    for program in GO.iter() {
        for (name, go, code) in clobbers(program.architecture) {
            if go {
                refused(program, Case::Shim, &code, &format!("{name} was 0x"));
            }
        }
    }
}

/// A program's start shows registers that none of its functions restores: of the guest's callers, those in assembly
/// preserve none.
#[test]
fn a_register_that_changes_is_noticed_by_main() {
    for program in &LINKED[2..] {
        let (name, _, code) = clobbers(program.architecture)
            .into_iter()
            .find(|(name, ..)| matches!(name.as_str(), "R15" | "X18"))
            .unwrap();
        refused(program, Case::Main, &code, &format!("{name} was 0x"));
    }
}

#[test]
fn other_faults_are_noticed() {
    for program in LINKED.iter() {
        for (code, message) in faults(program.architecture) {
            refused(program, Case::C, &code, message);
        }
    }
}

/// A function that only returns: the registers are right, but the point is wrong.
#[test]
fn a_wrong_point_is_noticed() {
    for (case, programs) in [(Case::Main, &*LINKED), (Case::C, &LINKED), (Case::Shim, &GO)] {
        for program in programs.iter() {
            let code = match program.architecture {
                Architecture::X86_64 => vec![0xc3],
                _ => a64(&[]),
            };
            let points = run(program, case, &code).unwrap();
            assert_ne!(
                points[0].trim_end(),
                inputs::hex(&rustgo_crypto::scalar_base_mult(&SCALAR))
            );
        }
    }
}
