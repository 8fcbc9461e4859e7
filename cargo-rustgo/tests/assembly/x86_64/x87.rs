//! The x87 stack, which is empty at calls and returns.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    const IN_USE: &str = "x87 or MMX registers may be in use when this hands over to another function";
    vec![
        wrong("leaves_a_float", "fld1\nret", IN_USE),
        right(
            "pops_a_float",
            "fld1\nfld qword ptr [rdi]\nfaddp\nfstp qword ptr [rdi]\nret",
        ),
        wrong(
            "pops_too_many_floats",
            "fld1\nfstp st(0)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong(
            "leaves_a_float_on_one_way",
            "test edi, edi\njz 2f\nfld1\n2: ret",
            IN_USE,
        ),
        wrong(
            "leaves_a_float_further_down",
            "fld1\nfst st(3)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong("moves_the_top", "fincstp\nfdecstp\nret", IN_USE),
        wrong(
            "calls_with_a_float",
            "push rax\nfld1\ncall keeps_rbp\nfstp st(0)\npop rax\nret",
            IN_USE,
        ),
        wrong("leaves_mmx", "movq mm0, rdi\nmovq rax, mm0\nret", IN_USE),
        right("empties_mmx", "movq mm0, rdi\nmovq rax, mm0\nemms\nret"),
    ]
}
