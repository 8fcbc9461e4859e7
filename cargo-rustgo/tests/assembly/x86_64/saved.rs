//! Saved registers whose slots are lost.

use super::BELOW;
use crate::case::{Case, bounded, right, wrong};

pub fn cases() -> Vec<Case> {
    let lost = "the export does not restore rbx";
    vec![
        wrong(
            "saves_rbx_among_arguments",
            "push rbx\nxor ebx, ebx\ncall writes_above_it\npop rbx\nret",
            lost,
        ),
        right(
            "saves_rbx_above_arguments",
            "push rbx\nsub rsp, 16\nxor ebx, ebx\ncall writes_above_it\nadd rsp, 16\npop rbx\nret",
        ),
        // The second push may lie where the realigned frame has its own.
        wrong(
            "saves_rbx_where_padding_may_be",
            "push rbp\nmov rbp, rsp\npush rbx\npush rax\nxor ebx, ebx\nand rsp, -64\nadd rsp, 16\ncall keeps_rbp\n\
             mov rbx, [rbp - 8]\nmov rsp, rbp\npop rbp\nret",
            lost,
        )
        .and(BELOW),
        right(
            "saves_rbx_above_padding",
            "push rbp\nmov rbp, rsp\npush rbx\nxor ebx, ebx\nand rsp, -16\ncall keeps_rbp\nmov rbx, [rbp - 8]\n\
             mov rsp, rbp\npop rbp\nret",
        ),
        wrong(
            "saves_rbx_below_the_red_zone",
            "mov [rsp - 136], rbx\nxor ebx, ebx\nmov rbx, [rsp - 136]\nret",
            lost,
        )
        .and(BELOW),
        wrong(
            "saves_rbx_in_the_red_zone",
            "mov [rsp - 128], rbx\nxor ebx, ebx\nmov rbx, [rsp - 128]\nret",
            lost,
        )
        .and(BELOW),
        bounded(
            "saves_rbx_in_a_frame",
            "sub rsp, 128\nmov [rsp], rbx\nxor ebx, ebx\nmov rbx, [rsp]\nadd rsp, 128\nret",
            136,
        ),
        wrong(
            "restores_what_it_has_popped",
            "push rbx\npop rax\nxor ebx, ebx\nmov rbx, [rsp - 8]\nret",
            lost,
        )
        .and(BELOW),
        wrong("saves_half_of_rbx", "push bx\nxor ebx, ebx\npop bx\nret", lost),
        wrong(
            "saves_rbx_as_a_vector",
            "movq xmm0, rbx\nxor ebx, ebx\nmovq rbx, xmm0\nret",
            lost,
        ),
        wrong(
            "writes_over_a_part_of_rbx",
            "push rbx\nmov byte ptr [rsp + 7], 0\npop rbx\nret",
            lost,
        ),
        wrong(
            "writes_a_vector_over_rbx",
            "push rbx\nmovups [rsp - 8], xmm0\npop rbx\nret",
            lost,
        )
        .and(BELOW),
        wrong(
            "exchanges_rbx",
            "xchg rbx, r12\nret",
            "the export does not restore rbx, r12",
        ),
        right(
            "puts_rbx_elsewhere",
            "mov rax, rbx\nxor ebx, ebx\nmov rbx, rax\nret",
        ),
    ]
}
