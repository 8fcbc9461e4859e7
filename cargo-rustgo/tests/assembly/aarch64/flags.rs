//! What lies between a comparison and its branch: instructions that change the flags or the compared register, or don't.

use super::OVERRUN;
use super::comparisons::not_taken;
use super::tables::{exactly, through_words};
use crate::case::{Case, wrong};

pub fn cases() -> Vec<Case> {
    [flags(), registers()].concat()
}

/// Instructions between the comparison and the branch that leave the flags as they are, or don't.
fn flags() -> Vec<Case> {
    let between = |code: &str, good| {
        through_words(
            &not_taken(&format!("cmp x0, #2\n{code}"), "hs"),
            "x0, lsl #2",
            good,
        )
    };
    let mut cases = Vec::new();
    for (name, code) in [
        ("add_immediate", "add x3, x4, #1"),
        ("sub_immediate", "sub x3, x4, #1"),
        ("add_shifted", "add x3, x4, x5"),
        ("add_extended", "add x3, x4, w5, uxtw"),
        ("and_immediate", "and x3, x4, #1"),
        ("orr_immediate", "orr x3, x4, #1"),
        ("and_shifted", "and x3, x4, x5"),
        ("bic_shifted", "bic x3, x4, x5"),
        ("eor_shifted", "eor x3, x4, x5"),
        ("adr", "adr x3, 2f"),
        ("movz", "mov x3, #5"),
        ("movk", "movk x3, #5"),
        ("ubfx", "ubfx x3, x4, #1, #2"),
        ("csel", "csel x3, x4, x5, eq"),
        ("literal", "ldr x3, 2f"),
        ("cbz", "cbz x3, 2f"),
        ("tbz", "tbz x3, #1, 2f"),
        ("branch", "b 4f\n4:"),
        ("condition", "b.eq 2f"),
        ("load", "ldr x3, [x4]"),
        ("store", "str x3, [x4]"),
        ("pair", "ldp x3, x5, [x4]"),
    ] {
        cases.extend(exactly(&format!("compares_before_{name}"), 2, |good| {
            between(code, good)
        }));
    }
    for (name, code) in [
        ("adds_immediate", "adds x3, x4, #1"),
        ("subs_immediate", "subs x3, x4, #1"),
        ("adds_shifted", "adds x3, x4, x5"),
        ("subs_shifted", "subs x3, x4, x5"),
        ("adds_extended", "adds x3, x4, w5, uxtw"),
        ("subs_extended", "subs x3, x4, w5, uxtw"),
        ("adcs", "adcs x3, x4, x5"),
        ("sbcs", "sbcs x3, x4, x5"),
        ("ands_immediate", "ands x3, x4, #1"),
        ("ands_shifted", "ands x3, x4, x5"),
        ("bics_shifted", "bics x3, x4, x5"),
        ("ands_immediate_of_halves", "ands w3, w4, #1"),
        ("bics_of_halves", "bics w3, w4, w5"),
        ("adds_of_halves", "adds w3, w4, w5"),
        ("ccmp_immediate", "ccmp x3, #1, #0, eq"),
        ("ccmp_register", "ccmp x3, x4, #0, eq"),
        ("ccmn", "ccmn x3, #1, #0, eq"),
        ("fcmp", "fcmp d0, d1"),
        ("fccmp", "fccmp d0, d1, #0, eq"),
        ("msr", "msr nzcv, x3"),
        ("cfinv", ".arch armv8.5-a\ncfinv"),
        ("rmif", ".arch armv8.5-a\nrmif x3, #1, #2"),
        ("setf8", ".arch armv8.5-a\nsetf8 w3"),
        ("setf16", ".arch armv8.5-a\nsetf16 w3"),
        ("another_comparison", "cmp x3, #2"),
    ] {
        cases.push(wrong(
            &format!("compares_before_{name}"),
            &between(code, 2),
            OVERRUN,
        ));
    }
    // Neither do flags survive a call, though x19 does.
    let calls = |code: &str, good| {
        through_words(
            &format!(
                "stp x30, x19, [sp, #-16]!\nmov x19, x0\n{code}\nb.hs 4f\nmov x0, x19\nldp x30, x19, [sp], #16\nb 5f\n\
                 4: ldp x30, x19, [sp], #16\nret\n5:"
            ),
            "x0, lsl #2",
            good,
        )
    };
    cases.extend(exactly("compares_after_a_call", 2, |good| {
        calls("bl keeps_x29\ncmp x19, #2", good)
    }));
    cases.push(wrong(
        "compares_before_a_call",
        &calls("cmp x19, #2\nbl keeps_x29", 2),
        OVERRUN,
    ));
    const PROBE: &str = "sub x9, sp, #4096\n4: sub sp, sp, #4096\nstr xzr, [sp]\ncmp sp, x9\nb.ne 4b";
    let probes = |code: &str, good| {
        through_words(
            &format!("{code}\nb.hs 5f\nadd sp, sp, #4096\nb 6f\n5: add sp, sp, #4096\nret\n6:"),
            "x0, lsl #2",
            good,
        )
    };
    cases.extend(exactly("compares_after_a_probe", 2, |good| {
        probes(&format!("{PROBE}\ncmp x0, #2"), good)
    }));
    cases.push(wrong(
        "compares_before_a_probe",
        &probes(&format!("cmp x0, #2\n{PROBE}"), 2),
        OVERRUN,
    ));
    cases
}

/// Instructions between the comparison and the branch that change the register, or another one.
fn registers() -> Vec<Case> {
    let between = |code: &str, good| {
        through_words(
            &not_taken(&format!("cmp x0, #2\n{code}"), "hs"),
            "x0, lsl #2",
            good,
        )
    };
    let mut cases = Vec::new();
    for (name, code) in [
        ("adds_to_the_compared", "add x0, x0, #1"),
        ("adds_to_half_of_the_compared", "add w0, w0, #1"),
        ("moves_to_the_compared", "mov x0, x3"),
        ("loads_the_compared", "ldr x0, [x3]"),
        ("loads_the_compared_first", "ldp x0, x3, [x4]"),
        ("loads_the_compared_second", "ldp x3, x0, [x4]"),
        ("moves_while_loading", "ldr x3, [x0, #8]!"),
        ("moves_after_storing", "str x3, [x0], #8"),
        ("takes_an_element_to_the_compared", "umov x0, v0.d[0]"),
        ("loads_the_compared_exclusively", "ldxr x0, [x3]"),
        ("puts_a_status_into_the_compared", "stxr w0, x3, [x4]"),
    ] {
        cases.push(wrong(name, &between(code, 2), OVERRUN));
    }
    for (name, code) in [
        ("adds_to_another", "add x3, x3, #1"),
        ("loads_another", "ldr x3, [x0]"),
        ("writes_to_zero", "add xzr, x3, x4"),
    ] {
        cases.extend(exactly(name, 2, |good| between(code, good)));
    }
    // The register changes after the branch.
    cases.push(wrong(
        "adds_after_the_comparison",
        &through_words(
            &format!("{}\nadd x0, x0, #1", not_taken("cmp x0, #2", "hs")),
            "x0, lsl #2",
            2,
        ),
        OVERRUN,
    ));
    cases
}
