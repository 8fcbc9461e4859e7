//! Memory below the stack pointer.

use super::BELOW;
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("writes_below_sp", "str x0, [sp, #-64]\nret", BELOW),
        bounded(
            "writes_what_it_has_taken",
            "sub sp, sp, #64\nstr x0, [sp]\nadd sp, sp, #64\nret",
            64,
        ),
        wrong("reads_below_sp", "ldp x0, x1, [sp, #-48]\nret", BELOW),
        wrong(
            "reads_while_taking",
            "ldr x0, [sp, #-16]!\nadd sp, sp, #16\nret",
            BELOW,
        ),
        right("writes_while_taking", "str x0, [sp, #-16]!\nadd sp, sp, #16\nret"),
        right(
            "reads_while_giving_back",
            "sub sp, sp, #16\nldr x0, [sp], #16\nret",
        ),
        wrong(
            "writes_while_giving_back",
            "sub sp, sp, #16\nstr x0, [sp], #16\nret",
            BELOW,
        ),
        wrong("adds_below_sp", "sub x1, sp, #16\n.inst 0xf8200022\nret", BELOW),
        wrong(
            "reads_vectors_by_an_address_below_sp",
            "sub x1, sp, #64\n2: ld1 {v0.16b}, [x1], #16\nsub x0, x0, #1\ncbnz x0, 2b\nret",
            BELOW,
        ),
        right(
            "has_an_address_below_sp",
            "sub x1, sp, #64\nprfm pldl1keep, [x1]\nret",
        ),
        wrong(
            "indexes_below_sp",
            "sub x1, sp, #64\nldr x0, [x1, x0, lsl #3]\nret",
            BELOW,
        ),
        // The index starts at 1.
        right(
            "indexes_from_below_an_object",
            "sub sp, sp, #64\nsub x1, sp, #8\nldr x0, [x1, x0, lsl #3]\nadd sp, sp, #64\nret",
        ),
    ]
}
