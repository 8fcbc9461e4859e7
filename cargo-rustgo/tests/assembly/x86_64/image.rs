//! Reads of the image, and writes to it.

use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    vec![
        wrong(
            "writes_into_the_image",
            "lea rax, [rip + keeps_rbp]\nmov [rax], rdi\nret",
            "writes into the image",
        ),
        wrong(
            "writes_in_front_of_the_image",
            "lea rax, [rip + keeps_rbp]\nsub rax, 0x1000000\nmov [rax], rdi\nret",
            "writes into the image",
        ),
        right(
            "reads_the_image",
            "lea rax, [rip + keeps_rbp]\nmov rax, [rax]\nret",
        ),
    ]
}
