//! Hints, barriers, flags and system registers: each value of the fields that tell allowed from forbidden ones.

use super::{KERNEL, NOT_UNDERSTOOD};
use crate::case::{Case, right, wrong};

const THREAD: &str = "uses thread-local memory";
const ROUNDING: &str = "changes how the host's floating-point arithmetic rounds and traps";

pub fn cases() -> Vec<Case> {
    [hints(), registers(), others(), traps()].concat()
}

fn hints() -> Vec<Case> {
    let hint = |number: u32| {
        let name = format!("hint_{number}");
        let code = format!("hint #{number}\nret");
        match number {
            0 | 1 | 20 | 32 | 34 | 36 | 38 => right(&name, &code),
            7..=15 | 24..=31 | 39 => wrong(&name, &code, NOT_UNDERSTOOD),
            _ => wrong(&name, &code, KERNEL),
        }
    };
    (0..128).map(hint).collect()
}

/// Reads and writes of system registers, by the fields of their numbers.
fn registers() -> Vec<Case> {
    let register = |op0: u32, op1: u32, n: u32, m: u32, op2: u32| format!("s{op0}_{op1}_c{n}_c{m}_{op2}");
    let mut cases = Vec::new();
    let mut both = |number: (u32, u32, u32, u32, u32), read: Option<&str>, write: Option<&str>| {
        let (op0, op1, n, m, op2) = number;
        let register = register(op0, op1, n, m, op2);
        for (name, code, says) in [
            (
                format!("reads_{register}"),
                format!("mrs x0, {register}\nret"),
                read,
            ),
            (
                format!("writes_{register}"),
                format!("msr {register}, x0\nret"),
                write,
            ),
        ] {
            cases.push(match says {
                Some(says) => wrong(&name, &code, says),
                None => right(&name, &code),
            });
        }
    };
    // NZCV, FPCR, FPSR, TPIDR_EL0, TPIDRRO_EL0.
    both((3, 3, 4, 2, 0), None, None);
    both((3, 3, 4, 4, 0), None, Some(ROUNDING));
    both((3, 3, 4, 4, 1), None, None);
    both((3, 3, 13, 0, 2), Some(THREAD), Some(THREAD));
    both((3, 3, 13, 0, 3), Some(THREAD), Some(THREAD));
    // Those that differ from them in one field.
    for number in [
        (2, 3, 4, 2, 0),
        (3, 2, 4, 2, 0),
        (3, 3, 5, 2, 0),
        (3, 3, 4, 3, 0),
        (3, 3, 4, 2, 1),
        (2, 3, 4, 4, 0),
        (3, 7, 4, 4, 0),
        (3, 3, 12, 4, 0),
        (3, 3, 4, 5, 0),
        (3, 3, 4, 4, 2),
        (2, 3, 4, 4, 1),
        (3, 1, 4, 4, 1),
        (3, 3, 4, 12, 1),
        (3, 3, 13, 0, 0),
        (3, 3, 13, 0, 1),
        (3, 3, 13, 0, 4),
        (3, 3, 13, 0, 5),
        (3, 3, 13, 0, 6),
        (3, 3, 13, 0, 7),
        (3, 3, 13, 1, 2),
        (3, 3, 12, 0, 2),
        (3, 0, 13, 0, 2),
        (3, 3, 14, 0, 2),
    ] {
        both(number, Some(KERNEL), Some(KERNEL));
    }
    cases
}

fn others() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, code) in [
        ("clrex", "clrex"),
        ("dmb", "dmb ishld"),
        ("dsb", "dsb sy"),
        ("dsb_nxs", ".inst 0xd503323f"),
        ("isb", "isb"),
        ("sb", ".arch armv8.5-a\nsb"),
        ("cfinv", ".arch armv8.5-a\ncfinv"),
        ("rmif", ".arch armv8.5-a\nrmif x0, #1, #2"),
        ("setf8", ".arch armv8.5-a\nsetf8 w0"),
        ("setf16", ".arch armv8.5-a\nsetf16 w0"),
        ("csdb", "csdb"),
    ] {
        cases.push(right(&format!("uses_{name}"), &format!("{code}\nret")));
    }
    for (name, code) in [
        ("sys", "sys #3, c7, c14, #1, x0"),
        ("dc_zva", "dc zva, x0"),
        ("ic_ivau", "ic ivau, x0"),
        ("at", "at s1e1r, x0"),
        ("tlbi", "tlbi vmalle1"),
        ("sysl", "sysl x0, #3, c7, c14, #1"),
        ("msr_spsel", "msr spsel, #1"),
        ("msr_dit", ".inst 0xd503415f"),
        ("msr_ssbs", ".inst 0xd503413f"),
        ("wfet", ".inst 0xd5031000"),
        ("wfit", ".inst 0xd5031020"),
        ("chkfeat", ".inst 0xd503251f"),
        ("mrrs", ".inst 0xd5700000"),
        ("msrr", ".inst 0xd5500000"),
        ("dcps1", "dcps1"),
        ("dcps2", "dcps2"),
        ("dcps3", "dcps3"),
    ] {
        cases.push(wrong(&format!("uses_{name}"), &format!("{code}\nret"), KERNEL));
    }
    // Counted in pages of an image that lies at a multiple of none. The linker's are resolved.
    cases.push(wrong(
        "counts_in_pages",
        ".inst 0x90000000\nret",
        "counts in pages, but an image need not be loaded at a page boundary",
    ));
    cases.push(
        wrong(
            "jumps_to_a_counted_page",
            ".inst 0x90000009\nbr x9",
            "counts in pages, but an image need not be loaded at a page boundary",
        )
        .and(super::NOT_KNOWN),
    );
    cases.push(right("counts_in_the_linkers_pages", "adrp x0, keeps_x29\nret"));
    cases
}

/// What traps ends there, and what comes after it is not reached.
fn traps() -> Vec<Case> {
    vec![
        right("traps_by_brk", "brk #1\nmov x28, x0\nret"),
        right("traps_by_udf", "udf #0\nmov x28, x0\nret"),
        right("traps_on_one_way", "cbz x0, 2f\nret\n2: brk #1\nmov x28, x0"),
        wrong("goes_on_after_hlt", "hlt #0\nmov x28, x0\nret", KERNEL).and(super::OVERRUN),
        wrong(
            "runs_into_data",
            ".inst 0x01000000\nret",
            "the bytes 00 00 00 01 are no instruction",
        ),
    ]
}
