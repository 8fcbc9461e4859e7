//! The loop that touches each page of a large frame: its form, and how far it moves the stack pointer.

use crate::case::{Case, bounded, right, wrong};

/// A loop that takes `grow` off the stack pointer until that is where x9 says, and gives `frame` bytes back.
fn probe(limit: &str, grow: &str, frame: u64) -> String {
    format!("{limit}\n2: {grow}\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #{frame}\nret")
}

pub fn cases() -> Vec<Case> {
    const PAGE: &str = "sub sp, sp, #4096";
    const DEPTH: &str = "the stack depth here is";
    let mut cases = vec![
        bounded("probes_1_page", &probe("sub x9, sp, #4096", PAGE, 4096), 4096),
        bounded("probes_2_pages", &probe("sub x9, sp, #8192", PAGE, 8192), 8192),
        bounded(
            "probes_2_pages_at_a_time",
            &probe("sub x9, sp, #16384", "sub sp, sp, #8192", 16384),
            16384,
        ),
        bounded(
            "probes_half_a_page_at_a_time",
            &probe("sub x9, sp, #4096", "sub sp, sp, #2048", 4096),
            4096,
        ),
        bounded(
            "probes_below_a_frame",
            "sub sp, sp, #64\nsub x9, sp, #8192\n2: sub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\n\
             add sp, sp, #64\nadd sp, sp, #8192\nret",
            8256,
        ),
        bounded(
            "probes_and_calls",
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub x9, sp, #8192\n2: sub sp, sp, #4096\nstr xzr, [sp]\n\
             cmp sp, x9\nb.ne 2b\nbl keeps_x29\nmov sp, x29\nldp x29, x30, [sp], #16\nret",
            8192 + 32,
        ),
        bounded(
            "probes_in_a_realigned_frame",
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub x9, sp, #48\nand sp, x9, #0xffffffffffffffc0\n\
             sub x9, sp, #8192\n2: sub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nmov sp, x29\n\
             ldp x29, x30, [sp], #16\nret",
            64 + 48 + 8192,
        ),
        right(
            "probes_below_a_saved_register",
            "str x19, [sp, #-16]!\nmov x19, x0\nsub x9, sp, #8192\n2: sub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\n\
             b.ne 2b\nadd sp, sp, #8192\nldr x19, [sp], #16\nret",
        ),
        // Here the stack pointer stays where it is, for ever.
        right(
            "probes_nothing_at_a_time",
            "sub sp, sp, #64\nsub x9, sp, #4096\n2: sub sp, sp, #0\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #64\nret",
        ),
        wrong("probes_to_where_it_is", &probe("mov x9, sp", PAGE, 4096), DEPTH),
        wrong(
            "probes_to_above",
            &format!("sub sp, sp, #8192\n{}", probe("add x9, sp, #4096", PAGE, 12288)),
            DEPTH,
        ),
        wrong(
            "probes_past_it",
            &probe("sub x9, sp, #4096\nsub x9, x9, #2048", PAGE, 4096),
            DEPTH,
        ),
        wrong(
            "probes_half_a_page",
            &probe("sub x9, sp, #2048", PAGE, 4096),
            DEPTH,
        ),
        wrong("probes_to_the_unknown", &probe("mov x9, x0", PAGE, 4096), DEPTH),
        wrong("probes_to_a_number", &probe("mov x9, #4096", PAGE, 4096), DEPTH),
        wrong(
            "probes_to_another_anchor",
            "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub x9, sp, #48\nand sp, x9, #0xffffffffffffffc0\n\
             sub x9, x29, #2, lsl #12\nsub x9, x9, #48\n2: sub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\n\
             mov sp, x29\nldp x29, x30, [sp], #16\nret",
            DEPTH,
        ),
    ];
    // One instruction of the loop is another one.
    for (name, code) in [
        (
            "grows_by_adding",
            ["add sp, sp, #4096", "str xzr, [sp]", "cmp sp, x9", "b.ne 2b"],
        ),
        (
            "grows_another",
            [
                "sub x10, sp, #4096\nmov sp, x10",
                "str xzr, [sp]",
                "cmp sp, x9",
                "b.ne 2b",
            ],
        ),
        ("stores_another", [PAGE, "str x0, [sp]", "cmp sp, x9", "b.ne 2b"]),
        ("stores_half", [PAGE, "str wzr, [sp]", "cmp sp, x9", "b.ne 2b"]),
        (
            "stores_above",
            [PAGE, "str xzr, [sp, #8]", "cmp sp, x9", "b.ne 2b"],
        ),
        ("stores_nothing", [PAGE, "nop", "cmp sp, x9", "b.ne 2b"]),
        (
            "compares_another",
            [PAGE, "str xzr, [sp]", "cmp sp, x10", "b.ne 2b"],
        ),
        (
            "compares_with_zero",
            [PAGE, "str xzr, [sp]", "cmp sp, xzr", "b.ne 2b"],
        ),
        (
            "compares_half",
            [PAGE, "str xzr, [sp]", "cmp sp, w9, uxtw", "b.ne 2b"],
        ),
        (
            "compares_the_double",
            [PAGE, "str xzr, [sp]", "cmp sp, x9, lsl #1", "b.ne 2b"],
        ),
        (
            "compares_the_negative",
            [PAGE, "str xzr, [sp]", "cmn sp, x9", "b.ne 2b"],
        ),
        (
            "compares_into_another",
            [PAGE, "str xzr, [sp]", "subs x11, sp, x9", "b.ne 2b"],
        ),
        (
            "compares_another_with_it",
            [PAGE, "str xzr, [sp]", "cmp x11, x9, uxtx", "b.ne 2b"],
        ),
        (
            "subtracts_only",
            [PAGE, "str xzr, [sp]", "sub x11, sp, x9", "b.ne 2b"],
        ),
        (
            "repeats_if_equal",
            [PAGE, "str xzr, [sp]", "cmp sp, x9", "b.eq 2b"],
        ),
        (
            "repeats_if_higher",
            [PAGE, "str xzr, [sp]", "cmp sp, x9", "b.hi 2b"],
        ),
    ] {
        let body = code.join("\n");
        let code = format!("sub x9, sp, #8192\n2: {body}\nadd sp, sp, #4096\nret");
        let says = match name {
            "grows_by_adding" => "pops more from the stack than the function has pushed",
            _ => DEPTH,
        };
        cases.push(wrong(&format!("{name}_in_a_probe"), &code, says));
    }
    cases.push(wrong(
        "repeats_from_further_back",
        "sub x9, sp, #8192\n2: nop\nsub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #4096\nret",
        DEPTH,
    ));
    cases.push(wrong(
        "grows_from_another_in_a_probe",
        "sub x9, sp, #8192\nsub x1, sp, #4096\n2: sub sp, x1, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\n\
         add sp, sp, #8192\nret",
        DEPTH,
    ));
    cases.push(wrong(
        "jumps_into_a_probe",
        "sub sp, sp, #64\nsub x9, sp, #8192\ncbz x0, 3f\n2: sub sp, sp, #4096\n3: str xzr, [sp]\ncmp sp, x9\nb.ne 2b\n\
         add sp, sp, #8192\nadd sp, sp, #64\nret",
        "pops more from the stack than the function has pushed",
    ));
    cases
}
