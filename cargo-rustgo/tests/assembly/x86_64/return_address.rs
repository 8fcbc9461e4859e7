//! Writes to the return address and above it.

use super::{BELOW, RETURN_ADDRESS};
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("writes_at_rsp", "mov [rsp], rdi\nret", RETURN_ADDRESS),
        wrong("writes_across_rsp", "mov [rsp - 4], rdi\nret", RETURN_ADDRESS).and(BELOW),
        wrong(
            "writes_a_vector_across_rsp",
            "movups [rsp - 8], xmm0\nret",
            RETURN_ADDRESS,
        )
        .and(BELOW),
        wrong("adds_at_rsp", "add qword ptr [rsp], 1\nret", RETURN_ADDRESS),
        wrong("exchanges_at_rsp", "xchg [rsp], rdi\nret", RETURN_ADDRESS),
        // The address counts from where the stack pointer is after the pop.
        wrong("pops_at_rsp", "push rax\npop [rsp]\nret", RETURN_ADDRESS),
        bounded(
            "pops_below_rsp",
            "push rax\npush rax\npop [rsp]\npop rax\nret",
            24,
        ),
        wrong(
            "writes_above_rbp",
            "push rbp\nmov rbp, rsp\nmov [rbp + 8], rdi\npop rbp\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "fxsave_over_it",
            "sub rsp, 264\nfxsave [rsp]\nadd rsp, 264\nret",
            RETURN_ADDRESS,
        ),
        right(
            "fxsave_in_the_frame",
            "sub rsp, 520\nfxsave [rsp]\nadd rsp, 520\nret",
        ),
        wrong(
            "xsave_on_the_stack",
            "sub rsp, 584\nxsave [rsp]\nadd rsp, 584\nret",
            "writes an unknown number of bytes to the stack",
        ),
        right("xsave_somewhere", "xsave [rdi]\nret"),
        // Padding may put what lies above on top of it.
        wrong(
            "writes_above_a_realigned_frame",
            "mov rax, rsp\nand rsp, -64\nmov [rsp + 56], rdi\nmov rsp, rax\nret",
            RETURN_ADDRESS,
        ),
        right(
            "writes_in_a_realigned_frame",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 64\nmov [rsp + 56], rdi\nmov rsp, rax\nret",
        ),
        wrong(
            "writes_above_it",
            "mov [rsp + 8], rdi\nret",
            "the export writes 8 bytes above its return address, where the host's own frame is",
        ),
        wrong(
            "jumps_to_what_writes_above_it",
            "jmp writes_above_it",
            "the export writes 8 bytes above its return address",
        ),
        right("reads_above_it", "mov rax, [rsp + 8]\nret"),
        wrong(
            "has_no_room_for_arguments",
            "push rax\ncall 2f\npop rax\nret\n2: mov [rsp + 16], rdi\nret",
            "the called function writes 16 bytes above its return address, beyond the end",
        ),
        bounded(
            "has_room_for_arguments",
            "push rax\ncall 2f\npop rax\nret\n2: mov [rsp + 8], rdi\nret",
            24,
        ),
    ]
}
