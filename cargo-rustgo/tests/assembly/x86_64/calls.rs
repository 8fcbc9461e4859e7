//! What a call leaves to its caller.

use super::NOT_KNOWN;
use crate::case::{Case, bounded, local, right, wrong};

const DIRECTION: &str = "the direction flag may be set";
const LOST: &str = "the export does not restore rbx";

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        local("local_loses_rbx", "xor ebx, ebx\nret"),
        local("local_loses_r15", "xor r15d, r15d\nret"),
        local("local_does_nothing", "ret"),
        local("local_passes_rbx_on", "jmp local_loses_rbx"),
        local(
            "local_sometimes_loses_rbx",
            "test edi, edi\njz local_loses_rbx\nret",
        ),
        local("local_sets_direction", "std\nret").but_wrong(),
        local("local_leaves_a_float", "fld1\nret").but_wrong(),
        local("local_writes_above", "mov [rsp + 8], rdi\nret"),
        local(
            "local_calls_what_writes_above",
            "push rax\ncall local_writes_above\npop rax\nret",
        ),
        local("local_never_returns", "2: jmp 2b"),
        wrong(
            "calls_what_loses_a_register",
            "push rax\ncall local_loses_rbx\npop rax\nret",
            LOST,
        ),
        wrong(
            "calls_what_jumps_to_what_loses_it",
            "push rax\ncall local_passes_rbx_on\npop rax\nret",
            LOST,
        ),
        wrong(
            "calls_what_sometimes_loses_it",
            "push rax\ncall local_sometimes_loses_rbx\npop rax\nret",
            LOST,
        ),
        wrong("jumps_to_what_loses_it", "jmp local_loses_rbx", LOST),
        wrong(
            "branches_to_what_loses_it",
            "test edi, edi\njz local_loses_rbx\nret",
            LOST,
        ),
        wrong(
            "jumps_to_what_jumps_to_what_loses_it",
            "jmp local_passes_rbx_on",
            LOST,
        ),
        right("jumps_to_what_loses_nothing", "jmp local_does_nothing"),
        wrong(
            "loses_one_and_jumps_to_what_loses_another",
            "xor r12d, r12d\njmp local_loses_rbx",
            "the export does not restore rbx, r12",
        ),
        right(
            "saves_what_a_callee_loses",
            "push rbx\ncall local_loses_rbx\npop rbx\nret",
        ),
        wrong(
            "saves_something_else_than_a_callee_loses",
            "push rbx\ncall local_loses_r15\npop rbx\nret",
            "the export does not restore r15",
        ),
        // A red zone counts although the function ends in another one.
        bounded(
            "computes_an_address_and_jumps",
            "movq xmm0, rsp\njmp local_does_nothing",
            8 + 128,
        ),
        bounded(
            "computes_an_address_and_calls",
            "movq xmm0, rsp\npush rax\ncall local_does_nothing\npop rax\nret",
            24,
        ),
        right("calls_what_never_returns", "push rax\ncall local_never_returns"),
        right(
            "calls_a_host_that_never_returns",
            "push rax\ncall host_never_returns",
        ),
        // The callee is complained about, and what follows finds the flag as the ABI has it.
        right(
            "calls_what_sets_the_direction",
            "push rax\ncall local_sets_direction\npop rax\nret",
        ),
        right(
            "calls_what_leaves_a_float",
            "push rax\ncall local_leaves_a_float\npop rax\nret",
        ),
        wrong(
            "calls_with_the_direction_set",
            "push rax\nstd\ncall local_does_nothing\npop rax\nret",
            DIRECTION,
        )
        .at(2),
        wrong(
            "calls_by_a_pointer_with_the_direction_set",
            "push rax\nlea rax, [rip + local_does_nothing]\nstd\ncall rax\npop rax\nret",
            DIRECTION,
        )
        .at(9),
        wrong(
            "jumps_with_the_direction_set",
            "std\njmp local_does_nothing",
            DIRECTION,
        )
        .at(1),
        wrong(
            "jumps_with_a_float",
            "fld1\njmp local_does_nothing",
            "x87 or MMX registers may be in use",
        )
        .at(2),
        // A slot that a callee may write to is no longer known, and those above it are.
        wrong(
            "calls_what_writes_over_a_saved_register",
            "push rbx\nxor ebx, ebx\ncall local_writes_above\npop rbx\nret",
            LOST,
        ),
        local("local_writes_further_above", "mov [rsp + 16], rdi\nret"),
        wrong(
            "calls_what_writes_over_the_second_slot",
            "push rax\npush rbx\npush rcx\nxor ebx, ebx\ncall local_writes_further_above\npop rcx\npop rbx\npop rax\nret",
            LOST,
        ),
        right(
            "calls_what_writes_below_the_second_slot",
            "push rax\npush rbx\npush rcx\nxor ebx, ebx\ncall local_writes_above\npop rcx\npop rbx\npop rax\nret",
        ),
        right(
            "calls_what_calls_what_writes_in_its_own_frame",
            "push rbx\nxor ebx, ebx\ncall local_calls_what_writes_above\npop rbx\nret",
        ),
        right(
            "calls_what_writes_below_a_saved_register",
            "push rbx\nsub rsp, 16\nxor ebx, ebx\ncall local_writes_above\nadd rsp, 16\npop rbx\nret",
        ),
    ];
    // Registers that a callee may change, and those that it leaves as they were.
    for register in ["rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"] {
        cases.push(wrong(
            &format!("calls_{register}_after_a_call"),
            &format!("push rax\nlea {register}, [rip + keeps_rbp]\ncall local_does_nothing\ncall {register}\npop rax\nret"),
            NOT_KNOWN,
        ));
    }
    for register in ["rbx", "r12", "r13", "r14", "r15"] {
        cases.push(right(
            &format!("calls_{register}_after_a_call"),
            &format!(
                "push {register}\nlea {register}, [rip + keeps_rbp]\ncall local_does_nothing\ncall {register}\n\
                 pop {register}\nret"
            ),
        ));
        cases.push(right(
            &format!("calls_{register}_after_a_host_import"),
            &format!(
                "push {register}\nlea {register}, [rip + keeps_rbp]\ncall host_import\ncall {register}\npop {register}\nret"
            ),
        ));
    }
    cases.extend([wrong(
        "calls_a_register_that_a_callee_lost",
        "push rbx\nlea rbx, [rip + keeps_rbp]\ncall local_loses_rbx\ncall rbx\npop rbx\nret",
        NOT_KNOWN,
    )]);
    cases
}
