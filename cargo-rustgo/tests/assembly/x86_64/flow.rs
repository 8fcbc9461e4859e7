//! Following execution: joins, loops, walks that a later jump cuts, depths that clash, instructions that overlap.

use crate::case::{Case, local, right, wrong};

const LOST: &str = "the export does not restore rbx";

pub fn cases() -> Vec<Case> {
    [joins(), loops(), depths(), instructions(), late()].concat()
}

fn joins() -> Vec<Case> {
    // The registers that two paths save, in each order, and those that are restored.
    let saves = |first: &str, second: &str| {
        format!("test edi, edi\njz 2f\n{first}\njmp 3f\n2: {second}\n3: xor ebx, ebx\npop rbx\nret")
    };
    // What a register holds on two ways, in each order, where a callee needs it to be known.
    let calls = |first: &str, second: &str| {
        format!("push rax\ntest edi, edi\njz 2f\n{first}\njmp 3f\n2: {second}\n3: call rax\npop rax\nret")
    };
    let (here, there) = ("lea rax, [rip + keeps_rbp]", "lea rax, [rip + keeps_rbx]");
    let unknown = super::NOT_KNOWN;
    // An index that is bounded on one way only, or in two ways.
    let indexes = |first: &str, second: &str| {
        format!(
            "test esi, esi\njz 2f\n{first}\njmp 3f\n2: {second}\n3: lea rax, [rip + 8f]\n\
             movsxd rdx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx\n4: ret\n5: std\nret\n\
             .pushsection .rodata, \"a\"\n.balign 4\n8: .long 4b - 8b, 4b - 8b, 5b - 8b, 5b - 8b\n.popsection"
        )
    };
    let (two, more) = ("and edi, 1", "and edi, 3");
    const DIRECTION: &str = "the direction flag may be set";
    vec![
        right("saves_rbx_on_both_ways", &saves("push rbx", "push rbx")),
        wrong("saves_rbx_on_the_first_way", &saves("push rbx", "push r12"), LOST),
        wrong(
            "saves_rbx_on_the_second_way",
            &saves("push r12", "push rbx"),
            LOST,
        ),
        wrong(
            "saves_rbx_on_the_first_way_only",
            &saves("push rbx", "sub rsp, 8"),
            LOST,
        ),
        wrong(
            "saves_rbx_on_the_second_way_only",
            &saves("sub rsp, 8", "push rbx"),
            LOST,
        ),
        right("calls_one_function_on_both_ways", &calls(here, here)),
        wrong(
            "calls_another_function_on_the_second_way",
            &calls(here, there),
            unknown,
        ),
        wrong(
            "calls_another_function_on_the_first_way",
            &calls(there, here),
            unknown,
        ),
        wrong(
            "calls_an_unknown_function_on_the_second_way",
            &calls(here, "mov rax, rdi"),
            unknown,
        ),
        wrong(
            "calls_an_unknown_function_on_the_first_way",
            &calls("mov rax, rdi", here),
            unknown,
        ),
        right("bounds_an_index_on_both_ways", &indexes(two, two)),
        wrong(
            "bounds_an_index_on_the_first_way",
            &indexes(two, "nop"),
            DIRECTION,
        ),
        wrong(
            "bounds_an_index_on_the_second_way",
            &indexes("nop", two),
            DIRECTION,
        ),
        wrong(
            "bounds_an_index_less_on_the_second_way",
            &indexes(two, more),
            DIRECTION,
        ),
        wrong(
            "bounds_an_index_less_on_the_first_way",
            &indexes(more, two),
            DIRECTION,
        ),
        // The walk from the start goes through 2 before anything is known to jump there.
        wrong(
            "jumps_into_what_was_followed_straight_through",
            "push rbp\nnop\n2: nop\ntest edi, edi\njz 3f\npop rbp\nret\n3: mov rbp, rsp\njmp 2b",
            "it differs between the paths that lead here",
        ),
        wrong(
            "loses_rbx_in_front_of_what_was_followed_straight_through",
            "nop\n2: nop\ntest edi, edi\njz 3f\nret\n3: mov rbx, rdi\njmp 2b",
            LOST,
        ),
    ]
}

