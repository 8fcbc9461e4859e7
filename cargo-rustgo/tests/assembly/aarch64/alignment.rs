//! The stack pointer at each instruction: the processor looks at it, not only called functions.

use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    let aligned = |alignment: i32| {
        format!("mov x1, sp\nsub x9, sp, #24\nand sp, x9, #-{alignment}\nstr x0, [sp]\nmov sp, x1\nret")
    };
    vec![
        wrong(
            "takes_8_bytes",
            "sub sp, sp, #8\nstr x0, [sp]\nadd sp, sp, #8\nret",
            "`sub sp, sp, #0x8` leaves sp 8 bytes above a multiple of 16",
        ),
        bounded(
            "takes_16_bytes",
            "sub sp, sp, #16\nstr x0, [sp]\nadd sp, sp, #16\nret",
            16,
        ),
        wrong(
            "saves_8_bytes_and_calls",
            "str x30, [sp, #-8]!\nbl keeps_x29\nldr x30, [sp], #8\nret",
            "leaves sp 8 bytes above",
        ),
        wrong(
            "gives_back_too_little_at_once",
            "stp x0, x1, [sp, #-32]!\nldr x0, [sp], #12\nadd sp, sp, #20\nret",
            "leaves sp 12 bytes above",
        ),
        wrong("aligns_to_8", &aligned(8), "leaves sp 8 bytes above"),
        right("aligns_to_16", &aligned(16)),
        right("aligns_to_1024", &aligned(1024)),
        wrong(
            "probes_8_bytes_at_a_time",
            "sub x9, sp, #64\n2: sub sp, sp, #8\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #64\nret",
            "leaves sp 8 bytes above",
        )
        .and("the stack depth here is 0 or 8 bytes"),
        bounded(
            "probes_16_bytes_at_a_time",
            "sub x9, sp, #64\n2: sub sp, sp, #16\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #64\nret",
            64,
        ),
    ]
}
