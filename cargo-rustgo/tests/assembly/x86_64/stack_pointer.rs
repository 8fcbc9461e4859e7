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
            "takes more off the stack",
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
            "takes more off the stack than the function put there",
        ),
        wrong("ret_with_a_number", "ret 8", "takes arguments off the stack"),
    ]
}
