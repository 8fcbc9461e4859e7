//! Which exports may diverge, and why.

use cargo_rustgo::check::DivergenceKind;

use crate::case::{Case, local, right};

pub fn cases() -> Vec<Case> {
    let case = |name: &str, code: &str, end| right(name, code).ends(end);
    let call = |callee: &str| {
        format!(
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\ncbz x0, 2f\nldp x29, x30, [sp], #16\nret\n2: bl {callee}"
        )
    };
    vec![
        local("local_ends_in_a_trap", "brk #1"),
        local("local_ends_in_a_loop", "2: b 2b"),
        local("local_ends_in_the_host", "b host_never_returns"),
        case("end_of_none", "ret", None),
        case(
            "end_of_a_loop_with_a_way_out",
            "2: sub x0, x0, #1\ncbnz x0, 2b\nret",
            None,
        ),
        case("end_of_a_jump_to_the_host_and_back", "b host_import", None),
        case(
            "end_of_a_trap",
            "cbz x0, 2f\nret\n2: brk #1",
            Some(DivergenceKind::Trap),
        ),
        case(
            "end_of_a_loop",
            "cbz x0, 2f\nret\n2: b 2b",
            Some(DivergenceKind::Loop),
        ),
        case(
            "end_of_a_call_of_a_trap",
            &call("local_ends_in_a_trap"),
            Some(DivergenceKind::Trap),
        ),
        case(
            "end_of_a_call_of_a_loop",
            &call("local_ends_in_a_loop"),
            Some(DivergenceKind::Loop),
        ),
        case(
            "end_of_a_call_of_the_host",
            &call("host_never_returns"),
            Some(DivergenceKind::Import),
        ),
        case(
            "end_of_a_call_of_a_jump_to_the_host",
            &call("local_ends_in_the_host"),
            Some(DivergenceKind::Import),
        ),
        case(
            "end_of_a_jump_to_the_host",
            "b host_never_returns",
            Some(DivergenceKind::Import),
        ),
        // A conditional jump has another path, which returns.
        case(
            "end_of_a_branch_to_a_trap",
            "cbz x0, local_ends_in_a_trap\nret",
            Some(DivergenceKind::Trap),
        ),
    ]
}
