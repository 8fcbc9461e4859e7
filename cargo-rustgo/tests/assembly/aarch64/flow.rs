//! Following execution: joins, loops, walks that a later jump cuts, depths that clash.

use super::{LOST, NOT_KNOWN};
use crate::case::{Case, local, right, wrong};

pub fn cases() -> Vec<Case> {
    [joins(), loops(), depths(), late()].concat()
}

fn joins() -> Vec<Case> {
    // The registers that two paths save, in each order, and those that are restored.
    let saves = |first: &str, second: &str| {
        format!("cbz x0, 2f\n{first}\nb 3f\n2: {second}\n3: mov x19, x0\nldr x19, [sp], #16\nret")
    };
    // What a register holds on two ways, in each order, where a jump needs it to be known.
    let jumps = |first: &str, second: &str| format!("cbz x0, 2f\n{first}\nb 3f\n2: {second}\n3: br x9");
    let (x19, x20) = ("str x19, [sp, #-16]!", "str x20, [sp, #-16]!");
    let (here, there) = ("adr x9, keeps_x19", "adr x9, keeps_x20");
    // An index that is bounded on one way only, or in two ways.
    let indexes = |first: &str, second: &str| {
        let before = format!("cbz x1, 4f\n{first}\nb 5f\n4: {second}\n5: nop");
        super::tables::through_words(&before, "x0, lsl #2", 2)
    };
    let (two, more) = ("and x0, x0, #1", "and x0, x0, #3");
    vec![
        right("flow_saves_x19_on_both_ways", &saves(x19, x19)),
        wrong("flow_saves_x19_on_the_first_way", &saves(x19, x20), LOST),
        wrong("flow_saves_x19_on_the_second_way", &saves(x20, x19), LOST),
        wrong(
            "flow_saves_x19_on_the_first_way_only",
            &saves(x19, "sub sp, sp, #16"),
            LOST,
        ),
        wrong(
            "flow_saves_x19_on_the_second_way_only",
            &saves("sub sp, sp, #16", x19),
            LOST,
        ),
        right("flow_jumps_to_one_function_on_both_ways", &jumps(here, here)),
        wrong(
            "flow_jumps_to_another_function_on_the_second_way",
            &jumps(here, there),
            NOT_KNOWN,
        ),
        wrong(
            "flow_jumps_to_another_function_on_the_first_way",
            &jumps(there, here),
            NOT_KNOWN,
        ),
        wrong(
            "flow_jumps_elsewhere_on_the_second_way",
            &jumps(here, "mov x9, x1"),
            NOT_KNOWN,
        ),
        wrong(
            "flow_jumps_elsewhere_on_the_first_way",
            &jumps("mov x9, x1", here),
            NOT_KNOWN,
        ),
        right("flow_bounds_an_index_on_both_ways", &indexes(two, two)),
        wrong(
            "flow_bounds_an_index_on_the_first_way",
            &indexes(two, "nop"),
            super::OVERRUN,
        ),
        wrong(
            "flow_bounds_an_index_on_the_second_way",
            &indexes("nop", two),
            super::OVERRUN,
        ),
        wrong(
            "flow_bounds_an_index_less_on_the_second_way",
            &indexes(two, more),
            super::OVERRUN,
        ),
        wrong(
            "flow_bounds_an_index_less_on_the_first_way",
            &indexes(more, two),
            super::OVERRUN,
        ),
        // The walk from the start goes through 2 before anything is known to jump there.
        wrong(
            "flow_loses_x19_in_front_of_what_was_followed",
            "nop\n2: nop\ncbz x0, 3f\nret\n3: mov x19, x1\nb 2b",
            LOST,
        ),
    ]
}