fn loops() -> Vec<Case> {
    vec![
        // In the second round rax holds something else.
        wrong(
            "loses_rbx_in_the_second_round",
            "mov rax, rbx\n2: mov rbx, rax\nmov rax, rdi\ndec rdi\njnz 2b\nret",
            LOST,
        ),
        right(
            "keeps_rbx_in_every_round",
            "mov rax, rbx\n2: mov rbx, rax\ndec rdi\njnz 2b\nret",
        ),
        wrong(
            "loses_rbx_in_the_third_round",
            "mov rax, rbx\nmov rcx, rbx\n2: mov rbx, rax\nmov rax, rcx\nmov rcx, rdi\ndec rdi\njnz 2b\nret",
            LOST,
        ),
        wrong(
            "loses_a_slot_in_the_second_round",
            "push rbx\n2: mov rbx, [rsp]\nmov [rsp], rdi\ndec rdi\njnz 2b\npop rax\nret",
            LOST,
        ),
    ]
}

fn depths() -> Vec<Case> {
    let clash = |one: u64, other: u64| format!("the stack depth here is {one} or {other} bytes");
    let (nothing, one, two) = (clash(0, 8), clash(8, 16), clash(8, 24));
    const ALIGNED: &str = "the stack is aligned on one path that leads here and not on another";
    let ways = |first: &str, second: &str| {
        format!("push rbp\nmov rbp, rsp\ntest edi, edi\njz 2f\n{first}\njmp 3f\n2: {second}\n3: leave\nret")
    };
    let straight = |first: &str, second: &str| {
        format!(
            "push rbp\nmov rbp, rsp\n{first}\n3: leave\ntest edi, edi\njz 2f\nret\n2: push rbp\nmov rbp, rsp\n{second}\njmp 3b"
        )
    };
    vec![
        wrong(
            "pushes_on_one_way",
            "test edi, edi\njz 2f\npush rax\n2: ret",
            &nothing,
        ),
        wrong("pushes_on_the_first_way", &ways("push rax", "nop"), &one),
        wrong("pushes_on_the_second_way", &ways("nop", "push rax"), &one),
        wrong(
            "pushes_twice_on_the_second_way",
            &ways("nop", "push rax\npush rax"),
            &two,
        ),
        right("pushes_on_both_ways", &ways("push rax", "push rcx")),
        wrong(
            "pushes_in_front_of_a_jump_back",
            &straight("nop", "push rax"),
            &one,
        ),
        wrong(
            "pushes_less_in_front_of_a_jump_back",
            &straight("push rax", "nop"),
            &one,
        ),
        right(
            "pushes_the_same_in_front_of_a_jump_back",
            &straight("push rax", "push rax"),
        ),
        wrong("aligns_on_the_first_way", &ways("and rsp, -64", "nop"), ALIGNED),
        wrong("aligns_on_the_second_way", &ways("nop", "and rsp, -64"), ALIGNED),
        wrong(
            "aligns_in_two_places",
            &ways("and rsp, -64", "and rsp, -64"),
            ALIGNED,
        ),
        wrong(
            "aligns_in_front_of_a_jump_back",
            &straight("nop", "and rsp, -64"),
            ALIGNED,
        ),
        wrong(
            "pushes_in_a_loop",
            "mov rcx, rsp\n2: push rax\ndec rdi\njnz 2b\nmov rsp, rcx\nret",
            &nothing,
        ),
    ]
}

/// `mov eax, 0x90909090`, into whose number something jumps.
fn instructions() -> Vec<Case> {
    const OVERLAP: &str = "in the middle of another instruction";
    vec![
        wrong(
            "jumps_into_an_instruction",
            "test edi, edi\njz 2f + 1\n2: mov eax, 0x90909090\nret",
            OVERLAP,
        ),
        // What lies inside is followed first.
        wrong(
            "jumps_in_front_of_what_it_has_jumped_into",
            "test edi, edi\njz 3f\njmp 2f + 1\n2: mov eax, 0x90909090\nret\n3: jmp 2b",
            OVERLAP,
        ),
        right(
            "jumps_to_the_end_of_an_instruction",
            "test edi, edi\njz 2f + 5\n2: mov eax, 0x90909090\nret",
        ),
    ]
}

/// What is learnt of a function after its caller was followed past two calls reaches what comes after the second call,
/// and not only what comes after the first.
fn late() -> Vec<Case> {
    let calls_twice = |then: &str| format!("push rbx\ncall called_twice\ncall called_twice\n{then}");
    vec![
        local("called_twice", "ret"),
        local("jumped_to_after_two_calls", "ret"),
        local("also_jumped_to_after_two_calls", "ret"),
        wrong(
            "loses_rbx_after_two_calls_and_jumps",
            &calls_twice("pop rcx\nxor ebx, ebx\njmp jumped_to_after_two_calls"),
            LOST,
        ),
        right(
            "keeps_rbx_after_two_calls_and_jumps",
            &calls_twice("pop rbx\njmp also_jumped_to_after_two_calls"),
        )
        .takes(24)
        .ends(None),
    ]
}
