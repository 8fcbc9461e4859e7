//! Assembly that comes with a guest: what the C ABI says a function leaves as it was is proven for each register, and
//! what sets the host's floating-point modes or its direction flag is refused.
//!
//! Everything for a processor is one object: each function does one thing, wrong or right, and its name says which.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::processor::Processor;
use serde_json::Value;

/// A function, and what the tool has to say of it; nothing where it is right.
struct Case {
    name: String,
    code: String,
    says: Option<String>,
}

fn case(name: impl Into<String>, code: impl Into<String>, says: Option<&str>) -> Case {
    Case {
        name: name.into(),
        code: code.into(),
        says: says.map(str::to_owned),
    }
}

/// A function that loses a register, one that keeps it, one that keeps it on one way only, and one that loses it in a
/// function that it calls.
fn of_register(
    register: &str,
    lose: &str,
    save: &str,
    restore: &str,
    branch: &str,
    says: &str,
    ret: &str,
) -> Vec<Case> {
    let name = |what: &str| format!("{what}_{register}");
    vec![
        case(name("loses"), format!("{lose}\n{ret}"), Some(says)),
        case(name("keeps"), format!("{save}\n{lose}\n{restore}\n{ret}"), None),
        case(
            name("sometimes_keeps"),
            format!("{branch} 2f\n{lose}\n2: {ret}"),
            Some(says),
        ),
        case(
            name("restores_before_losing"),
            format!("{save}\n{restore}\n{lose}\n{ret}"),
            Some(says),
        ),
    ]
}

fn amd64() -> Vec<Case> {
    let mut cases = Vec::new();
    for register in ["rbx", "r12", "r13", "r14", "r15"] {
        cases.extend(of_register(
            register,
            &format!("xor {register}, {register}"),
            &format!("push {register}"),
            &format!("pop {register}"),
            "test rdi, rdi\nje",
            &format!("the export does not restore {register}"),
            "ret",
        ));
        // A part of it counts as well.
        cases.push(case(
            format!("increments_{register}"),
            format!("inc {register}\ndec {register}\nret"),
            Some(&format!("the export does not restore {register}")),
        ));
        cases.push(case(
            format!("calls_what_loses_{register}"),
            format!("call loses_{register}\nret"),
            Some(&format!("the export does not restore {register}")),
        ));
        cases.push(case(
            format!("saves_before_calling_what_loses_{register}"),
            format!("push {register}\ncall loses_{register}\npop {register}\nret"),
            None,
        ));
        // The saved value is overwritten.
        cases.push(case(
            format!("overwrites_the_saved_{register}"),
            format!("push {register}\nmov qword ptr [rsp], rdi\npop {register}\nret"),
            Some(&format!("the export does not restore {register}")),
        ));
    }
    cases.push(case(
        "loses_rbp",
        "mov rbp, rdi\nret",
        Some("rbp is used for something else"),
    ));
    cases.push(case("keeps_rbp", "push rbp\nmov rbp, rsp\npop rbp\nret", None));
    let modes = "changes how the host's floating-point arithmetic rounds and traps";
    for (name, code) in [
        ("ldmxcsr", "ldmxcsr dword ptr [rdi]"),
        ("vldmxcsr", "vldmxcsr dword ptr [rdi]"),
        ("fldcw", "fldcw word ptr [rdi]"),
        ("fninit", "fninit"),
        ("finit", "finit"),
        ("fnsave", "fnsave [rdi]"),
        ("frstor", "frstor [rdi]"),
        ("fldenv", "fldenv [rdi]"),
        ("fxrstor", "fxrstor [rdi]"),
        ("xrstor", "xrstor [rdi]"),
    ] {
        cases.push(case(name, format!("{code}\nret"), Some(modes)));
    }
    for (name, code) in [
        ("stmxcsr", "stmxcsr dword ptr [rdi]"),
        ("fnstcw", "fnstcw word ptr [rdi]"),
        ("cld_and_std", "std\ncld"),
    ] {
        cases.push(case(name, format!("{code}\nret"), None));
    }
    cases.push(case("std_", "std\nret", Some("the direction flag may be set")));
    cases.push(case(
        "popfq_",
        "push rdi\npopfq\nret",
        Some("may set the direction flag"),
    ));
    cases
}

