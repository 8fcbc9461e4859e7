//! The most stack that an export takes, over its calls.

use crate::case::{Case, bounded, local};

const ENTER: &str = "stp x29, x30, [sp, #-16]!\nmov x29, sp";
const LEAVE: &str = "ldp x29, x30, [sp], #16\nret";

pub fn cases() -> Vec<Case> {
    let all = |first: &str, second: &str| format!("{ENTER}\nbl {first}\nbl {second}\n{LEAVE}");
    let take = |bytes: u64| format!("sub sp, sp, #{bytes}\nadd sp, sp, #{bytes}");
    let mut cases = vec![
        local("local_takes_nothing", "ret"),
        local("local_takes_32", &format!("{}\nret", take(32))),
        local("local_takes_80", &format!("{}\nret", take(80))),
        local(
            "local_takes_16_and_32",
            &format!("{ENTER}\nbl local_takes_32\n{LEAVE}"),
        ),
        bounded("bound_of_nothing", "ret", 0),
        bounded("bound_of_a_jump", "b local_takes_32", 32),
        bounded(
            "bound_of_a_jump_to_less",
            &format!("{}\nb local_takes_32", take(80)),
            80,
        ),
        bounded(
            "bound_of_the_deeper_first",
            &all("local_takes_80", "local_takes_32"),
            96,
        ),
        bounded(
            "bound_of_the_deeper_last",
            &all("local_takes_32", "local_takes_80"),
            96,
        ),
        bounded(
            "bound_of_two_levels",
            &all("local_takes_nothing", "local_takes_16_and_32"),
            64,
        ),
        bounded(
            "bound_of_the_host",
            &format!("{ENTER}\nbl host_import\n{LEAVE}"),
            16,
        ),
        local(
            "local_jumps_round_and_takes_32",
            &format!("{}\ncbz x0, local_jumps_round_and_takes_80\nret", take(32)),
        ),
        local(
            "local_jumps_round_and_takes_80",
            &format!("{}\nb local_jumps_round_and_takes_32", take(80)),
        ),
        bounded("bound_of_a_circle", "b local_jumps_round_and_takes_32", 80),
        bounded(
            "bound_of_a_circle_from_the_other",
            "b local_jumps_round_and_takes_80",
            80,
        ),
        bounded("bound_of_an_end", "sub sp, sp, #48\nbrk #1", 48),
        local(
            "local_aligns_to_64",
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\nand sp, x29, #0xffffffffffffffc0\nmov sp, x29\nldp x29, x30, [sp], #16\nret",
        ),
    ];
    // A callee that aligns finds what its caller leaves of the stack pointer: an entry at a multiple of 16, or of 64 for
    // hosts that align to that.
    for (own, bound, for_aligned) in [
        (16, 32 + 48, 32 + 32),
        (32, 48 + 48, 48 + 16),
        (48, 64 + 48, 64),
        (64, 80 + 48, 80 + 48),
    ] {
        let case = bounded(
            &format!("bound_of_what_aligns_below_{own}"),
            &format!(
                "stp x29, x30, [sp, #-{own}]!\nmov x29, sp\nbl local_aligns_to_64\nldp x29, x30, [sp], #{own}\nret"
            ),
            bound,
        );
        cases.push(case.takes_if_aligned(for_aligned));
    }
    cases
}
