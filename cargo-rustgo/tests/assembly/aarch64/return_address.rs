//! Writes to the return address and above it.

use super::{ELSEWHERE, NOT_KNOWN};
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("ret_x0", "ret x0", ELSEWHERE),
        right("ret_x1", "mov x1, x30\nret x1"),
        wrong("calls_without_saving", "bl keeps_x29\nret", ELSEWHERE),
        bounded(
            "saves_and_calls",
            "str x30, [sp, #-16]!\nbl keeps_x29\nldr x30, [sp], #16\nret",
            32,
        ),
        wrong(
            "restores_from_elsewhere",
            "str x30, [sp, #-16]!\nldr x30, [sp, #8]\nadd sp, sp, #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "restores_a_pair_from_elsewhere",
            "stp x0, x30, [sp, #-16]!\nldp x30, x0, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "overwrites_it",
            "str x30, [sp, #-16]!\nstr x0, [sp]\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "overwrites_a_part",
            "str x30, [sp, #-16]!\nstrb w0, [sp, #7]\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "swaps_it",
            "str x30, [sp, #-16]!\n.inst 0xf82083e1\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        // ldadd x1, x2, [sp]: a load by its name, and a store.
        wrong(
            "adds_to_it",
            "str x30, [sp, #-16]!\n.inst 0xf82103e2\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "tail_calls_without_it",
            "mov x30, x0\nb keeps_x29",
            "this jumps to another function with something other",
        ),
        wrong("branches_to_it", "br x30", NOT_KNOWN),
        wrong(
            "writes_above_it",
            "str x0, [sp, #8]\nret",
            "the export writes 16 bytes above its return address, where the host's own frame is",
        ),
        right("reads_above_it", "ldr x0, [sp, #8]\nret"),
        wrong(
            "has_it_overwritten",
            "str x30, [sp, #-16]!\nbl writes_above_it\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "has_no_room_for_arguments",
            "mov x9, x30\nstr x30, [sp, #-16]!\nadd sp, sp, #16\nbl writes_above_it\nsub sp, sp, #16\nldr x30, [sp], #16\nret",
            "the called function writes 16 bytes above its return address, beyond the end",
        ),
        bounded(
            "has_room_for_arguments",
            "stp x29, x30, [sp, #-32]!\nmov x29, sp\nsub sp, sp, #16\nbl 2f\nadd sp, sp, #16\n\
             ldp x29, x30, [sp], #32\nret\n2: str x0, [sp, #8]\nret",
            48,
        ),
    ]
}
