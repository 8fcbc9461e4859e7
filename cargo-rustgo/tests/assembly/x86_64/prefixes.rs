//! The 66 prefix on jumps, calls and returns, which processors of different makers read differently.

use crate::case::{Case, right, wrong};

const BEARS: &str = "has a 66 prefix";

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    // A call of the next instruction, with each other prefix before the one that matters.
    let call = "0xe8, 0, 0, 0, 0\npop rcx";
    for prefix in [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x67, 0xf2, 0xf3] {
        cases.push(
            wrong(
                &format!("calls_behind_{prefix:x}_and_66"),
                &format!("push rax\n.byte {prefix}, 0x66, {call}\npop rax\nret"),
                BEARS,
            )
            .at(1),
        );
        cases.push(right(
            &format!("jumps_behind_{prefix:x}"),
            &format!(".byte {prefix}, 0xeb, 0\nret"),
        ));
    }
    // A REX prefix that another prefix follows is ignored.
    for rex in 0x40..=0x4f {
        cases.push(
            wrong(
                &format!("calls_behind_{rex:x}_and_66"),
                &format!("push rax\n.byte {rex}, 0x66, {call}\npop rax\nret"),
                BEARS,
            )
            .at(1),
        );
    }
    let bytes = [
        ("jump", "0x66, 0xeb, 0"),
        ("long_jump", "0x66, 0xe9, 0, 0, 0, 0"),
        ("branch", "0x66, 0x74, 0"),
        ("long_branch", "0x66, 0x0f, 0x84, 0, 0, 0, 0"),
        ("loop", "0x66, 0xe2, 0"),
        ("jump_by_a_register", "0x66, 0xff, 0xe0"),
        ("call_by_a_register", "0x66, 0xff, 0xd0"),
        ("jump_with_rex", "0x66, 0x48, 0xeb, 0"),
        ("return", "0x66, 0xc3"),
        ("jump_behind_two_others", "0x2e, 0xf2, 0x66, 0xeb, 0"),
    ];
    for (name, bytes) in bytes {
        cases.push(
            wrong(
                &format!("{name}_behind_66"),
                &format!(".byte {bytes}\nret"),
                BEARS,
            )
            .at(0),
        );
    }
    // The byte counts as a prefix only.
    cases.push(right(
        "jumps_by_66_bytes",
        &format!(".byte 0xeb, 0x66\n{}ret", "nop\n".repeat(0x66)),
    ));
    cases.push(right("returns_behind_f3", ".byte 0xf3\nret"));
    cases
}
