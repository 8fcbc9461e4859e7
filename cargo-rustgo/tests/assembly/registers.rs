//! What the C ABI says a function leaves as it was: the callee-saved registers, the direction flag, floating-point modes.

use super::{Case, case};

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

pub fn amd64() -> Vec<Case> {
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
            format!("push rax\ncall loses_{register}\npop rax\nret"),
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

pub fn arm64() -> Vec<Case> {
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
