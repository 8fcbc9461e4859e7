//! What callers rely on: whether a callee returns, which registers it preserves, what it writes above its return address.
//! The callees are local, so that nothing but their callers is complained about.

use crate::case::{Case, local, right, wrong};

const LOST: &str = "the export does not restore rbx";
const BOTH: &str = "the export does not restore rbx, r12";
const DIRECTION: &str = "the direction flag may be set";

pub fn cases() -> Vec<Case> {
    [callees(), registers(), several(), returns(), late(), above()].concat()
}

fn callees() -> Vec<Case> {
    vec![
        local("keeps", "ret"),
        local("loses_rbx_", "xor ebx, ebx\nret"),
        local("loses_r12_", "xor r12, r12\nret"),
        local("jumps_to_what_loses_rbx_", "jmp loses_rbx_"),
        local(
            "jumps_to_what_loses_rbx_or_not",
            "test edi, edi\njz loses_rbx_\nret",
        ),
        local("calls_what_loses_rbx_", "push rax\ncall loses_rbx_\npop rax\nret"),
        local("traps", "ud2"),
        local("spins", "2: jmp 2b"),
        local("calls_what_traps", "push rax\ncall traps"),
        local("jumps_to_what_traps", "jmp traps"),
        local("writes_8_above", "mov [rsp + 8], rdi\nret"),
        local("writes_16_above", "mov [rsp + 16], rdi\nret"),
        local("writes_1_above", "mov byte ptr [rsp + 8], 1\nret"),
        local("jumps_to_what_writes_8_above", "jmp writes_8_above"),
        local(
            "jumps_to_what_writes_8_above_or_not",
            "test edi, edi\njz writes_8_above\nret",
        ),
        local(
            "calls_what_writes_16_above",
            "sub rsp, 24\ncall writes_16_above\nadd rsp, 24\nret",
        ),
    ]
}

/// A call of a local function, with an aligned stack.
fn call(callee: &str) -> String {
    format!("push rax\ncall {callee}\npop rax\nret")
}

fn registers() -> Vec<Case> {
    vec![
        right("calls_what_keeps", &call("keeps")),
        wrong("calls_a_local_that_loses_rbx", &call("loses_rbx_"), LOST),
        wrong(
            "calls_a_local_that_calls_what_loses_rbx",
            &call("calls_what_loses_rbx_"),
            LOST,
        ),
        wrong(
            "calls_a_local_that_jumps_to_what_loses_rbx",
            &call("jumps_to_what_loses_rbx_"),
            LOST,
        ),
        right(
            "saves_rbx_before_it_calls_a_local",
            "push rbx\ncall loses_rbx_\npop rbx\nret",
        ),
        wrong("jumps_to_a_local_that_loses_rbx", "jmp loses_rbx_", LOST),
        wrong(
            "branches_to_a_local_that_loses_rbx",
            "test edi, edi\njz loses_rbx_\nret",
            LOST,
        ),
        wrong(
            "loses_r12_and_jumps_to_a_local",
            "xor r12, r12\njmp loses_rbx_",
            BOTH,
        ),
        wrong("loses_rbx_and_jumps_to_a_local", "xor ebx, ebx\njmp keeps", LOST),
        right("jumps_to_a_local_that_keeps", "jmp keeps"),
    ]
}

/// A call or jump through a table of functions.
fn through(way: &str, functions: &[&str]) -> String {
    let (in_front, behind) = match way {
        "call" => ("push rax\n", "\npop rax\nret"),
        _ => ("", ""),
    };
    format!(
        "{in_front}lea rax, [rip + 8f]\nmov edi, edi\ncmp rdi, {}\njae 9f\n{way} qword ptr [rax + 8 * rdi]{behind}\n9: ud2\n\
         .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .quad {}\n.popsection",
        functions.len(),
        functions.join(", ")
    )
}

/// Of several callees each counts, wherever in the table it is.
fn several() -> Vec<Case> {
    let mut cases = Vec::new();
    for way in ["call", "jmp"] {
        let mut add = |name: &str, functions: &[&str], says: Option<&str>| {
            cases.push(crate::case::case(
                format!("{way}s_{name}"),
                through(way, functions),
                says,
            ));
        };
        add("several_that_keep", &["keeps", "keeps", "traps"], None);
        add(
            "several_of_which_the_first_loses_rbx",
            &["loses_rbx_", "keeps", "keeps"],
            Some(LOST),
        );
        add(
            "several_of_which_the_second_loses_rbx",
            &["keeps", "loses_rbx_", "keeps"],
            Some(LOST),
        );
        add(
            "several_of_which_the_last_loses_rbx",
            &["keeps", "keeps", "loses_rbx_"],
            Some(LOST),
        );
        add(
            "several_that_lose_one_register_each",
            &["loses_rbx_", "loses_r12_"],
            Some(BOTH),
        );
        add(
            "several_that_lose_one_register_each_in_turn",
            &["loses_r12_", "loses_rbx_"],
            Some(BOTH),
        );
    }
    for (name, functions, is_reached) in [
        ("comes_back_from_the_first", ["keeps", "traps"], true),
        ("comes_back_from_the_second", ["traps", "keeps"], true),
        ("comes_back_from_neither", ["traps", "spins"], false),
    ] {
        let code = through("call", &functions).replace("pop rax\nret", "std\npop rax\nret");
        cases.push(crate::case::case(name, code, is_reached.then_some(DIRECTION)));
    }
    // The most that one of them writes above.
    for (name, functions) in [
        ("writes_most_by_the_first", ["writes_16_above", "writes_8_above"]),
        ("writes_most_by_the_second", ["writes_8_above", "writes_16_above"]),
    ] {
        cases.push(wrong(
            name,
            &through("call", &functions),
            "the called function writes 16 bytes above its return address, beyond the end",
        ));
    }
    cases
}

