//! The loop that touches each page of a large frame, and loops that nearly are one.

use super::RED_ZONE;
use crate::case::{Case, bounded, right, wrong};

/// What the loop is taken for if it is not understood: the depth grows in it.
const GROWS: &str = "the stack depth here is";

const TOUCH: &str = "mov qword ptr [rsp], 0";
const COMPARE: &str = "cmp rsp, r11";

/// A loop down to what `limit` leaves in r11.
fn probing(limit: &str, grow: &str, touch: &str, compare: &str, repeat: &str) -> String {
    format!("mov rcx, rsp\n{limit}\n5: {grow}\n{touch}\n{compare}\n{repeat} 5b\nmov rsp, rcx\nret")
}

pub fn cases() -> Vec<Case> {
    let limit = "lea r11, [rsp - 8192]";
    let grow = "sub rsp, 4096";
    let depth = 8 + 8192 + RED_ZONE;
    let mut cases = vec![
        bounded("probes", &probing(limit, grow, TOUCH, COMPARE, "jne"), depth),
        bounded(
            "probes_by_or",
            &probing(limit, grow, "or qword ptr [rsp], 0", COMPARE, "jne"),
            depth,
        ),
        bounded(
            "probes_and_compares_the_other_way",
            &probing(limit, grow, TOUCH, "cmp r11, rsp", "jne"),
            depth,
        ),
        bounded(
            "probes_and_compares_in_another_encoding",
            &probing(limit, grow, TOUCH, ".byte 0x49, 0x3b, 0xe3", "jne"),
            depth,
        ),
        bounded(
            "probes_once",
            &probing("lea r11, [rsp - 4096]", grow, TOUCH, COMPARE, "jne"),
            8 + 4096 + RED_ZONE,
        ),
        bounded(
            "probes_by_single_words",
            &probing("lea r11, [rsp - 64]", "sub rsp, 8", TOUCH, COMPARE, "jne"),
            8 + 64 + RED_ZONE,
        ),
        bounded(
            "probes_with_a_long_jump",
            &probing(
                limit,
                grow,
                TOUCH,
                COMPARE,
                ".byte 0x0f, 0x85\n.long 5b - 6f\n6: nop\njmp 7f\n7: #",
            ),
            depth,
        ),
        bounded(
            "probes_in_an_aligned_frame",
            &probing("and rsp, -64\nlea r11, [rsp - 8192]", grow, TOUCH, COMPARE, "jne"),
            8 + 8192 + 56 + RED_ZONE,
        ),
        wrong(
            "probes_down_to_above_an_aligned_frame",
            &probing("lea r11, [rsp - 8192]\nand rsp, -64", grow, TOUCH, COMPARE, "jne"),
            GROWS,
        ),
        // The comparison in the loop is the last one.
        wrong(
            "probes_after_comparing_an_index",
            &super::targets::jump(
                "lea r11, [rsp - 8192]\nmov rcx, rsp\ncmp rdi, 2\n5: sub rsp, 4096\nmov qword ptr [rsp], 0\n\
                 cmp rsp, r11\njne 5b\nmov rsp, rcx\njae 2f",
            ),
            "the direction flag may be set",
        ),
        // The loop forgets what lay below the stack pointer, and leaves the rest.
        right(
            "probes_below_a_saved_register",
            "push rbx\nxor ebx, ebx\nlea r11, [rsp - 8192]\n5: sub rsp, 4096\nmov qword ptr [rsp], 0\n\
             cmp rsp, r11\njne 5b\nadd rsp, 8192\npop rbx\nret",
        ),
        // Not understood as a loop, and not one: it runs once.
        right(
            "grows_and_touches_without_a_loop",
            "sub rsp, 4096\nmov qword ptr [rsp], 0\ncmp rsp, r11\njne 6f\n6: add rsp, 4096\nret",
        ),
    ];
    let near = [
        (
            "grows_by_adding",
            probing(limit, "add rsp, -4096", TOUCH, COMPARE, "jne"),
        ),
        (
            "touches_above",
            probing(limit, grow, "mov qword ptr [rsp + 8], 0", COMPARE, "jne"),
        ),
        (
            "touches_elsewhere",
            probing(limit, grow, "mov qword ptr [rdi], 0", COMPARE, "jne"),
        ),
        (
            "touches_at_an_index",
            probing(limit, grow, "mov qword ptr [rsp + rdi], 0", COMPARE, "jne"),
        ),
        (
            "touches_with_a_number",
            probing(limit, grow, "mov qword ptr [rsp], 1", COMPARE, "jne"),
        ),
        (
            "touches_with_a_register",
            probing(limit, grow, "mov qword ptr [rsp], rax", COMPARE, "jne"),
        ),
        (
            "touches_by_adding",
            probing(limit, grow, "add qword ptr [rsp], 0", COMPARE, "jne"),
        ),
        (
            "touches_a_register",
            probing(limit, grow, "mov rax, 0", COMPARE, "jne"),
        ),
        (
            "compares_32_bits",
            probing(limit, grow, TOUCH, "cmp esp, r11d", "jne"),
        ),
        (
            "compares_memory",
            probing(limit, grow, TOUCH, "cmp rsp, [rdi]", "jne"),
        ),
        (
            "compares_a_number",
            probing(limit, grow, TOUCH, "cmp rsp, 4096", "jne"),
        ),
        (
            "compares_other_registers",
            probing(limit, grow, TOUCH, "cmp rdi, r11", "jne"),
        ),
        (
            "compares_itself",
            probing(limit, grow, TOUCH, "cmp rsp, rsp", "jne"),
        ),
        ("tests", probing(limit, grow, TOUCH, "test rsp, r11", "jne")),
        ("repeats_above", probing(limit, grow, TOUCH, COMPARE, "ja")),
        ("repeats_where_equal", probing(limit, grow, TOUCH, COMPARE, "je")),
        (
            "repeats_with_a_prefix",
            probing(limit, grow, TOUCH, COMPARE, ".byte 0x3e\njne"),
        ),
        (
            "steps_over_the_limit",
            probing("lea r11, [rsp - 6000]", grow, TOUCH, COMPARE, "jne"),
        ),
        (
            "has_no_limit",
            probing("mov r11, rdi", grow, TOUCH, COMPARE, "jne"),
        ),
        (
            "has_its_limit_at_the_start",
            probing("mov r11, rsp", grow, TOUCH, COMPARE, "jne"),
        ),
        (
            "has_its_limit_above",
            probing("lea r11, [rsp + 8192]", grow, TOUCH, COMPARE, "jne"),
        ),
        (
            "shrinks",
            probing(
                "sub rsp, 8192\nmov r11, rcx",
                "sub rsp, -4096",
                TOUCH,
                COMPARE,
                "jne",
            ),
        ),
    ];
    for (name, code) in near {
        cases.push(wrong(&format!("probe_{name}"), &code, GROWS));
    }
    cases.push(
        wrong(
            "probe_touches_the_running_thread",
            &probing(limit, grow, "mov qword ptr fs:[rsp], 0", COMPARE, "jne"),
            GROWS,
        )
        .and("uses thread-local memory"),
    );
    cases
}
