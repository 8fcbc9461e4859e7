//! How the stack pointer moves.

use super::{MOVES, RED_ZONE};
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong("pop_sp", "push di\npop sp\nret", MOVES),
        wrong("pop_rsp", "push rsp\npop rsp\nret", MOVES),
        bounded("pops_half_words", "push di\npush di\npop si\npop si\nret", 12),
        bounded(
            "pushes_half_words",
            "push di\npush 1\npushfw\nadd rsp, 12\nret",
            20,
        ),
        wrong(
            "unbalanced_half_word",
            "push di\npop rdi\nret",
            "pops more from the stack",
        ),
        wrong("mov_esp", "mov esp, esp\nret", MOVES),
        right("mov_eax_esp", "mov eax, esp\nret"),
        wrong("add_spl", "add spl, 8\nret", MOVES),
        wrong("add_sp", "add sp, 8\nret", MOVES),
        wrong("add_esp", "add esp, 0\nret", MOVES),
        wrong("inc_rsp", "inc rsp\ndec rsp\nret", MOVES),
        wrong("xchg_rsp", "xchg rsp, rax\nxchg rsp, rax\nret", MOVES),
        wrong("cmov_rsp", "mov rax, rsp\ncmovz rsp, rax\nret", MOVES),
        wrong("loads_rsp", "mov rsp, [rdi]\nret", MOVES),
        wrong("lea_rsp_by_an_index", "lea rsp, [rsp + rdi]\nret", MOVES),
        wrong("sub_rsp_by_a_register", "sub rsp, rdi\nret", MOVES),
        bounded("lea_rsp", "lea rsp, [rsp - 24]\nlea rsp, [rsp + 24]\nret", 32),
        bounded(
            "copies_rsp",
            "mov rax, rsp\nsub rsp, 16\nmov rsp, rax\nret",
            24 + RED_ZONE,
        ),
        wrong(
            "enter",
            "enter 16, 0\nleave\nret",
            "is not understood by the analysis",
        ),
        // 66 c9 takes two bytes off the stack and leaves the upper part of rbp alone.
        wrong(
            "leavew",
            "push rbp\nmov rbp, rsp\n.byte 0x66, 0xc9\nadd rsp, 6\nret",
            MOVES,
        ),
        bounded("leaves", "push rbp\nmov rbp, rsp\nsub rsp, 32\nleave\nret", 48),
        wrong(
            "pops_after_leave",
            "push rbp\nmov rbp, rsp\nleave\nadd rsp, 8\nret",
            "pops more from the stack than the function has pushed",
        ),
        wrong("ret_with_a_number", "ret 8", "pops its arguments from the stack"),
        bounded("pushes_a_number", "push 5\npop rax\nret", 16),
        bounded("pushes_memory", "push [rdi]\npop [rdi]\nret", 16),
        bounded("pushes_a_segment", ".byte 0x0f, 0xa0\npop rax\nret", 16),
        bounded("pushes_flags_twice", "pushfq\npushfq\npop rax\npop rax\nret", 24),
        bounded("subtracts_and_adds", "sub rsp, 24\nadd rsp, 24\nret", 32),
        bounded("adds_a_negative_number", "add rsp, -24\nsub rsp, -24\nret", 32),
        bounded(
            "takes_the_deepest",
            "sub rsp, 40\nadd rsp, 24\nsub rsp, 8\nadd rsp, 24\nret",
            48,
        ),
        wrong(
            "adds_too_much",
            "push rax\nadd rsp, 16\nret",
            "pops more from the stack",
        ),
        wrong("adds_from_memory", "add rsp, [rdi]\nret", MOVES),
        wrong("pops_a_segment_of_the_stack", "push rax\npop rsp\nret", MOVES),
        wrong("subtracts_with_borrow", "sbb rsp, 8\nret", MOVES),
        wrong("ors_rsp", "or rsp, 0\nret", MOVES),
        wrong("multiplies_rsp", "imul rsp, rsp, 1\nret", MOVES),
        wrong("moves_a_number_to_rsp", "mov rsp, 4096\nret", MOVES),
        wrong("moves_a_register_to_rsp", "mov rsp, rdi\nret", MOVES),
        wrong("lea_esp", "lea esp, [rsp]\nret", MOVES),
        wrong("lea_rsp_by_a_cut_address", "lea rsp, [esp]\nret", MOVES),
        wrong("mov_spl", "mov spl, 8\nret", MOVES),
        wrong("xadd_rsp", "xadd rax, rsp\nret", MOVES),
        wrong("bswap_rsp", "bswap rsp\nbswap rsp\nret", MOVES),
        wrong("lea_rsp_of_the_image", "lea rsp, [rip + keeps_rbp]\nret", MOVES),
        wrong(
            "leaves_by_something_else",
            "push rbp\nmov rbp, rdi\nleave\nret",
            MOVES,
        )
        .and("rbp is used for something other"),
        wrong("leaves_without_a_frame", "leave\nret", MOVES),
        // An address in the caller's frame is not the function's own.
        wrong(
            "copies_an_address_above",
            "lea rax, [rsp + 8]\nmov rsp, rax\nret",
            "pops more from the stack",
        ),
        bounded(
            "takes_all_that_is_followed",
            "sub rsp, 0x40000000\nsub rsp, 0x40000000\nadd rsp, 0x40000000\nadd rsp, 0x40000000\nret",
            8 + (1 << 31),
        ),
        wrong(
            "takes_more_than_is_followed",
            "sub rsp, 0x40000000\nsub rsp, 0x40000000\npush rax\npop rax\nadd rsp, 0x40000000\nadd rsp, 0x40000000\nret",
            "pops more from the stack than the function has pushed",
        ),
        wrong(
            "adds_to_rsp_in_its_words",
            "add rsp, 0x1234567\nret",
            "`add rsp, 0x1234567` pops more from the stack than the function has pushed",
        ),
    ]
}
