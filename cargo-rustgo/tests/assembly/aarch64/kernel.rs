//! Instructions that reach or change the system, or are newer than the analysis.

use super::{KERNEL, NOT_UNDERSTOOD};
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    let wrong_ones = [
        ("svc_", "svc #0", KERNEL),
        ("hvc_", "hvc #0", KERNEL),
        ("smc_", "smc #0", KERNEL),
        ("hlt_", "hlt #0", KERNEL),
        ("wfi_", "wfi", KERNEL),
        ("msr_daifset", "msr daifset, #2", KERNEL),
        ("mrs_ctr", "mrs x0, ctr_el0", KERNEL),
        ("smstart", ".inst 0xd503477f", NOT_UNDERSTOOD),
        ("mrs_tpidr", "mrs x0, tpidr_el0", "uses thread-local memory"),
        ("msr_tpidr", "msr tpidr_el0, x0", "uses thread-local memory"),
        ("paciasp_", "paciasp", NOT_UNDERSTOOD),
        ("pacia_", ".inst 0xdac10020", NOT_UNDERSTOOD),
        ("retaa_", ".inst 0xd65f0bff", NOT_UNDERSTOOD),
        ("braaz_", ".inst 0xd61f081f", NOT_UNDERSTOOD),
        ("addvl_sp", ".inst 0x043f57ff", NOT_UNDERSTOOD),
        ("ld1b_sve", ".inst 0xa400a000", NOT_UNDERSTOOD),
        ("stg_", ".inst 0xd9200800", NOT_UNDERSTOOD),
        ("stgp_", ".inst 0x69000400", NOT_UNDERSTOOD),
        ("cpyfp_", ".inst 0x19010440", NOT_UNDERSTOOD),
    ];
    let right_ones = [
        ("bti_", "hint #34"),
        ("barriers", "dmb ish\nisb\nyield"),
        ("mrs_nzcv", "mrs x0, nzcv\nmsr nzcv, x0"),
        ("brk_", "brk #1"),
    ];
    let mut cases: Vec<Case> = wrong_ones
        .iter()
        .map(|(name, code, says)| wrong(name, &format!("{code}\nret"), says))
        .collect();
    cases.extend(
        right_ones
            .iter()
            .map(|(name, code)| right(name, &format!("{code}\nret"))),
    );
    cases
}