fn arm64() -> Vec<Case> {
    let mut cases = Vec::new();
    let both = |register: &str, lose: &str, save: &str, restore: &str| {
        let says = format!("the export does not restore {register}");
        of_register(register, lose, save, restore, "cbz x0,", &says, "ret")
    };
    for number in 19..=26 {
        let register = format!("x{number}");
        cases.extend(both(
            &register,
            &format!("mov {register}, x0"),
            &format!("str {register}, [sp, #-16]!"),
            &format!("ldr {register}, [sp], #16"),
        ));
    }
    for number in 8..=15 {
        let register = format!("d{number}");
        cases.extend(both(
            &register,
            &format!("fmov {register}, x0"),
            &format!("str {register}, [sp, #-16]!"),
            &format!("ldr {register}, [sp], #16"),
        ));
        let says = format!("the export does not restore {register}");
        for (name, code) in [
            ("adds", format!("add v{number}.4s, v{number}.4s, v0.4s")),
            ("loads", format!("ld1 {{v{number}.16b}}, [x0]")),
            ("loads_a_part", format!("ldr s{number}, [x0]")),
            // Only the lower half of what is stored comes back.
            (
                "half_restores",
                format!("str d{number}, [sp, #-16]!\nfmov d{number}, x0\nldr s{number}, [sp], #16"),
            ),
        ] {
            cases.push(case(
                format!("{name}_{register}"),
                format!("{code}\nret"),
                Some(&says),
            ));
        }
        for (name, code) in [
            ("reads", format!("fmov x0, d{number}")),
            ("stores", format!("st1 {{v{number}.16b}}, [x0]")),
            (
                "keeps_all_of",
                format!("str q{number}, [sp, #-16]!\nmovi v{number}.16b, #0\nldr q{number}, [sp], #16"),
            ),
        ] {
            cases.push(case(format!("{name}_{register}"), format!("{code}\nret"), None));
        }
    }
    cases.push(case(
        "keeps_pairs",
        "stp d8, d9, [sp, #-32]!\nstp x19, x20, [sp, #16]\nfmov d8, x0\nfmov d9, x0\nmov x19, x0\nmov x20, x0\n\
         ldp x19, x20, [sp, #16]\nldp d8, d9, [sp], #32\nret",
        None,
    ));
    cases.push(case(
        "swaps_a_pair",
        "stp d8, d9, [sp, #-16]!\nldp d9, d8, [sp], #16\nret",
        Some("the export does not restore d8, d9"),
    ));
    for number in [18, 27, 28] {
        cases.push(case(
            format!("writes_x{number}"),
            format!("str x{number}, [sp, #-16]!\nmov x{number}, x0\nldr x{number}, [sp], #16\nret"),
            Some(&format!("writes x{number}, which belongs to")),
        ));
    }
    cases.push(case(
        "loses_x29",
        "mov x29, x0\nret",
        Some("x29 is used for something else"),
    ));
    cases.push(case(
        "keeps_x29",
        "stp x29, x30, [sp, #-16]!\nmov x29, sp\nldp x29, x30, [sp], #16\nret",
        None,
    ));
    cases.push(case(
        "msr_fpcr",
        "msr fpcr, x0\nret",
        Some("changes how the host's floating-point arithmetic"),
    ));
    cases.push(case("mrs_fpcr", "mrs x0, fpcr\nret", None));
    cases.push(case("msr_fpsr", "msr fpsr, x0\nret", None));
    cases
}

/// Assembles the functions with the Rust toolchain's own assembler.
fn assemble(processor: Processor, cases: &[Case]) -> PathBuf {
    let functions: Vec<String> = cases
        .iter()
        .map(|Case { name, code, .. }| {
            format!(
                ".section .text.{name},\"ax\"\n.globl {name}\n.type {name},%function\n{name}:\n{code}\n.size {name}, . - {name}\n"
            )
        })
        .collect();
    let functions = functions.concat().replace('{', "{{").replace('}', "}}");
    let source = format!("#![no_std]\ncore::arch::global_asm!(r#\"{functions}\"#);\n");
    let name = format!("assembly_{}", processor.go_name());
    let file = common::folder().join(format!("{name}.rs"));
    let object = common::folder().join(format!("{name}.o"));
    std::fs::write(&file, source).unwrap();
    let output = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "rlib",
            "--target",
            processor.target(),
        ])
        .args(["-Copt-level=2", "-Cpanic=abort", "-Ccodegen-units=1"])
        .arg(format!("--emit=obj={}", object.display()))
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", common::text(&output.stderr));
    object
}

fn judge(processor: Processor, cases: &[Case]) {
    let (report, status) = common::check(&assemble(processor, cases));
    assert_eq!(status, Some(1));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(report["exports"].as_array().unwrap().len(), cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let about: Vec<&Value> = findings
            .iter()
            .filter(|finding| finding["places"][0]["function"] == case.name.as_str())
            .collect();
        let is_right = match (&case.says, &about[..]) {
            (None, []) => true,
            (Some(says), [finding]) => finding["message"].as_str().unwrap().contains(says.as_str()),
            _ => false,
        };
        if !is_right {
            failures.push(format!("{}: {about:#?}, not {:?}", case.name, case.says));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    println!("{}: {} functions", processor.go_name(), cases.len());
}

#[test]
fn callee_saved_registers_and_modes_on_amd64() {
    judge(Processor::X86_64, &amd64());
}

#[test]
fn callee_saved_registers_and_modes_on_arm64() {
    judge(Processor::Aarch64, &arm64());
}

/// One function by itself, from the object's bytes to the exit status.
#[test]
fn one_right_function_is_proven() {
    for (processor, cases) in [(Processor::X86_64, amd64()), (Processor::Aarch64, arm64())] {
        let object = assemble(processor, &cases);
        let right = cases.iter().find(|case| case.says.is_none()).unwrap();
        let output = common::rustgo(&["check", "--export", &right.name], Path::new(&object));
        assert_eq!(output.status.code(), Some(0), "{}", common::text(&output.stdout));
    }
}
