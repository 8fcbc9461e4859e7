//! Reads of the image, and writes to it.

use crate::case::{Case, right, wrong};

const WRITES: &str = "writes into the image";

pub fn cases() -> Vec<Case> {
    vec![
        wrong(
            "writes_into_the_image",
            "adr x1, keeps_x29\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "adds_to_the_image",
            "adr x1, keeps_x29\n.inst 0xf8200022\nret",
            WRITES,
        ),
        wrong(
            "writes_in_front_of_the_image",
            "adr x1, keeps_x29\nsub x1, x1, #4095, lsl #12\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_index",
            "adr x1, keeps_x29\nstr x0, [x1, x2, lsl #3]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_half_an_index",
            "adr x1, keeps_x29\nstrb w0, [x1, w2, uxtw]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_byte",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2\nstrb w0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_word",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2, lsl #2\nstr w0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_address",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2, lsl #3\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_a_pair_into_the_image",
            "adr x1, keeps_x29\nstp x0, x2, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_a_list_into_the_image",
            "adr x1, keeps_x29\nst1 {v0.16b}, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_exclusively_into_the_image",
            "adr x1, keeps_x29\nstxr w2, x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "releases_into_the_image",
            "adr x1, keeps_x29\nstlr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "swaps_in_the_image",
            ".arch armv8.5-a\nadr x1, keeps_x29\nswp x0, x2, [x1]\nret",
            WRITES,
        ),
        wrong(
            "compares_in_the_image",
            ".arch armv8.5-a\nadr x1, keeps_x29\ncas x0, x2, [x1]\nret",
            WRITES,
        ),
        right(
            "reads_exclusively_of_the_image",
            "adr x1, keeps_x29\nldxr x0, [x1]\nldar x2, [x1]\nret",
        ),
        right(
            "reads_a_list_of_the_image",
            "adr x1, keeps_x29\nld1 {v0.16b}, [x1]\nprfm pstl1keep, [x1]\nret",
        ),
        right(
            "reads_the_image_at_an_index",
            "adr x1, keeps_x29\nldr x0, [x1, x2, lsl #3]\nret",
        ),
        right("reads_the_image", "adr x1, keeps_x29\nldr x0, [x1]\nret"),
    ]
}
