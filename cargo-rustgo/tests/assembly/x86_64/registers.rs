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
        Some("rbp is used for something other"),
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
        ("fsave", "fsave [rdi]"),
        ("fnstenv", "fnstenv [rdi]"),
        ("fstenv", "fstenv [rdi]"),
        ("fxrstor64", "fxrstor64 [rdi]"),
        ("xrstor64", "xrstor64 [rdi]"),
    ] {
        cases.push(case(name, format!("{code}\nret"), Some(modes)));
    }
    for (name, code) in [
        ("stmxcsr", "stmxcsr dword ptr [rdi]"),
        ("fnstcw", "fnstcw word ptr [rdi]"),
        ("cld_and_std", "std\ncld"),
        ("vstmxcsr", "vstmxcsr dword ptr [rdi]"),
        ("fstcw", "fstcw word ptr [rdi]"),
        ("fxsave", "fxsave [rdi]"),
        ("fnclex", "fnclex"),
        ("cmc_", "stc\nclc\ncmc"),
        ("lahf_", "lahf\nsahf"),
    ] {
        cases.push(case(name, format!("{code}\nret"), None));
    }
    cases.push(case("std_", "std\nret", Some("the direction flag may be set")));
    cases.push(case(
        "popfw_",
        "push di\npopfw\nret",
        Some("may set the direction flag"),
    ));
    // What writes rbx and its like in a way that shows in no operand, only sometimes, or in part.
    for (name, code) in [
        ("cpuid", "cpuid"),
        ("cmov", "cmovz rbx, rdi"),
        ("cmpxchg", "cmpxchg rbx, rdi"),
        ("xadd", "xadd rbx, rdi"),
        ("xadd_second", "xadd rdi, rbx"),
        ("bsf", "bsf rbx, rdi"),
        ("bl", "mov bl, 1"),
        ("bh", "mov bh, 1"),
        ("bx", "mov bx, 1"),
        ("ebx", "mov ebx, ebx"),
        ("setz", "setz bl"),
        ("load", "mov rbx, [rdi]"),
        ("vector", "movq rbx, xmm0"),
        ("mask", "kmovq rbx, k1"),
        ("mulx", "mulx rbx, rcx, rdi"),
    ] {
        cases.push(case(
            format!("loses_rbx_by_{name}"),
            format!("{code}\nret"),
            Some("the export does not restore rbx"),
        ));
    }
    for (name, code) in [
        ("cmp", "cmp rbx, rdi"),
        ("test", "test rbx, rbx"),
        ("store", "mov [rdi], rbx"),
        ("push", "push rbx\npop rax"),
        ("bt", "bt rbx, 5"),
        ("cmpxchg", "cmpxchg [rdi], rbx"),
        ("mul", "mul rbx"),
        ("add", "add rax, rbx"),
        ("index", "mov rax, [rdi + 8 * rbx]"),
    ] {
        cases.push(case(format!("reads_rbx_by_{name}"), format!("{code}\nret"), None));
    }
    cases.push(case(
        "loses_all_but_rbp",
        "xor ebx, ebx\nxor r12d, r12d\nxor r13d, r13d\nxor r14d, r14d\nxor r15d, r15d\nret",
        Some("the export does not restore rbx, r12, r13, r14, r15"),
    ));
    cases.push(case(
        "loses_all_that_a_callee_may",
        "xor eax, eax\nxor ecx, ecx\nxor edx, edx\nxor esi, esi\nxor edi, edi\nxor r8, r8\nxor r9, r9\n\
         xor r10, r10\nxor r11, r11\nret",
        None,
    ));
    cases.push(case(
        "popfq_",
        "push rdi\npopfq\nret",
        Some("may set the direction flag"),
    ));
    cases
}
