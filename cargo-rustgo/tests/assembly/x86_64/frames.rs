//! Functions that end in one another.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    const LEFT: &str = "takes 8 bytes that were left on the stack for the return address";
    vec![
        right(
            "jumps_out_of_a_deeper_frame",
            "push rax\njmp jumped_to_from_a_deeper_frame",
        ),
        wrong("jumped_to_from_a_deeper_frame", "ret", LEFT),
        right(
            "branches_out_of_a_deeper_frame",
            "push rax\njz branched_to_from_a_deeper_frame\npop rax\nret",
        ),
        wrong("branched_to_from_a_deeper_frame", "ret", LEFT),
        right(
            "branches_to_another_function",
            "push rax\npop rax\njz keeps_rbp\nret",
        ),
        right(
            "calls_into_the_middle",
            "push rax\ncall 1234f\npop rax\nret\nnop\njmp has_a_middle",
        ),
        wrong(
            "has_a_middle",
            "push rax\n1234: pop rax\nret",
            "pops more from the stack than the function has pushed",
        ),
        right("loops_by_rcx", "mov rcx, rdi\n2: loop 2b\njrcxz 2f\n2: ret"),
        wrong(
            "pushes_in_a_loop_by_rcx",
            "mov rcx, rdi\nmov rax, rsp\n2: push rcx\nloop 2b\nmov rsp, rax\nret",
            "the stack depth here is 0 or 8 bytes",
        ),
    ]
}
