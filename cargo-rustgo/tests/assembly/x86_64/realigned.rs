//! Frames that align the stack pointer: the exact padding, for every host and for those that align it themselves.

use super::MOVES;
use crate::case::{Case, bounded, right, wrong};

/// A frame that is `before` bytes deep when it aligns the stack pointer.
fn frame(before: u64, align: &str) -> String {
    // The frame pointer leads back, so that no other register holds a stack address.
    let pushes = "push rax\n".repeat((before as usize).saturating_sub(8) / 8);
    format!("push rbp\nmov rbp, rsp\n{pushes}{align}\nmov rsp, rbp\npop rbp\nret")
}

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    // A host calls with the stack pointer at a multiple of 16, or 64: at the entry it is 8 less.
    for before in [8, 16, 24, 32, 40, 48, 56, 64, 72] {
        for alignment in [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 2048] {
            let padding = |residue: u64| {
                let known = residue.wrapping_sub(before) % std::cmp::min(alignment, 64);
                known + alignment.saturating_sub(64)
            };
            let worst = [8, 24, 40, 56].map(padding).into_iter().max().unwrap();
            cases.push(
                bounded(
                    &format!("aligns_to_{alignment}_after_{before}"),
                    &frame(before, &format!("and rsp, -{alignment}")),
                    8 + before + worst,
                )
                .takes_if_aligned(8 + before + padding(56)),
            );
        }
    }
    cases.extend([
        // Worked out by hand, so that not only the same formula speaks: 8 below a multiple of 16 is at worst 48 above one
        // of 64, and the worst beyond 64 is every multiple of 64 that lies between.
        bounded("pads_64_by_hand", &frame(8, "and rsp, -64"), 8 + 8 + 48).takes_if_aligned(8 + 8 + 48),
        bounded(
            "pads_64_by_hand_after_16",
            &frame(16, "and rsp, -64"),
            8 + 16 + 56,
        )
        .takes_if_aligned(8 + 16 + 40),
        bounded("pads_1024_by_hand", &frame(8, "and rsp, -1024"), 8 + 8 + 1008),
        wrong("aligns_to_24", &frame(8, "and rsp, -24"), MOVES),
        wrong("aligns_to_0", &frame(8, "and rsp, 0"), MOVES),
        wrong("aligns_to_a_page", &frame(8, "and rsp, -4096"), MOVES),
        wrong("aligns_to_two_pages", &frame(8, "and rsp, -8192"), MOVES),
        wrong("aligns_upwards", &frame(8, "and rsp, 15"), MOVES),
        wrong("aligns_by_a_register", &frame(8, "and rsp, rdi"), MOVES),
        wrong("aligns_half", &frame(8, "and esp, -16"), MOVES),
        wrong("aligns_another_part", &frame(8, "and spl, -16"), MOVES),
        wrong("aligns_by_or", &frame(8, "or rsp, 15"), MOVES),
        wrong(
            "aligns_twice",
            &frame(8, "and rsp, -64\nsub rsp, 8\nand rsp, -64"),
            MOVES,
        ),
        right(
            "aligns_again_after_going_back",
            &frame(8, "and rsp, -64\nmov rsp, rbp\nand rsp, -64"),
        ),
        wrong(
            "aligns_on_one_way",
            &frame(8, "test edi, edi\njz 2f\nand rsp, -64\n2: nop"),
            "the stack is aligned on one path that leads here and not on another",
        ),
        wrong(
            "returns_from_an_aligned_frame",
            "and rsp, -16\nret",
            "takes 0 bytes that were left on the stack for the return address",
        ),
        bounded(
            "calls_in_a_frame_aligned_to_64",
            &frame(8, "and rsp, -64\ncall host_import"),
            8 + 8 + 48 + 8,
        ),
        bounded(
            "takes_more_in_a_frame_aligned_to_64",
            &frame(8, "and rsp, -64\nsub rsp, 100"),
            8 + 8 + 48 + 100,
        ),
        // What was known of slots in the aligned frame doesn't hold in the next one.
        wrong(
            "calls_a_slot_of_another_aligned_frame",
            &frame(
                8,
                "and rsp, -64\nlea rax, [rip + keeps_rbx]\npush rax\nmov rsp, rbp\nand rsp, -64\nsub rsp, 8\n\
                 sub rsp, 8\ncall [rsp + 8]",
            ),
            super::NOT_KNOWN,
        ),
        right(
            "calls_a_slot_of_its_aligned_frame",
            &frame(
                8,
                "and rsp, -64\nlea rax, [rip + keeps_rbx]\npush rax\nsub rsp, 8\ncall [rsp + 8]",
            ),
        ),
    ]);
    cases
}