fn loops() -> Vec<Case> {
    vec![
        // In the second round x9 holds something else.
        wrong(
            "flow_loses_x19_in_the_second_round",
            "mov x9, x19\n2: mov x19, x9\nmov x9, x1\nsub x0, x0, #1\ncbnz x0, 2b\nret",
            LOST,
        ),
        wrong(
            "flow_loses_x19_in_the_third_round",
            "mov x9, x19\nmov x10, x19\n2: mov x19, x9\nmov x9, x10\nmov x10, x1\nsub x0, x0, #1\ncbnz x0, 2b\nret",
            LOST,
        ),
        right(
            "flow_keeps_x19_in_every_round",
            "mov x9, x19\n2: mov x19, x9\nsub x0, x0, #1\ncbnz x0, 2b\nret",
        ),
        wrong(
            "flow_loses_a_slot_in_the_second_round",
            "str x19, [sp, #-16]!\n2: ldr x19, [sp]\nstr x1, [sp]\nsub x0, x0, #1\ncbnz x0, 2b\nadd sp, sp, #16\nret",
            LOST,
        ),
    ]
}

fn depths() -> Vec<Case> {
    let clash = |one: u64, other: u64| format!("the stack depth here is {one} or {other} bytes");
    const ALIGNED: &str = "the stack is aligned on one path that leads here and not on another";
    const ENTER: &str = "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub x9, sp, #16";
    const LEAVE: &str = "mov sp, x29\nldp x29, x30, [sp], #16";
    let ways = |first: &str, second: &str| {
        format!("{ENTER}\ncbz x0, 2f\n{first}\nb 3f\n2: {second}\n3: {LEAVE}\nret")
    };
    let straight = |first: &str, second: &str| {
        format!("{ENTER}\n{first}\n3: {LEAVE}\ncbz x0, 2f\nret\n2: {ENTER}\n{second}\nb 3b")
    };
    let (push, align) = ("sub sp, sp, #16", "and sp, x9, #0xffffffffffffffc0");
    vec![
        wrong("flow_pushes_on_the_first_way", &ways(push, "nop"), &clash(16, 32)),
        wrong(
            "flow_pushes_on_the_second_way",
            &ways("nop", push),
            &clash(16, 32),
        ),
        right("flow_pushes_on_both_ways", &ways(push, push)),
        wrong(
            "flow_pushes_in_front_of_a_jump_back",
            &straight("nop", push),
            &clash(16, 32),
        ),
        wrong(
            "flow_pushes_less_in_front_of_a_jump_back",
            &straight(push, "nop"),
            &clash(16, 32),
        ),
        right(
            "flow_pushes_the_same_in_front_of_a_jump_back",
            &straight(push, push),
        ),
        wrong("flow_aligns_on_the_first_way", &ways(align, "nop"), ALIGNED),
        wrong("flow_aligns_on_the_second_way", &ways("nop", align), ALIGNED),
        wrong("flow_aligns_in_two_places", &ways(align, align), ALIGNED),
        wrong(
            "flow_aligns_in_front_of_a_jump_back",
            &straight("nop", align),
            ALIGNED,
        ),
    ]
}

/// What is learnt of a function after its caller was followed past two calls reaches what comes after the second call,
/// and not only what comes after the first.
fn late() -> Vec<Case> {
    let calls_twice =
        |then: &str| format!("stp x30, x19, [sp, #-16]!\nbl called_twice\nbl called_twice\n{then}");
    vec![
        local("called_twice", "ret"),
        local("jumped_to_after_two_calls", "ret"),
        local("also_jumped_to_after_two_calls", "ret"),
        wrong(
            "flow_loses_x19_after_two_calls_and_jumps",
            &calls_twice("ldr x30, [sp], #16\nmov x19, x0\nb jumped_to_after_two_calls"),
            LOST,
        ),
        right(
            "flow_keeps_x19_after_two_calls_and_jumps",
            &calls_twice("ldp x30, x19, [sp], #16\nb also_jumped_to_after_two_calls"),
        )
        .takes(16)
        .ends(None),
    ]
}
