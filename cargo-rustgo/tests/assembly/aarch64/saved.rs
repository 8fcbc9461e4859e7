//! Saved registers whose slots are lost.

use super::{BELOW, LOST};
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong(
            "adds_to_saved",
            "str x19, [sp, #-16]!\nmov x19, x0\n.inst 0xf82103e2\nldr x19, [sp], #16\nret",
            LOST,
        ),
        right(
            "adds_elsewhere",
            "str x19, [sp, #-16]!\nmov x19, x0\n.inst 0xf8210002\nldr x19, [sp], #16\nret",
        ),
        // The store moves the stack pointer up, and what it stored lies below.
        wrong(
            "saves_below_by_writing_back",
            "sub sp, sp, #16\nstr x19, [sp], #16\nmov x19, x0\nldr x19, [sp, #-16]\nret",
            LOST,
        )
        .and(BELOW),
        wrong(
            "saves_below",
            "str x19, [sp, #-16]\nmov x19, x0\nldr x19, [sp, #-16]\nret",
            LOST,
        )
        .and(BELOW),
        wrong(
            "saves_half",
            "str w19, [sp, #-16]!\nmov x19, x0\nldr w19, [sp], #16\nret",
            LOST,
        ),
        wrong(
            "overwrites_a_pair",
            "stp x19, x20, [sp, #-16]!\nstr q0, [sp]\nldp x19, x20, [sp], #16\nret",
            "does not restore x19, x20",
        ),
        wrong(
            "loads_twice",
            "str x19, [sp, #-16]!\nldr x19, [x19]\nldr x19, [sp], #16\nmov w19, w19\nret",
            LOST,
        ),
        wrong(
            "saves_among_arguments",
            "str x30, [sp, #-16]!\nstr x19, [sp, #-16]!\nmov x19, x0\nbl writes_above_it\nldr x19, [sp], #16\n\
             ldr x30, [sp], #16\nret",
            LOST,
        ),
        right(
            "saves_above_arguments",
            "stp x30, x19, [sp, #-16]!\nsub sp, sp, #16\nmov x19, x0\nbl writes_above_it\nadd sp, sp, #16\n\
             ldp x30, x19, [sp], #16\nret",
        ),
        right("moves_it_elsewhere", "mov x1, x19\nmov x19, x0\nmov x19, x1\nret"),
        wrong(
            "loads_a_pair_into_reserved",
            "ldp x28, x0, [x1]\nret",
            "writes x28, which belongs to",
        ),
        wrong(
            "loads_a_pair_into_the_systems",
            "ldp x18, x16, [x1]\nret",
            "writes x18, which belongs to",
        ),
        wrong(
            "compares_and_swaps_into_reserved",
            ".inst 0x487b7c00\nret",
            "writes x27, which belongs to",
        ),
    ]
}
