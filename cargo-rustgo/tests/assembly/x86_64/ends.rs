//! Which exports may diverge, and why.

use cargo_rustgo::check::DivergenceKind;

use crate::case::{Case, local, right};

pub fn cases() -> Vec<Case> {
    let case = |name: &str, code: &str, end| right(name, code).ends(end);
    let call = |callee: &str| format!("push rax\ntest edi, edi\njz 2f\npop rax\nret\n2: call {callee}");
    vec![
        local("ends_in_a_trap", "ud2"),
        local("ends_in_a_loop", "2: jmp 2b"),
        local("ends_in_the_host", "jmp host_never_returns"),
        local("comes_back", "ret"),
        case("comes_back_always", "ret", None),
        case("comes_back_from_a_loop", "2: dec rdi\njnz 2b\nret", None),
        case(
            "comes_back_from_a_call",
            "push rax\ncall comes_back\npop rax\nret",
            None,
        ),
        case("comes_back_from_the_host", "jmp host_import", None),
        case(
            "traps_on_one_way",
            "test edi, edi\njz 2f\nret\n2: ud2",
            Some(DivergenceKind::Trap),
        ),
        case(
            "loops_on_one_way",
            "test edi, edi\njz 2f\nret\n2: jmp 2b",
            Some(DivergenceKind::Loop),
        ),
        case(
            "calls_what_ends_in_a_trap",
            &call("ends_in_a_trap"),
            Some(DivergenceKind::Trap),
        ),
        case(
            "calls_what_ends_in_a_loop",
            &call("ends_in_a_loop"),
            Some(DivergenceKind::Loop),
        ),
        case(
            "calls_what_ends_in_the_host",
            &call("ends_in_the_host"),
            Some(DivergenceKind::Import),
        ),
        case(
            "calls_the_end_in_the_host",
            &call("host_never_returns"),
            Some(DivergenceKind::Import),
        ),
        case(
            "jumps_to_the_end_in_the_host",
            "jmp host_never_returns",
            Some(DivergenceKind::Import),
        ),
        // A conditional jump has another path, which returns.
        case(
            "branches_to_the_end_in_the_host",
            "test edi, edi\njz host_never_returns\nret",
            Some(DivergenceKind::Import),
        ),
        case(
            "branches_to_what_ends_in_a_trap",
            "test edi, edi\njz ends_in_a_trap\nret",
            Some(DivergenceKind::Trap),
        ),
    ]
}
