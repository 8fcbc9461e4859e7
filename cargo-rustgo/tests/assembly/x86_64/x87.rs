//! The x87 stack, which is empty at calls and returns.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    const IN_USE: &str =
        "x87 or MMX registers may be in use when this calls, returns or jumps to another function";
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
        right(
            "pushes_too_many_floats_and_empties",
            ".rept 9\nfld1\n.endr\nemms\nret",
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
        right("empties_mmx_by_femms", "movq mm0, rdi\nfemms\nret"),
        right(
            "pops_eight_floats",
            &format!("{}{}ret", "fld1\n".repeat(8), "fstp st(0)\n".repeat(8)),
        ),
        wrong(
            "loads_nine_floats",
            &format!("{}{}ret", "fld1\n".repeat(9), "fstp st(0)\n".repeat(9)),
            IN_USE,
        ),
        wrong("leaves_one_of_two_floats", "fld1\nfld1\nfstp st(0)\nret", IN_USE),
        right(
            "exchanges_two_floats",
            "fld1\nfld1\nfxch st(1)\nfstp st(0)\nfstp st(0)\nret",
        ),
        wrong(
            "exchanges_with_an_empty_one",
            "fld1\nfxch st(1)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong("frees_a_float", "fld1\nffree st(0)\nret", IN_USE),
        wrong(
            "frees_a_float_and_pops",
            "fld1\nffree st(0)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong("moves_the_top_up", "fld1\nfincstp\nret", IN_USE),
        wrong("moves_the_top_down_and_pops", "fdecstp\nfstp st(0)\nret", IN_USE),
        // What was done in between may be anything.
        wrong(
            "pops_a_float_after_mmx",
            "movq mm0, rdi\nfld1\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong(
            "pushes_by_a_condition",
            "fld1\nfptan\nfstp st(0)\nfstp st(0)\nret",
            IN_USE,
        ),
        right("pops_two_at_once", "fld1\nfld1\nfcompp\nret"),
        right("adds_and_pops", "fld1\nfld1\nfaddp\nfstp st(0)\nret"),
        wrong("reads_mmx", "movq rax, mm3\nret", IN_USE),
        wrong("converts_to_mmx", "cvttps2pi mm0, xmm0\nret", IN_USE),
        right("uses_sse_only", "movq xmm0, rdi\naddsd xmm0, xmm1\nret"),
        wrong("pops_after_emms", "emms\nfstp st(0)\nret", IN_USE),
        right(
            "loads_and_pops_after_emms",
            "movq mm0, rdi\nemms\nfld1\nfstp st(0)\nret",
        ),
    ]
}
