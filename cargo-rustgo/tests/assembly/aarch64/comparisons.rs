//! Indices that a comparison bounds: each width, condition and direction, and what comes of several
//! comparisons.

use super::OVERRUN;
use super::tables::{exactly, through_bytes, through_words};
use crate::case::{Case, wrong};

pub fn cases() -> Vec<Case> {
    [conditions(), widths(), comparisons(), several(), paths()].concat()
}

/// A comparison with 2, and a branch that leads to the jump if it is taken.
fn taken(compare: &str, condition: &str) -> String {
    format!("{compare}\nb.{condition} 1f\nret\n1:")
}

/// The same if the branch is not taken.
pub fn not_taken(compare: &str, condition: &str) -> String {
    format!("{compare}\nb.{condition} 2f")
}

const CONDITIONS: [&str; 14] = [
    "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le",
];

fn conditions() -> Vec<Case> {
    let mut cases = Vec::new();
    for condition in CONDITIONS {
        // How many indices are left on the way where the branch is taken, and on the other, if that is known.
        let (yes, no) = match condition {
            "eq" => (Some(3), None),
            "ne" => (None, Some(3)),
            "lo" => (Some(2), None),
            "hs" => (None, Some(2)),
            "ls" => (Some(3), None),
            "hi" => (None, Some(3)),
            _ => (None, None),
        };
        for (register, index) in [("x0", "x0, lsl #2"), ("w0", "w0, uxtw #2")] {
            let compare = format!("cmp {register}, #2");
            for (way, before, count) in [
                ("taken", taken(&compare, condition), yes),
                ("not_taken", not_taken(&compare, condition), no),
            ] {
                let name = format!("{register}_by_{condition}_{way}");
                match count {
                    Some(count) => {
                        cases.extend(exactly(&name, count, |good| through_words(&before, index, good)))
                    }
                    None => cases.push(wrong(&name, &through_words(&before, index, 3), OVERRUN)),
                }
            }
        }
    }
    cases
}

