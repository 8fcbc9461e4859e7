//! Reads of the image, and writes to it.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong(
            "writes_into_the_image",
            "adr x1, keeps_x29\nstr x0, [x1]\nret",
            "writes into the image",
        ),
        wrong(
            "adds_to_the_image",
            "adr x1, keeps_x29\n.inst 0xf8200022\nret",
            "writes into the image",
        ),
        wrong(
            "writes_in_front_of_the_image",
            "adr x1, keeps_x29\nsub x1, x1, #4095, lsl #12\nstr x0, [x1]\nret",
            "writes into the image",
        ),
        right("reads_the_image", "adr x1, keeps_x29\nldr x0, [x1]\nret"),
    ]
}
