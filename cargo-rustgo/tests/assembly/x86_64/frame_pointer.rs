//! RBP holds a frame pointer: the caller's, or the address of the caller's right below the return address.

use super::RED_ZONE;
use crate::case::{Case, bounded, local, right, wrong};

const ELSE: &str = "rbp is used for something other than the frame pointer";

pub fn cases() -> Vec<Case> {
    vec![
        wrong(
            "points_to_an_unsaved_slot",
            "push rax\nmov rbp, rsp\npop rax\nret",
            ELSE,
        )
        .at(1),
        wrong(
            "points_below_another_register",
            "push rbx\npush rbp\nmov rbp, rsp\npop rbp\npop rbx\nret",
            ELSE,
        )
        .at(2),
        wrong(
            "points_above_the_slot",
            "push rbp\nlea rbp, [rsp + 8]\npop rbp\nret",
            ELSE,
        )
        .at(1),
        wrong("points_nowhere", "push rbp\nxor ebp, ebp\npop rbp\nret", ELSE).at(1),
        wrong("counts_in_rbp", "push rbp\nmov rbp, rdi\npop rbp\nret", ELSE).at(1),
        wrong(
            "changes_a_byte_of_rbp",
            "push rbp\nmov bpl, 1\npop rbp\nret",
            ELSE,
        )
        .at(1),
        wrong(
            "overwrites_the_saved_rbp",
            "push rbp\nmov rbp, rsp\nmov [rbp], rdi\npop rbp\nret",
            ELSE,
        )
        .at(4),
        wrong(
            "returns_with_its_own_rbp",
            "push rbp\nmov rbp, rsp\nadd rsp, 8\nret",
            ELSE,
        )
        .at(4),
        wrong(
            "jumps_on_with_its_own_rbp",
            "push rbp\nmov rbp, rsp\npop rax\njmp keeps_rbx",
            ELSE,
        )
        .at(4),
        wrong(
            "keeps_rbp_in_a_register",
            "mov rax, rbp\npush rbp\nmov rbp, rsp\npop rcx\nmov rbp, rax\nret",
            ELSE,
        ),
        right(
            "restores_rbp_from_a_register",
            "mov rax, rbp\npush rbp\nmov rbp, rsp\nmov rbp, rax\npop rcx\nret",
        ),
        right(
            "restores_rbp_from_its_slot",
            "push rbp\nmov rbp, rsp\nmov rbp, [rsp]\npop rax\nret",
        ),
        right("exchanges_nothing", "push rbp\nxchg rax, rcx\npop rbp\nret"),
        right(
            "stores_between_frames",
            "push rbp\nmov rbp, rsp\nmov [rdi], rsi\npop rbp\nret",
        ),
        local("local_loses_rbp", "mov rbp, rdi\nret").but_wrong(),
        // The complaint is about the function that loses it.
        right(
            "calls_what_loses_rbp",
            "push rax\ncall local_loses_rbp\npop rax\nret",
        ),
        bounded(
            "makes_a_frame_pointer_by_lea",
            "push rbp\nlea rbp, [rsp]\npop rbp\nret",
            16,
        ),
        bounded("stores_the_callers_frame_pointer", "mov [rdi], rbp\nret", 8),
        bounded(
            "stores_its_own_frame_pointer",
            "push rbp\nmov rbp, rsp\nmov [rdi], rbp\npop rbp\nret",
            16 + RED_ZONE,
        ),
        bounded(
            "copies_its_own_frame_pointer",
            "push rbp\nmov rbp, rsp\nmov rax, rbp\npop rbp\nret",
            16 + RED_ZONE,
        ),
        bounded(
            "pushes_its_own_frame_pointer",
            "push rbp\nmov rbp, rsp\npush rbp\npop rax\npop rbp\nret",
            24 + RED_ZONE,
        ),
    ]
}
