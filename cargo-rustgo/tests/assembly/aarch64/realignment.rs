//! Frames that align the stack pointer, how deep they get, and how far the stack pointer moves at all.

use super::MOVES;
use crate::case::{Case, bounded, right, wrong};

/// Aligns the stack pointer by an instruction, in a frame of some bytes, and restores it.
fn aligned(frame: u64, align: &str) -> String {
    format!(
        "stp x29, x30, [sp, #-16]!\nmov x29, sp\nsub x9, sp, #{frame}\n{align}\nmov sp, x29\nldp x29, x30, [sp], #16\nret"
    )
}

pub fn cases() -> Vec<Case> {
    let to = |alignment: u64| format!("and sp, x9, #{:#x}", alignment.wrapping_neg());
    let mut cases = Vec::new();
    // The padding is the most that an entry at a multiple of 16 bytes leads to; hosts that align to 64 know it exactly.
    for (alignment, frame, bound, for_aligned) in [
        (16, 48, 64, 64),
        (32, 48, 64 + 16, 64),
        (32, 32, 48 + 16, 48 + 16),
        (64, 48, 64 + 48, 64),
        (64, 32, 48 + 48, 48 + 16),
        (64, 0, 16 + 48, 16 + 48),
        (128, 48, 64 + 48 + 64, 64 + 64),
        (1024, 48, 64 + 48 + 960, 64 + 960),
        (2048, 48, 64 + 48 + 1984, 64 + 1984),
    ] {
        cases.push(
            bounded(
                &format!("aligns_{frame}_bytes_to_{alignment}"),
                &aligned(frame, &to(alignment)),
                bound,
            )
            .takes_if_aligned(for_aligned),
        );
    }
    for (name, align) in [
        ("aligns_to_a_page", to(4096)),
        ("aligns_to_two_pages", to(8192)),
        ("aligns_half", "and wsp, w9, #0xffffffc0".to_owned()),
        (
            "aligns_by_a_mask_with_a_hole",
            "and sp, x9, #0xffffffffffffff9f".to_owned(),
        ),
        ("aligns_by_a_low_mask", "and sp, x9, #0x3f".to_owned()),
        (
            "aligns_by_a_cut_mask",
            "and sp, x9, #0x7fffffffffffffc0".to_owned(),
        ),
        (
            "aligns_by_setting_bits",
            "orr sp, x9, #0xffffffffffffffc0".to_owned(),
        ),
        (
            "aligns_by_flipping_bits",
            "eor sp, x9, #0xffffffffffffffc0".to_owned(),
        ),
        ("aligns_zero", "and sp, xzr, #0xffffffffffffffc0".to_owned()),
        ("aligns_the_unknown", "and sp, x0, #0xffffffffffffffc0".to_owned()),
        (
            "aligns_an_address",
            "adr x9, keeps_x29\nand sp, x9, #0xffffffffffffffc0".to_owned(),
        ),
        (
            "aligns_twice",
            format!("{}\nsub x9, sp, #16\n{}", to(64), to(128)),
        ),
        (
            "aligns_by_a_register",
            "mov x10, #-64\nand x9, x9, x10\nmov sp, x9".to_owned(),
        ),
    ] {
        cases.push(wrong(name, &aligned(48, &align), MOVES));
    }
    cases.push(right(
        "aligns_and_takes_more",
        &aligned(48, &format!("{}\nsub sp, sp, #32\nadd sp, sp, #32", to(64))),
    ));
    cases.push(wrong(
        "aligns_and_takes_8_more",
        &aligned(48, &format!("{}\nsub sp, sp, #8", to(64))),
        "leaves sp 8 bytes above a multiple of 16",
    ));
    cases.push(wrong(
        "aligns_on_one_way",
        &aligned(
            48,
            &format!("sub sp, sp, #48\ncbz x0, 2f\nmov x9, sp\n{}\n2:", to(64)),
        ),
        "the stack is aligned on one path that leads here and not on another",
    ));
    // How far the stack pointer can go: 2^31 bytes.
    let far = |rest: u64| {
        format!(
            "mov x9, sp\n.rept 128\nsub x9, x9, #0xfff, lsl #12\n.endr\nsub x9, x9, #0x80, lsl #12\n{}mov x10, sp\n\
             mov sp, x9\nmov sp, x10\nret",
            if rest == 0 {
                String::new()
            } else {
                format!("sub x9, x9, #{rest}\n")
            }
        )
    };
    cases.push(bounded("takes_2_gigabytes", &far(0), 1 << 31));
    cases.push(wrong(
        "takes_more_than_2_gigabytes",
        &far(16),
        "pops more from the stack than the function has pushed",
    ));
    for (name, code) in [
        (
            "gives_back_16_bytes_too_many",
            "sub sp, sp, #16\nadd sp, sp, #32\nret",
        ),
        ("gives_back_by_a_copy", "add x9, sp, #16\nmov sp, x9\nret"),
        ("gives_back_by_a_list", "ld1 {v0.16b}, [sp], #16\nret"),
        ("gives_back_by_a_pair", "ldp x0, x1, [sp], #16\nret"),
    ] {
        cases.push(wrong(
            name,
            code,
            "pops more from the stack than the function has pushed",
        ));
    }
    for (name, code) in [
        ("sets_sp_to_an_address", "adr x9, keeps_x29\nmov sp, x9\nret"),
        ("sets_sp_to_a_number", "mov x9, #16\nmov sp, x9\nret"),
        ("sets_sp_to_a_saved_register", "mov sp, x29\nret"),
        ("sets_sp_to_half_of_itself", "sub w9, wsp, #16\nmov sp, x9\nret"),
        ("adds_a_number_to_sp", "mov x9, #16\nsub sp, sp, x9\nret"),
        ("adds_zero_to_sp", "add sp, sp, xzr\nret"),
        ("sets_sp_by_bits", "mov x9, sp\norr sp, x9, #1\nret"),
    ] {
        cases.push(wrong(name, code, MOVES));
    }
    for (name, code) in [
        (
            "subtracts_with_flags",
            "subs x9, sp, #32\nmov sp, x9\nadd sp, sp, #32\nret",
        ),
        (
            "adds_with_flags",
            "sub sp, sp, #32\nadds x9, sp, #32\nmov sp, x9\nret",
        ),
        (
            "takes_by_a_list",
            "sub x9, sp, #32\nadd x10, sp, #0\nmov sp, x9\nst1 {v0.16b, v1.16b}, [x9], #32\nmov sp, x9\nret",
        ),
        (
            "takes_by_moving_down",
            "str q0, [sp, #-32]!\nldr q0, [sp], #32\nret",
        ),
    ] {
        cases.push(bounded(name, code, 32));
    }
    cases
}
