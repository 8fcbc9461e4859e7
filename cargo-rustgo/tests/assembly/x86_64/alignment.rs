//! The stack pointer at calls.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    const OFF: &str = "this calls `keeps_rbp` with rsp 8 bytes above a multiple of 16";
    let in_aligned = |alignment: i32, bytes: i32| {
        format!(
            "push rbp\nmov rbp, rsp\npush rbx\nand rsp, -{alignment}\nsub rsp, {bytes}\ncall keeps_rbp\n\
             lea rsp, [rbp - 8]\npop rbx\npop rbp\nret"
        )
    };
    vec![
        wrong("calls_at_once", "call keeps_rbp\nret", OFF),
        right("calls_behind_a_push", "push rax\ncall keeps_rbp\npop rax\nret"),
        wrong(
            "calls_behind_two_pushes",
            "push rax\npush rax\ncall keeps_rbp\npop rax\npop rax\nret",
            OFF,
        ),
        wrong(
            "calls_behind_half_a_word",
            "push di\ncall keeps_rbp\npop di\nret",
            "with rsp 6 bytes above",
        ),
        wrong(
            "calls_by_a_pointer_at_once",
            "lea rax, [rip + keeps_rbp]\ncall rax\nret",
            "this calls a function with rsp 8 bytes above a multiple of 16",
        ),
        // What comes next finds the stack as the caller left it.
        right("jumps_at_once", "jmp keeps_rbp"),
        wrong("calls_below_an_aligned_place", &in_aligned(32, 24), OFF),
        right("calls_at_an_aligned_place", &in_aligned(32, 32)),
        wrong("aligns_to_8", &in_aligned(8, 16), OFF),
        right("aligns_to_8_and_takes_8", &in_aligned(8, 8)),
        right("aligns_to_more_than_a_line", &in_aligned(1024, 16)),
    ]
}
