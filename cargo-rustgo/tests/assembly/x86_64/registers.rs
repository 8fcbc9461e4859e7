//! What the C ABI has a function preserve: callee-saved registers, the direction flag, floating-point modes.

use crate::case::{Case, case};
use crate::registers::of_register;

pub fn cases() -> Vec<Case> {
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
