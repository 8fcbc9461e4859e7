//! Where calls and jumps lead.

use super::NOT_KNOWN;
use crate::case::{Case, right, wrong};

/// A jump through a table of four, of which the last two lead to what is wrong. The 0 at its end is no entry: what follows
/// may be another case's table.
pub fn jump(guard: &str) -> String {
    format!(
        "{guard}\nlea rax, [rip + 8f]\nmovsxd rdx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx\n2: ret\n3: std\nret\n\
         .pushsection .rodata, \"a\"\n.balign 4\n8: .long 2b - 8b, 2b - 8b, 3b - 8b, 3b - 8b, 0\n.popsection"
    )
}

pub fn cases() -> Vec<Case> {
    const DIRECTION: &str = "the direction flag may be set";
    vec![
        right("compares_an_index", &jump("cmp rdi, 2\njae 2f")),
        wrong(
            "compares_an_index_with_too_much",
            &jump("cmp rdi, 3\njae 2f"),
            DIRECTION,
        ),
        wrong("compares_half_an_index", &jump("cmp edi, 2\njae 2f"), DIRECTION),
        wrong("compares_a_signed_index", &jump("cmp rdi, 2\njge 2f"), DIRECTION),
        wrong(
            "changes_a_compared_index",
            &jump("cmp rdi, 2\njae 2f\ninc rdi"),
            DIRECTION,
        ),
        wrong(
            "changes_the_flags_of_a_comparison",
            &jump("cmp rdi, 2\ntest rsi, rsi\njae 2f"),
            DIRECTION,
        ),
        right("compares_for_one_index", &jump("cmp rdi, 1\njne 2f")),
        // The counter ends the loop too, whatever the flags say.
        wrong(
            "compares_an_index_in_a_loop",
            &jump("mov rcx, rsi\ncmp rdi, 1\nloopne 2f"),
            DIRECTION,
        ),
        wrong("calls_a_pointer", "push rax\ncall rdi\npop rax\nret", NOT_KNOWN),
        right(
            "calls_a_known_pointer",
            "push rax\nlea rax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
        ),
        // 67 cuts the address to 32 bits.
        wrong(
            "calls_a_cut_pointer",
            "push rax\n.byte 0x67\nlea rax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
            NOT_KNOWN,
        ),
        wrong(
            "calls_half_a_pointer",
            "push rax\nlea eax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
            NOT_KNOWN,
        ),
        right(
            "calls_a_pointer_on_the_stack",
            "lea rax, [rip + keeps_rbp]\npush rax\nbts rdi, rsi\ncall [rsp]\npop rax\nret",
        ),
        // The bit may lie anywhere.
        wrong(
            "changes_a_pointer_on_the_stack",
            "lea rax, [rip + keeps_rbp]\npush rax\npush rax\nbts [rsp], rdi\npop rax\ncall [rsp]\npop rax\nret",
            NOT_KNOWN,
        ),
    ]
}
