//! Where calls and jumps lead.

use super::NOT_KNOWN;
use crate::case::{Case, right, wrong};

/// A jump through a table of two addresses.
fn jump(index: &str) -> String {
    format!(
        "{index}\nadrp x2, 8f\nadd x2, x2, :lo12:8f\nadd x2, x2, x1, lsl #3\nldr x3, [x2]\nbr x3\n\
         .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .xword keeps_x29, keeps_x29\n.popsection"
    )
}

pub fn cases() -> Vec<Case> {
    vec![
        wrong("br_x0", "br x0", NOT_KNOWN),
        wrong(
            "blr_x0",
            "str x30, [sp, #-16]!\nblr x0\nldr x30, [sp], #16\nret",
            NOT_KNOWN,
        ),
        right("br_known", "adr x0, keeps_x29\nbr x0"),
        right("indexes_by_a_byte", &jump("ldrb w1, [x0]")),
        // What is extended with its sign is no small number.
        wrong("indexes_by_a_signed_byte", &jump("ldrsb x1, [x0]"), NOT_KNOWN),
        wrong(
            "indexes_by_an_unscaled_signed_byte",
            &jump("ldursb x1, [x0, #-1]"),
            NOT_KNOWN,
        ),
        wrong("indexes_by_a_signed_pair", &jump("ldpsw x1, x4, [x0]"), NOT_KNOWN),
    ]
}
