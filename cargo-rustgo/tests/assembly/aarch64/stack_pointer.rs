//! How the stack pointer moves.

use super::MOVES;
use crate::case::{Case, bounded, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("sub_sp_by_a_register", "sub sp, sp, x0\nret", MOVES),
        wrong("sub_sp_by_half_a_register", "sub sp, sp, w0, uxtw\nret", MOVES),
        wrong("mov_sp", "mov sp, x0\nret", MOVES),
        wrong("add_wsp", "add wsp, wsp, #0\nret", MOVES),
        wrong("writes_back_by_a_register", "ld1 {v0.16b}, [sp], x0\nret", MOVES),
        wrong(
            "pops_too_much",
            "ldr x0, [sp], #16\nret",
            "pops more from the stack than the function has pushed",
        ),
        wrong(
            "leaves_some",
            "str x0, [sp, #-16]!\nret",
            "leaves 16 bytes on the stack",
        ),
        bounded(
            "sub_sp",
            "sub sp, sp, #1, lsl #12\nadd sp, sp, #1, lsl #12\nret",
            4096,
        ),
        bounded("copies_sp", "mov x1, sp\nsub sp, sp, #32\nmov sp, x1\nret", 32),
        bounded(
            "writes_back",
            "stp x0, x1, [sp, #-32]!\nld1 {v0.16b, v1.16b}, [sp], #32\nret",
            32,
        ),
    ]
}
