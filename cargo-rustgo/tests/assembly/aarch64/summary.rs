//! What callers rely on: whether a callee returns, which registers it preserves, what it writes above its return address.
//! The callees are local, so that nothing but their callers is complained about.

use super::{LOST, OVERRUN};
use crate::case::{Case, case, local, right, wrong};

const BOTH: &str = "the export does not restore x19, x20";
const ENTER: &str = "stp x29, x30, [sp, #-16]!\nmov x29, sp";
const LEAVE: &str = "ldp x29, x30, [sp], #16\nret";

pub fn cases() -> Vec<Case> {
    [callees(), several(), returns(), late(), above()].concat()
}

fn callees() -> Vec<Case> {
    vec![
        local("local_keeps", "ret"),
        local("local_loses_x19", "mov x19, x0\nret"),
        local("local_loses_x20", "mov x20, x0\nret"),
        local("local_traps", "brk #1"),
        local("local_spins", "2: b 2b"),
        local("local_calls_what_traps", &format!("{ENTER}\nbl local_traps")),
        local("local_jumps_to_what_traps", "b local_traps"),
        local("local_loses_x19_or_not", "cbz x0, local_loses_x19\nret"),
        local("local_writes_16_above", "str x0, [sp, #8]\nret"),
        local("local_writes_32_above", "str x0, [sp, #24]\nret"),
        local(
            "local_writes_16_above_or_not",
            "cbz x0, local_writes_16_above\nret",
        ),
        wrong(
            "summary_loses_x20_and_jumps",
            "mov x20, x0\nb local_loses_x19",
            BOTH,
        ),
        wrong("summary_branches", "cbz x0, local_loses_x19\nret", LOST),
        wrong("summary_loses_x19_and_jumps", "mov x19, x0\nb local_keeps", LOST),
    ]
}

fn call(callee: &str) -> String {
    format!("{ENTER}\nbl {callee}\n{LEAVE}")
}

/// A call or jump through a table of functions.
fn through(way: &str, functions: &[&str]) -> String {
    let (enter, leave) = if way == "blr" { (ENTER, LEAVE) } else { ("", "") };
    format!(
        "{enter}\nadrp x8, 8f\nadd x8, x8, :lo12:8f\ncmp x0, #{}\nb.hs 9f\nldr x9, [x8, x0, lsl #3]\n{way} x9\n{leave}\n\
         9: brk #1\n.pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .xword {}\n.popsection",
        functions.len(),
        functions.join(", ")
    )
}

/// Of several callees each counts, wherever in the table it is.
fn several() -> Vec<Case> {
    let mut cases = Vec::new();
    let (keeps, x19, x20) = ("local_keeps", "local_loses_x19", "local_loses_x20");
    for way in ["blr", "br"] {
        let mut add = |name: &str, functions: &[&str], says: Option<&str>| {
            cases.push(case(format!("{way}_to_{name}"), through(way, functions), says));
        };
        add("several_that_keep", &[keeps, keeps, "local_traps"], None);
        add(
            "several_of_which_the_first_loses_x19",
            &[x19, keeps, keeps],
            Some(LOST),
        );
        add(
            "several_of_which_the_second_loses_x19",
            &[keeps, x19, keeps],
            Some(LOST),
        );
        add(
            "several_of_which_the_last_loses_x19",
            &[keeps, keeps, x19],
            Some(LOST),
        );
        add("several_that_lose_one_each", &[x19, x20], Some(BOTH));
        add("several_that_lose_one_each_in_turn", &[x20, x19], Some(BOTH));
    }
    for (name, functions, is_reached) in [
        ("summary_returns_from_the_first", [keeps, "local_traps"], true),
        ("summary_returns_from_the_second", ["local_traps", keeps], true),
        (
            "summary_returns_from_neither",
            ["local_traps", "local_spins"],
            false,
        ),
    ] {
        let code = through("blr", &functions).replace(LEAVE, &format!("mov x28, x0\n{LEAVE}"));
        cases.push(case(name, code, is_reached.then_some(OVERRUN)));
    }
    for (name, functions) in [
        (
            "summary_writes_most_by_the_first",
            ["local_writes_32_above", "local_writes_16_above"],
        ),
        (
            "summary_writes_most_by_the_second",
            ["local_writes_16_above", "local_writes_32_above"],
        ),
    ] {
        cases.push(wrong(
            name,
            &through("blr", &functions),
            "the called function writes 32 bytes above its return address, beyond the end",
        ));
    }
    cases
}

/// Whether what follows a call is reached.
fn returns() -> Vec<Case> {
    let then = |callee: &str| format!("{ENTER}\nbl {callee}\nmov x28, x0\n{LEAVE}");
    let mut cases = Vec::new();
    for (callee, is_reached) in [
        ("local_traps", false),
        ("local_spins", false),
        ("local_calls_what_traps", false),
        ("local_jumps_to_what_traps", false),
        ("host_never_returns", false),
        ("host_import", true),
        ("local_keeps", true),
    ] {
        cases.push(case(
            format!("summary_returns_from_{callee}"),
            then(callee),
            is_reached.then_some(OVERRUN),
        ));
    }
    cases
}

/// What is learnt of a callee after its caller was followed.
fn late() -> Vec<Case> {
    vec![
        // It returns on a short path, and loses x19 on a longer one.
        local(
            "local_loses_x19_on_the_longer_way",
            &format!("cbz x0, 2f\nret\n2: {ENTER}\nbl local_loses_x19_or_not\n{LEAVE}"),
        ),
        wrong(
            "summary_calls_the_longer_way",
            &call("local_loses_x19_on_the_longer_way"),
            LOST,
        ),
        wrong(
            "summary_jumps_to_the_longer_way",
            "b local_loses_x19_on_the_longer_way",
            LOST,
        ),
        // Two that jump to each other.
        local("local_jumps_round_1", "cbz x0, local_jumps_round_2\nret"),
        local("local_jumps_round_2", "mov x19, x1\nb local_jumps_round_1"),
        wrong(
            "summary_calls_the_first_of_a_circle",
            &call("local_jumps_round_1"),
            LOST,
        ),
        wrong(
            "summary_calls_the_second_of_a_circle",
            &call("local_jumps_round_2"),
            LOST,
        ),
    ]
}

fn above() -> Vec<Case> {
    let beyond = "the called function writes 32 bytes above its return address, beyond the end";
    const INTO_THE_HOST: &str =
        "the export writes 16 bytes above its return address, where the host's own frame is";
    let with_room = |callee: &str| {
        format!(
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub sp, sp, #16\nbl {callee}\nadd sp, sp, #16\n{LEAVE}"
        )
    };
    vec![
        right("summary_has_16_of_16", &with_room("local_writes_16_above")),
        wrong("summary_has_0_of_32", &call("local_writes_32_above"), beyond),
        right(
            "summary_has_room_for_a_jump",
            &with_room("local_writes_16_above_or_not"),
        ),
        wrong("summary_jumps_above", "b local_writes_16_above", INTO_THE_HOST),
        wrong(
            "summary_branches_above",
            "cbz x0, local_writes_16_above\nret",
            INTO_THE_HOST,
        ),
        wrong(
            "summary_jumps_to_what_branches_above",
            "b local_writes_16_above_or_not",
            INTO_THE_HOST,
        ),
    ]
}
