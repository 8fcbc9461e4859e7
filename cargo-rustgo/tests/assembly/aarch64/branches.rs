//! Where branches lead: each kind, forwards and backwards, both ways.

use super::{NOT_KNOWN, OVERRUN, in_front_of};
use crate::case::{Case, local, right, wrong};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, branch) in [
        ("b", "b L"),
        ("b_eq", "b.eq L"),
        ("b_le", "b.le L"),
        ("bc_ne", ".arch armv8.8-a\nbc.ne L"),
        ("cbz", "cbz x0, L"),
        ("cbnz_of_half", "cbnz w0, L"),
        ("tbz", "tbz x0, #3, L"),
        ("tbnz_of_the_upper_half", "tbnz x0, #63, L"),
        ("tbz_of_31", "tbz w0, #31, L"),
        ("br", "adr x9, L\nbr x9"),
    ] {
        let to = |label: &str| branch.replace('L', label);
        let is_always = matches!(name, "b" | "br");
        let rest = if is_always { "" } else { "\nret" };
        cases.push(right(
            &format!("goes_forwards_by_{name}"),
            &in_front_of("ret", &format!("{}{rest}", to("2f"))),
        ));
        cases.push(right(
            &format!("goes_backwards_by_{name}"),
            &format!("b 4f\nmov x28, x0\n2: ret\nmov x28, x0\n4: {}{rest}", to("2b")),
        ));
        // These reach 32 KiB only.
        if branch.starts_with('t') {
            cases.push(right(
                &format!("goes_far_by_{name}"),
                &format!(
                    "{}{rest}\n.skip 20000\nmov x28, x0\n2: ret\nmov x28, x0",
                    to("2f")
                ),
            ));
            cases.push(right(
                &format!("goes_far_back_by_{name}"),
                &format!(
                    "b 4f\nmov x28, x0\n2: ret\nmov x28, x0\n.skip 20000\n4: {}{rest}",
                    to("2b")
                ),
            ));
            cases.push(wrong(
                &format!("gets_far_by_{name}"),
                &format!("{}{rest}\n.skip 20000\n2: mov x28, x0\nret", to("2f")),
                OVERRUN,
            ));
            cases.push(wrong(
                &format!("gets_far_back_by_{name}"),
                &format!("b 4f\n2: mov x28, x0\nret\n.skip 20000\n4: {}{rest}", to("2b")),
                OVERRUN,
            ));
        }
        cases.push(wrong(
            &format!("gets_there_by_{name}"),
            &format!("{}{rest}\n2: mov x28, x0\nret", to("2f")),
            OVERRUN,
        ));
        if !is_always {
            cases.push(wrong(
                &format!("goes_on_after_{name}"),
                &format!("{}\nmov x28, x0\n2: ret", to("2f")),
                OVERRUN,
            ));
        }
    }
    // Compare and branch, by words that assemblers don't know yet: three words forwards and two back.
    for (name, word) in [
        ("cbgt_immediate", 0xf500_8000u32),
        ("cblo_immediate", 0x7560_8000),
        ("cbeq", 0xf4c1_0000),
        ("cbbhi", 0x7441_8000),
        ("cbhne", 0x74e1_c000),
    ] {
        cases.push(right(
            &format!("goes_forwards_by_{name}"),
            &in_front_of("ret", &format!(".inst {:#x}\nret", word | 3 << 5)),
        ));
        cases.push(right(
            &format!("goes_backwards_by_{name}"),
            &format!(
                "b 4f\nmov x28, x0\n2: ret\nmov x28, x0\n4: .inst {:#x}\nret",
                word | (0x1ff & -2i32 as u32) << 5
            ),
        ));
        cases.push(wrong(
            &format!("gets_there_by_{name}"),
            &format!(".inst {:#x}\nret\n2: mov x28, x0\nret", word | 2 << 5),
            OVERRUN,
        ));
        cases.push(wrong(
            &format!("goes_on_after_{name}"),
            &format!(".inst {:#x}\nmov x28, x0\n2: ret", word | 2 << 5),
            OVERRUN,
        ));
    }
    const SAVE: &str = "str x30, [sp, #-16]!";
    const RESTORE: &str = "ldr x30, [sp], #16\nret";
    let mut goes = |name: &str, code: &str, says: Option<&str>| {
        cases.push(match says {
            Some(says) => wrong(name, code, says),
            None => right(name, code),
        });
    };
    goes(
        "calls_a_place_inside",
        &format!("{SAVE}\nbl 2f\n{RESTORE}\nmov x28, x0\n2: ret\nmov x28, x0"),
        None,
    );
    goes(
        "calls_a_place_before",
        &format!("b 4f\nmov x28, x0\n2: ret\nmov x28, x0\n4: {SAVE}\nbl 2b\n{RESTORE}"),
        None,
    );
    goes(
        "calls_a_wrong_place",
        &format!("{SAVE}\nbl branches_wrongly\n{RESTORE}"),
        Some("does not restore x19"),
    );
    goes(
        "goes_on_after_a_call",
        &format!("{SAVE}\nbl keeps_x29\nmov x28, x0\n{RESTORE}"),
        Some(OVERRUN),
    );
    goes(
        "calls_by_a_known_register",
        &format!("{SAVE}\nadr x9, keeps_x29\nblr x9\n{RESTORE}"),
        None,
    );
    goes(
        "calls_a_wrong_one_by_a_register",
        &format!("{SAVE}\nadr x9, branches_wrongly\nblr x9\n{RESTORE}"),
        Some("does not restore x19"),
    );
    goes(
        "goes_on_after_a_call_by_a_register",
        &format!("{SAVE}\nadr x9, keeps_x29\nblr x9\nmov x28, x0\n{RESTORE}"),
        Some(OVERRUN),
    );
    goes(
        "calls_by_the_link_register",
        &format!("{SAVE}\nadr x30, keeps_x29\nblr x30\n{RESTORE}"),
        None,
    );
    goes(
        "does_not_go_on_after_a_trap",
        &format!("{SAVE}\nbl branches_to_a_trap\nmov x28, x0\n{RESTORE}"),
        None,
    );
    goes(
        "calls_the_unknown_and_goes_on",
        &format!("{SAVE}\nblr x0\nmov x28, x0\n{RESTORE}"),
        Some(NOT_KNOWN),
    );
    cases.last_mut().unwrap().says.push(OVERRUN.to_owned());
    cases.push(local("branches_wrongly", "mov x19, x0\nret"));
    cases.push(local("branches_to_a_trap", "brk #1"));
    cases
}
