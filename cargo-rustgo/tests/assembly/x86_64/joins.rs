//! What holds where several ways meet: what holds on all of them.

use super::targets::jump;
use crate::case::{Case, right, wrong};

const DIRECTION: &str = "the direction flag may be set";

pub fn cases() -> Vec<Case> {
    [comparisons(), flags(), floats(), values()].concat()
}

fn comparisons() -> Vec<Case> {
    let compares = |one: &str, other: &str| {
        jump(&format!(
            "test rsi, rsi\njz 4f\n{one}\njmp 5f\n4: {other}\n5: jae 2f"
        ))
    };
    vec![
        right("compares_on_both_ways", &compares("cmp rdi, 2", "cmp rdi, 2")),
        wrong(
            "compares_with_more_on_the_first_way",
            &compares("cmp rdi, 3", "cmp rdi, 2"),
            DIRECTION,
        ),
        wrong(
            "compares_with_more_on_the_second_way",
            &compares("cmp rdi, 2", "cmp rdi, 3"),
            DIRECTION,
        ),
        wrong(
            "compares_another_register_on_the_second_way",
            &compares("cmp rdi, 2", "cmp rdx, 2"),
            DIRECTION,
        ),
        wrong(
            "compares_fewer_bits_on_the_second_way",
            &compares("cmp rdi, 2", "cmp edi, 2"),
            DIRECTION,
        ),
        wrong(
            "compares_on_the_first_way_only",
            &compares("cmp rdi, 2", "test rdi, rdi"),
            DIRECTION,
        ),
        wrong(
            "compares_on_the_second_way_only",
            &compares("test rdi, rdi", "cmp rdi, 2"),
            DIRECTION,
        ),
        // Nothing but the flags is different when the loop comes round.
        wrong(
            "compares_before_a_loop_only",
            &jump("cmp rdi, 2\n5: jae 6f\njmp 4f\n6: test rsi, rsi\njmp 5b\n4:"),
            DIRECTION,
        ),
        // Both ways into the loop compare, and the one round it doesn't.
        wrong(
            "compares_before_a_loop_with_two_ways_in",
            &jump("cmp rdi, 2\njs 5f\nnop\n5: jae 6f\njmp 4f\n6: test rsi, rsi\njmp 5b\n4:"),
            DIRECTION,
        ),
        // What is known at the top of the loop doesn't change again and again.
        right(
            "compares_at_the_end_of_a_loop",
            "2: dec rsi\ncmp rdi, 5\njne 2b\nret",
        ),
        right(
            "compares_in_a_loop",
            &jump("5: cmp rdi, 2\njae 6f\njmp 4f\n6: test rsi, rsi\njmp 5b\n4:"),
        ),
        right(
            "bounds_on_both_ways",
            &jump("test rsi, rsi\njz 4f\nand edi, 1\njmp 5f\n4: and edi, 1\n5:"),
        ),
        wrong(
            "bounds_by_more_on_the_second_way",
            &jump("test rsi, rsi\njz 4f\nand edi, 1\njmp 5f\n4: and edi, 3\n5:"),
            DIRECTION,
        ),
    ]
}

fn flags() -> Vec<Case> {
    vec![
        wrong(
            "sets_the_direction_on_the_first_way",
            "test edi, edi\njz 2f\nstd\n2: ret",
            DIRECTION,
        ),
        wrong(
            "clears_the_direction_on_the_second_way",
            "std\ntest edi, edi\njz 2f\ncld\n2: ret",
            DIRECTION,
        ),
        right(
            "clears_the_direction_on_both_ways",
            "std\ntest edi, edi\njz 2f\ncld\nret\n2: cld\nret",
        ),
        right(
            "clears_the_direction_where_ways_meet",
            "test edi, edi\njz 2f\nstd\n2: cld\nret",
        ),
        wrong(
            "sets_the_direction_in_a_loop",
            "2: test edi, edi\njz 3f\nstd\njmp 2b\n3: ret",
            DIRECTION,
        ),
    ]
}

fn floats() -> Vec<Case> {
    const IN_USE: &str = "x87 or MMX registers may be in use";
    vec![
        wrong(
            "pops_a_float_on_the_second_way_only",
            "fld1\ntest edi, edi\njz 2f\nfstp st(0)\n2: ret",
            IN_USE,
        ),
        right(
            "pops_a_float_where_ways_meet",
            "fld1\ntest edi, edi\njz 2f\nnop\n2: fstp st(0)\nret",
        ),
        wrong(
            "loads_a_float_in_a_loop",
            "2: test edi, edi\njz 3f\nfld1\njmp 2b\n3: ret",
            IN_USE,
        ),
        // As many as on the other way, after one too many.
        wrong(
            "loads_other_floats_on_the_second_way",
            "fld1\ntest edi, edi\njz 2f\nfld1\n2: fstp st(0)\nret",
            IN_USE,
        ),
        right(
            "empties_mmx_in_a_loop",
            "movq mm0, rdi\n2: emms\ndec rsi\njnz 2b\nret",
        ),
        right(
            "empties_mmx_where_ways_meet",
            "test edi, edi\njz 2f\nmovq mm0, rdi\n2: emms\nret",
        ),
    ]
}

fn values() -> Vec<Case> {
    let calls = |one: &str, other: &str| {
        format!(
            "push rax\ntest edi, edi\njz 2f\nlea rax, [rip + {one}]\njmp 3f\n2: lea rax, [rip + {other}]\n\
             3: call rax\npop rax\nret"
        )
    };
    vec![
        right(
            "calls_by_one_pointer_on_both_ways",
            &calls("keeps_rbp", "keeps_rbp"),
        ),
        wrong(
            "calls_by_another_pointer_on_the_second_way",
            &calls("keeps_rbp", "keeps_rbx"),
            super::NOT_KNOWN,
        ),
        wrong(
            "moves_the_frame_pointer_on_one_way",
            "push rbp\ntest edi, edi\njz 2f\nmov rbp, rsp\n2: pop rbp\nret",
            "it differs between the paths that lead here",
        )
        .at(8),
        right(
            "moves_the_frame_pointer_on_both_ways",
            "push rbp\ntest edi, edi\njz 2f\nmov rbp, rsp\npop rbp\nret\n2: mov rbp, rsp\npop rbp\nret",
        ),
    ]
}