/// Whether what follows a call is reached.
fn returns() -> Vec<Case> {
    let then = |callee: &str| format!("push rax\ncall {callee}\nstd\npop rax\nret");
    let mut cases: Vec<Case> = [
        "traps",
        "spins",
        "calls_what_traps",
        "jumps_to_what_traps",
        "host_never_returns",
    ]
    .iter()
    .map(|callee| right(&format!("does_not_come_back_from_what_{callee}"), &then(callee)))
    .collect();
    cases.extend(
        ["keeps", "host_import", "jumps_to_what_loses_rbx_or_not"]
            .iter()
            .map(|callee| {
                let case = wrong(
                    &format!("comes_back_from_what_{callee}"),
                    &then(callee),
                    DIRECTION,
                );
                if callee.contains("rbx") {
                    case.and(LOST)
                } else {
                    case
                }
            }),
    );
    cases
}

/// What is learnt of a callee after its caller was followed.
fn late() -> Vec<Case> {
    vec![
        // It returns on a short path, and loses rbx on a longer one.
        local(
            "loses_rbx_on_the_longer_way",
            "test edi, edi\njz 2f\nret\n2: push rax\ncall calls_what_loses_rbx_\npop rax\nret",
        ),
        wrong(
            "calls_what_loses_rbx_on_the_longer_way",
            &call("loses_rbx_on_the_longer_way"),
            LOST,
        ),
        wrong(
            "jumps_to_what_loses_rbx_on_the_longer_way",
            "jmp loses_rbx_on_the_longer_way",
            LOST,
        ),
        // Two that jump to each other.
        local("jumps_round_1", "test edi, edi\njz jumps_round_2\nret"),
        local("jumps_round_2", "xor ebx, ebx\njmp jumps_round_1"),
        wrong(
            "calls_the_first_of_two_that_jump_round",
            &call("jumps_round_1"),
            LOST,
        ),
        wrong(
            "calls_the_second_of_two_that_jump_round",
            &call("jumps_round_2"),
            LOST,
        ),
        local("jumps_back_1", "xor ebx, ebx\njmp jumps_back_2"),
        local("jumps_back_2", "test edi, edi\njz jumps_back_1\nret"),
        wrong(
            "calls_the_first_of_two_that_jump_back",
            &call("jumps_back_1"),
            LOST,
        ),
        wrong(
            "calls_the_second_of_two_that_jump_back",
            &call("jumps_back_2"),
            LOST,
        ),
        // Recursion is refused, and what the function loses is said all the same.
        local(
            "calls_itself_and_loses_rbx",
            "test edi, edi\njz 2f\npush rax\ncall calls_itself_and_loses_rbx\npop rax\nret\n2: xor ebx, ebx\nret",
        ),
        wrong(
            "calls_what_calls_itself",
            &call("calls_itself_and_loses_rbx"),
            LOST,
        ),
    ]
}

fn above() -> Vec<Case> {
    const INTO_THE_HOST: &str =
        "the export writes 8 bytes above its return address, where the host's own frame is";
    let beyond = |bytes: u64| {
        format!("the called function writes {bytes} bytes above its return address, beyond the end")
    };
    let with_room = |room: u64, callee: &str| format!("sub rsp, {room}\ncall {callee}\nadd rsp, {room}\nret");
    vec![
        right("has_8_bytes_of_8", &with_room(8, "writes_8_above")),
        wrong("has_8_bytes_of_16", &with_room(8, "writes_16_above"), &beyond(16)),
        right("has_24_bytes_of_16", &with_room(24, "writes_16_above")),
        right("has_8_bytes_of_1", &with_room(8, "writes_1_above")),
        wrong(
            "has_no_room_for_1",
            "push rax\nadd rsp, 8\ncall writes_1_above\nret",
            &beyond(1),
        )
        .and("with rsp 8 bytes above a multiple of 16"),
        right(
            "has_8_bytes_for_a_jump",
            &with_room(8, "jumps_to_what_writes_8_above"),
        ),
        wrong(
            "jumps_to_a_local_that_writes_above",
            "jmp writes_8_above",
            INTO_THE_HOST,
        ),
        wrong(
            "branches_to_a_local_that_writes_above",
            "test edi, edi\njz writes_8_above\nret",
            INTO_THE_HOST,
        ),
        wrong(
            "jumps_to_what_jumps_to_what_writes_above",
            "jmp jumps_to_what_writes_8_above_or_not",
            INTO_THE_HOST,
        ),
        // A callee's arguments lie in its caller's frame.
        right(
            "calls_what_calls_what_writes_above",
            &call("calls_what_writes_16_above"),
        ),
        wrong(
            "has_rbx_where_a_jump_writes",
            "push rbx\nxor ebx, ebx\ncall jumps_to_what_writes_8_above_or_not\npop rbx\nret",
            LOST,
        ),
        right(
            "has_rbx_above_where_a_jump_writes",
            "push rbx\nsub rsp, 16\nxor ebx, ebx\ncall jumps_to_what_writes_8_above_or_not\nadd rsp, 16\npop rbx\nret",
        ),
    ]
}
