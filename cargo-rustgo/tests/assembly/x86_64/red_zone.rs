//! Memory below the stack pointer.

use super::{BELOW, NOT_KNOWN, RED_ZONE};
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("writes_below_rsp", "mov [rsp - 8], rdi\nret", BELOW),
        bounded(
            "writes_what_it_has_taken",
            "sub rsp, 8\nmov [rsp], rdi\nadd rsp, 8\nret",
            16,
        ),
        wrong(
            "takes_what_it_has_written",
            "mov [rsp - 8], rdi\nsub rsp, 8\npop rax\nret",
            BELOW,
        ),
        wrong(
            "reads_what_it_has_popped",
            "push rdi\npop rax\nmov rax, [rsp - 8]\nret",
            BELOW,
        ),
        right("reads_what_it_pops", "push rdi\nmov rax, [rsp]\npop rcx\nret"),
        wrong("adds_below_rsp", "add qword ptr [rsp - 8], 1\nret", BELOW),
        wrong("pushes_from_below_rsp", "push [rsp - 16]\npop rax\nret", BELOW),
        wrong("pops_to_below_rsp", "push rax\npop [rsp - 16]\nret", BELOW),
        wrong(
            "calls_from_below_rsp",
            "push rax\ncall [rsp - 8]\npop rax\nret",
            BELOW,
        )
        .and(NOT_KNOWN),
        wrong(
            "stores_a_string_below_rsp",
            "lea rdi, [rsp - 64]\nstosq\nret",
            BELOW,
        ),
        right(
            "stores_a_string_above_rsp",
            "sub rsp, 64\nmov rdi, rsp\nstosq\nadd rsp, 64\nret",
        ),
        wrong(
            "writes_below_rbp",
            "push rbp\nmov rbp, rsp\nmov [rbp - 8], rdi\npop rbp\nret",
            BELOW,
        ),
        bounded(
            "writes_between_rbp_and_rsp",
            "push rbp\nmov rbp, rsp\nsub rsp, 16\nmov [rbp - 8], rdi\nleave\nret",
            32,
        ),
        wrong(
            "reads_by_an_address_below_rsp",
            "lea rax, [rsp - 64]\n2: mov rcx, [rax]\nadd rax, 8\ntest rcx, rcx\njnz 2b\nret",
            BELOW,
        ),
        right(
            "has_an_address_below_rsp",
            "lea rax, [rsp - 64]\nprefetcht0 [rsp - 64]\nret",
        ),
        wrong("indexes_below_rsp", "mov rax, [rsp + 8 * rdi - 64]\nret", BELOW),
        wrong("sets_a_bit_below_rsp", "bts [rsp - 64], rdi\nret", BELOW),
        wrong(
            "indexes_below_saved_registers",
            "push rbp\nmov rbp, rsp\npush rbx\nmov [rbp + 8 * rdi - 80], rsi\npop rbx\npop rbp\nret",
            BELOW,
        ),
        // The index starts at 1.
        right(
            "indexes_from_below_an_object",
            "sub rsp, 64\nmov rax, [rsp + 8 * rdi - 8]\nadd rsp, 64\nret",
        ),
        wrong(
            "reads_an_aligned_frame_that_it_has_left",
            "mov rax, rsp\nand rsp, -64\nmov rcx, rsp\nmov rsp, rax\nmov rax, [rcx]\nret",
            BELOW,
        ),
        right(
            "reads_an_aligned_frame",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 64\nmov rcx, rsp\nmov rcx, [rcx]\nmov rsp, rax\nret",
        ),
        bounded(
            "adds_the_stack_pointer",
            "xor eax, eax\nadd rax, rsp\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "puts_the_stack_pointer_away",
            "mov [rsi], rsp\nmov rax, [rsi]\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "moves_the_stack_pointer_to_a_vector",
            "movq xmm0, rsp\nmovq rax, xmm0\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "takes_half_the_stack_pointer",
            "mov eax, esp\nor rax, rsi\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "moves_the_frame_pointer_to_a_vector",
            "push rbp\nmov rbp, rsp\nmovq xmm0, rbp\nmovq rax, xmm0\nmov [rax - 100], rdi\npop rbp\nret",
            16 + RED_ZONE,
        ),
    ]
}
