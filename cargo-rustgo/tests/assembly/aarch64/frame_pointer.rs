//! x29 is the caller's, or points to where the caller's x29 and the return address lie side by side.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    const ELSE: &str = "writes another value to it";
    const ENTRY: &str = "it does not hold the caller's value";
    const WAYS: &str = "it differs between the paths that lead here";
    let framed = |save: &str, body: &str| {
        format!("sub sp, sp, #64\n{save}\n{body}\nldp x29, x30, [sp, #32]\nadd sp, sp, #64\nret")
    };
    const SAVED: &str = "stp x29, x30, [sp, #32]";
    let mut cases = vec![
        right("points_to_a_record", &framed(SAVED, "add x29, sp, #32")),
        right(
            "points_to_a_record_of_two_stores",
            &framed("str x29, [sp, #32]\nstr x30, [sp, #40]", "add x29, sp, #32"),
        ),
        right("points_to_no_record", &framed(SAVED, "nop")),
        right(
            "points_to_a_record_late",
            &framed(SAVED, "mov x0, #1\nadd x29, sp, #32\nmov x1, #1"),
        ),
        right("comes_back_from_elsewhere", "mov x1, x29\nmov x29, x1\nret"),
        right(
            "stores_next_to_the_record",
            &framed(SAVED, "add x29, sp, #32\nstr x0, [sp, #48]\nstr x0, [sp, #24]"),
        ),
        right(
            "stores_by_a_pointer_with_a_record",
            &framed(SAVED, "add x29, sp, #32\nstr x0, [x1]"),
        ),
        right(
            "calls_with_a_record",
            &framed(SAVED, "add x29, sp, #32\nbl keeps_x29"),
        ),
        right("calls_without_a_record", &framed(SAVED, "bl keeps_x29")),
        right(
            "has_a_record_on_both_ways",
            &framed(
                SAVED,
                "cbz x0, 2f\nadd x29, sp, #32\nb 3f\n2: add x29, sp, #32\n3:",
            ),
        ),
        // A record in the frame of the caller.
        wrong(
            "returns_with_a_record",
            "stp x29, x30, [sp]\nmov x29, sp\nret",
            ENTRY,
        )
        .and("the export writes 16 bytes above"),
        wrong(
            "ends_in_another_with_a_record",
            "stp x29, x30, [sp]\nmov x29, sp\nb keeps_x29",
            ENTRY,
        )
        .and("the export writes 16 bytes above"),
        wrong(
            "has_a_record_on_one_way",
            &framed(SAVED, "cbz x0, 2f\nadd x29, sp, #32\n2:"),
            WAYS,
        ),
    ];
    for (name, save, body) in [
        ("points_8_bytes_above", SAVED, "add x29, sp, #40"),
        ("points_8_bytes_below", SAVED, "add x29, sp, #24"),
        ("points_to_sp", SAVED, "mov x29, sp"),
        (
            "points_to_a_record_without_a_link",
            "str x29, [sp, #32]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_record_without_a_pointer",
            "str x30, [sp, #40]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_swapped_record",
            "stp x30, x29, [sp, #32]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_record_of_two_links",
            "stp x30, x30, [sp, #32]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_record_of_two_pointers",
            "stp x29, x29, [sp, #32]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_record_of_another",
            "stp x19, x30, [sp, #32]",
            "add x29, sp, #32",
        ),
        (
            "points_to_a_record_with_another",
            "stp x29, x19, [sp, #32]",
            "add x29, sp, #32",
        ),
        ("is_a_number", SAVED, "mov x29, #5"),
        ("is_another_register", SAVED, "mov x29, x19"),
        ("is_the_link", SAVED, "mov x29, x30"),
        ("is_an_address", SAVED, "adr x29, keeps_x29"),
        ("is_loaded", SAVED, "ldr x29, [x0]"),
        ("is_half_of_itself", SAVED, "mov w29, w29"),
        ("is_loaded_from_the_link", SAVED, "ldr x29, [sp, #40]"),
        ("moves_up", SAVED, "add x29, sp, #32\nadd x29, x29, #8"),
        (
            "overwrites_the_pointer",
            SAVED,
            "add x29, sp, #32\nstr x0, [sp, #32]",
        ),
        (
            "overwrites_the_link",
            SAVED,
            "add x29, sp, #32\nstr x0, [sp, #40]",
        ),
        (
            "overwrites_a_byte_of_the_link",
            SAVED,
            "add x29, sp, #32\nstrb w0, [sp, #47]",
        ),
        (
            "overwrites_a_byte_of_the_pointer",
            SAVED,
            "add x29, sp, #32\nstrb w0, [sp, #39]",
        ),
        (
            "overwrites_the_record",
            SAVED,
            "add x29, sp, #32\nstr q0, [sp, #32]",
        ),
        (
            "leaves_the_record_below",
            SAVED,
            "add x29, sp, #32\nadd sp, sp, #48\nsub sp, sp, #48",
        ),
    ] {
        cases.push(wrong(&format!("x29_{name}"), &framed(save, body), ELSE));
    }
    // Some of these lose what they return with as well.
    for case in &mut cases {
        let (name, further) = (case.name.as_str(), &mut case.says);
        if matches!(
            name,
            "x29_points_to_a_record_without_a_link"
                | "x29_points_to_a_swapped_record"
                | "x29_points_to_a_record_of_two_pointers"
                | "x29_points_to_a_record_with_another"
                | "x29_overwrites_the_link"
                | "x29_overwrites_a_byte_of_the_link"
                | "x29_overwrites_the_record"
                | "x29_leaves_the_record_below"
        ) {
            further.push(super::ELSEWHERE.to_owned());
        }
    }
    cases
}
