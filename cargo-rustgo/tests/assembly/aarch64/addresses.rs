//! Addresses of code that are computed, and those that the image holds.

use super::{NOT_KNOWN, OVERRUN, in_front_of};
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    [addends(), images()].concat()
}

/// Addresses of code that are computed.
fn addends() -> Vec<Case> {
    let to = |code: &str| in_front_of("ret", &format!("{code}\nbr x9"));
    let mut cases = Vec::new();
    for (name, code) in [
        ("takes_an_address", "adr x9, 2f"),
        ("takes_an_odd_address", "adr x9, 2f + 1\nsub x9, x9, #1"),
        ("takes_an_address_3_bytes_off", "adr x9, 2f + 3\nsub x9, x9, #3"),
        ("adds_to_an_address", "adr x9, 2f - 8\nadd x9, x9, #8"),
        (
            "adds_to_an_address_and_sets_flags",
            "adr x9, 2f - 8\nadds x9, x9, #8",
        ),
        ("subtracts_from_an_address", "adr x9, 2f + 8\nsub x9, x9, #8"),
        (
            "subtracts_from_an_address_and_sets_flags",
            "adr x9, 2f + 8\nsubs x9, x9, #8",
        ),
        (
            "adds_pages_to_an_address",
            "adr x9, 2f - 8192\nadd x9, x9, #2, lsl #12",
        ),
        ("moves_an_address", "adr x10, 2f\nmov x9, x10"),
        (
            "moves_an_address_by_adding_nothing",
            "adr x10, 2f\nadd x9, x10, #0",
        ),
        ("compares_an_address", "adr x9, 2f\ncmp x9, #16\nb.hs 4f\n4:"),
        ("writes_back_to_an_address", "adr x9, 2f - 8\nldr x0, [x9, #8]!"),
        (
            "writes_back_behind_an_address",
            "adr x9, 2f - 8\nldr x0, [x9], #8",
        ),
        (
            "writes_back_below_an_address",
            "adr x9, 2f + 8\nldp x0, x1, [x9, #-8]!",
        ),
        (
            "writes_back_behind_a_vector",
            "adr x9, 2f - 16\nld1 {v0.16b}, [x9], #16",
        ),
    ] {
        cases.push(right(name, &to(code)));
    }
    for (name, code) in [
        ("takes_half_an_address", "adr x9, 2f\nmov w9, w9"),
        ("adds_to_half_an_address", "adr x9, 2f - 8\nadd w9, w9, #8"),
        ("adds_a_register_to_an_address", "adr x9, 2f\nadd x9, x9, x0"),
        ("writes_back_a_register", "adr x9, 2f\nld1 {v0.16b}, [x9], x0"),
        (
            "moves_an_address_shifted",
            "adr x10, 2f\norr x9, xzr, x10, lsl #1",
        ),
        (
            "moves_an_address_shifted_far",
            "adr x10, 2f\norr x9, xzr, x10, lsl #32",
        ),
        (
            "moves_an_address_rotated",
            "adr x10, 2f\norr x9, xzr, x10, ror #1",
        ),
        (
            "moves_an_address_shifted_right",
            "adr x10, 2f\norr x9, xzr, x10, lsr #1",
        ),
        ("inverts_an_address", "adr x10, 2f\nmvn x9, x10"),
        ("combines_an_address", "adr x10, 2f\norr x9, x0, x10"),
        ("masks_an_address", "adr x10, 2f\nand x9, x10, #-16"),
        ("negates_an_address", "adr x10, 2f\nneg x9, x10"),
        ("loads_an_address_twice", "adr x9, 2f\nldp x9, x10, [x0]"),
    ] {
        cases.push(wrong(name, &to(code), NOT_KNOWN));
    }
    // The distance is exact, in both directions.
    cases.push(right(
        "jumps_back_to_an_address",
        "b 4f\nmov x28, x0\n2: ret\nmov x28, x0\n4: adr x9, 2b\nbr x9",
    ));
    cases
}

/// Addresses that the image holds.
fn images() -> Vec<Case> {
    let held = |load: &str, data: &str| {
        format!(
            "adrp x8, 8f\nadd x8, x8, :lo12:8f\n{load}\nbr x9\n2: ret\n3: mov x28, x0\nret\n\
             .pushsection .data.rel.ro, \"aw\"\n.balign 8\n.xword 3b\n8: .xword {data}\n.popsection"
        )
    };
    vec![
        right("loads_an_address", &held("ldr x9, [x8]", "2b, 3b")),
        right("loads_a_second_address", &held("ldr x9, [x8, #8]", "3b, 2b, 3b")),
        right("loads_a_pair_of_addresses", &held("ldp x9, x10, [x8]", "2b, 3b")),
        right(
            "loads_the_second_of_a_pair",
            &held("ldp x10, x9, [x8, #16]", "3b, 3b, 3b, 2b, 3b"),
        ),
        right("loads_while_moving", &held("ldr x9, [x8, #8]!", "3b, 2b, 3b")),
        right("loads_before_moving", &held("ldr x9, [x8], #8", "2b, 3b, 3b")),
        right(
            "loads_a_pair_while_moving",
            &held("ldp x9, x10, [x8, #16]!", "3b, 3b, 2b, 3b"),
        ),
        right(
            "loads_a_pair_before_moving",
            &held("ldp x9, x10, [x8], #16", "2b, 3b, 3b, 3b"),
        ),
        wrong(
            "loads_a_wrong_address",
            &held("ldur x9, [x8, #-8]", "2b, 2b"),
            OVERRUN,
        ),
        wrong("loads_a_number", &held("ldr x9, [x8]", "4"), NOT_KNOWN),
        wrong(
            "loads_between_two_addresses",
            &held("ldur x9, [x8, #4]", "2b, 2b"),
            NOT_KNOWN,
        ),
        wrong("loads_the_low_half", &held("ldr w9, [x8]", "2b, 2b"), NOT_KNOWN),
        wrong(
            "loads_words_of_a_pair",
            &held("ldpsw x9, x10, [x8]", "2b, 2b"),
            NOT_KNOWN,
        ),
        wrong("loads_exclusively", &held("ldxr x9, [x8]", "2b, 2b"), NOT_KNOWN),
    ]
}