/// A bound on the low half is none on the whole, and the other way round.
fn widths() -> Vec<Case> {
    let by = |before: &'static str, index: &'static str| {
        move |good| through_words(&not_taken(before, "hs"), index, good)
    };
    [
        exactly("compares_all_and_uses_half", 2, by("cmp x0, #2", "w0, uxtw #2")),
        exactly(
            "compares_half_of_a_load",
            2,
            by("ldr w0, [x0]\ncmp w0, #2", "x0, lsl #2"),
        ),
        exactly(
            "compares_half_of_a_result",
            2,
            by("add w0, w0, #1\ncmp w0, #2", "x0, lsl #2"),
        ),
        exactly(
            "compares_half_of_a_byte",
            2,
            by("ldrb w0, [x0]\ncmp w0, #2", "x0, lsl #2"),
        ),
        exactly("moves_the_compared_half", 2, |good| {
            through_words(
                &format!("{}\nmov w1, w0", not_taken("cmp w0, #2", "hs")),
                "x1, lsl #2",
                good,
            )
        }),
        exactly("moves_half_of_the_compared", 2, |good| {
            through_words(
                &format!("{}\nmov w1, w0", not_taken("cmp x0, #2", "hs")),
                "x1, lsl #2",
                good,
            )
        }),
        exactly("moves_the_compared", 2, |good| {
            through_words(
                &format!("{}\nmov x1, x0", not_taken("cmp x0, #2", "hs")),
                "x1, lsl #2",
                good,
            )
        }),
        // 33 bits cut down to 32, and then compared.
        exactly(
            "compares_half_of_33_bits",
            2,
            by("and x0, x0, #0x1ffffffff\nmov w1, w0\ncmp w1, #2", "x1, lsl #2"),
        ),
        vec![
            wrong(
                "compares_half_and_uses_all",
                &by("cmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "compares_half_of_33_bits_and_uses_all",
                &by("and x0, x0, #0x1ffffffff\ncmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "compares_half_of_what_is_loaded_whole",
                &by("ldr x0, [x0]\ncmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "compares_half_of_an_element",
                &by("umov x0, v0.d[0]\ncmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "compares_half_of_a_literal",
                &by("ldr x0, 2f\ncmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "compares_half_of_a_signed_load",
                &by("ldrsw x0, [x0]\ncmp w0, #2", "x0, lsl #2")(8),
                OVERRUN,
            ),
            wrong(
                "moves_all_of_the_compared_half",
                &through_words(
                    &format!("{}\nmov x1, x0", not_taken("cmp w0, #2", "hs")),
                    "x1, lsl #2",
                    8,
                ),
                OVERRUN,
            ),
        ],
    ]
    .concat()
}

/// What a comparison is, and with what.
fn comparisons() -> Vec<Case> {
    let by = |compare: &'static str| move |good| through_words(&not_taken(compare, "hs"), "x0, lsl #2", good);
    let pages = |good| through_bytes(&not_taken("cmp x0, #1, lsl #12", "hs"), "x0", good);
    let most = |good| through_bytes(&not_taken("cmp x0, #4095", "hi"), "x0", good);
    [
        exactly("compares_with_1", 1, |good| {
            through_words(&taken("cmp x0, #0", "ls"), "x0, lsl #2", good)
        }),
        exactly("compares_with_pages", 4096, pages),
        exactly("compares_with_the_most", 4096, most),
        exactly("subtracts_into_another", 2, by("subs x3, x0, #2")),
        vec![
            wrong("compares_with_the_negative", &by("cmn x0, #2")(2), OVERRUN),
            wrong(
                "compares_with_a_register",
                &by("mov x3, #2\ncmp x0, x3")(2),
                OVERRUN,
            ),
            wrong(
                "compares_with_an_extended_register",
                &by("mov x3, #2\ncmp x0, x3, uxtx")(2),
                OVERRUN,
            ),
            wrong("compares_another", &by("cmp x3, #2")(2), OVERRUN),
            wrong("compares_conditionally", &by("ccmp x0, #2, #0, eq")(2), OVERRUN),
            wrong("subtracts_without_flags", &by("sub x3, x0, #2")(2), OVERRUN),
            wrong("subtracts_from_itself", &by("subs x0, x0, #2")(2), OVERRUN),
            wrong("tests_bits", &by("tst x0, #2")(2), OVERRUN),
            wrong("compares_sp", &by("cmp sp, #2")(2), OVERRUN),
            wrong(
                "compares_without_a_branch",
                &through_words("cmp x0, #2", "x0, lsl #2", 2),
                OVERRUN,
            ),
        ],
    ]
    .concat()
}

/// The tightest of several bounds holds.
fn several() -> Vec<Case> {
    let two = |first: &str, second: &str, index: &str, good| {
        through_words(&format!("{first}\n{second}\nb.hi 2f"), index, good)
    };
    [
        exactly("compares_with_more_than_a_mask", 2, |good| {
            two("and x0, x0, #1", "cmp x0, #4", "x0, lsl #2", good)
        }),
        exactly("compares_half_with_more_than_a_mask", 2, |good| {
            two("and x0, x0, #1", "cmp w0, #4", "x0, lsl #2", good)
        }),
        exactly("compares_with_less_than_a_mask", 2, |good| {
            two("and x0, x0, #7", "cmp x0, #1", "x0, lsl #2", good)
        }),
        exactly("compares_half_with_less_than_a_mask", 2, |good| {
            two("and x0, x0, #7", "cmp w0, #1", "x0, lsl #2", good)
        }),
        exactly("compares_with_less_and_more", 2, |good| {
            two("cmp x0, #1\nb.hi 2f", "cmp x0, #3", "x0, lsl #2", good)
        }),
        exactly("compares_with_more_and_less", 2, |good| {
            two("cmp x0, #3\nb.hi 2f", "cmp x0, #1", "x0, lsl #2", good)
        }),
        exactly("compares_half_and_then_all", 4, |good| {
            two("cmp w0, #1\nb.hi 2f", "cmp x0, #3", "x0, lsl #2", good)
        }),
        exactly("compares_half_with_more_and_less", 2, |good| {
            two("cmp w0, #3\nb.hi 2f", "cmp w0, #1", "w0, uxtw #2", good)
        }),
        exactly("compares_twice_by_one_comparison", 2, |good| {
            through_words(
                "cmp x0, #2\nb.hi 2f\nb.eq 2f\nb.lo 4f\nret\n4:",
                "x0, lsl #2",
                good,
            )
        }),
    ]
    .concat()
}

/// Where paths meet, what they agree on is left.
fn paths() -> Vec<Case> {
    let compared = |one: &str, other: &str, good| {
        through_words(
            &format!("cbz x5, 4f\n{one}\nb 5f\n4: {other}\n5: b.hs 2f"),
            "x0, lsl #2",
            good,
        )
    };
    let bounded = |one: &str, other: &str, good| {
        through_words(
            &format!("cbz x5, 4f\n{one}\nb 5f\n4: {other}\n5:"),
            "x0, lsl #2",
            good,
        )
    };
    [
        exactly("compares_on_both_ways", 2, |good| {
            compared("cmp x0, #2", "cmp x0, #2", good)
        }),
        exactly("bounds_on_both_ways", 2, |good| {
            bounded("and x0, x0, #1", "and x0, x3, #1", good)
        }),
        vec![
            wrong(
                "compares_on_the_first_way",
                &compared("cmp x0, #2", "nop", 2),
                OVERRUN,
            ),
            wrong(
                "compares_on_the_second_way",
                &compared("nop", "cmp x0, #2", 2),
                OVERRUN,
            ),
            wrong(
                "compares_with_more_on_the_second_way",
                &compared("cmp x0, #2", "cmp x0, #3", 2),
                OVERRUN,
            ),
            wrong(
                "compares_with_more_on_the_first_way",
                &compared("cmp x0, #3", "cmp x0, #2", 2),
                OVERRUN,
            ),
            wrong(
                "compares_another_on_the_second_way",
                &compared("cmp x0, #2", "cmp x3, #2", 2),
                OVERRUN,
            ),
            wrong(
                "compares_half_on_the_second_way",
                &compared("cmp x0, #2", "cmp w0, #2", 2),
                OVERRUN,
            ),
            wrong(
                "compares_half_on_the_first_way",
                &compared("cmp w0, #2", "cmp x0, #2", 2),
                OVERRUN,
            ),
            wrong(
                "bounds_on_the_first_way",
                &bounded("and x0, x0, #1", "and x0, x0, #3", 2),
                OVERRUN,
            ),
            wrong(
                "bounds_on_the_second_way",
                &bounded("and x0, x0, #3", "and x0, x0, #1", 2),
                OVERRUN,
            ),
            wrong(
                "compares_with_more_in_a_loop",
                &through_words(
                    "cmp x0, #2\n4: b.hs 2f\nldr x3, [x4]\ncmp x0, #8\ncbz x3, 4b",
                    "x0, lsl #2",
                    2,
                ),
                OVERRUN,
            ),
        ],
    ]
    .concat()
}
