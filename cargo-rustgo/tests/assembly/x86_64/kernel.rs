//! Instructions that reach or change the system.

use super::KERNEL;
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    let wrong_ones = [
        ("syscall_", "syscall"),
        ("sysenter_", "sysenter"),
        ("int_80", "int 0x80"),
        ("int3_", "int3"),
        ("hlt_", "hlt"),
        ("in_", "in al, dx"),
        ("out_", "out dx, al"),
        ("cli_", "cli"),
        ("mov_fs", "mov fs, edi"),
        ("mov_ss", "mov ss, edi"),
        ("pop_gs", "push rax\n.byte 0x0f, 0xa9"),
        ("wrfsbase_", "wrfsbase rdi"),
        ("rdgsbase_", "rdgsbase rax"),
        ("swapgs_", "swapgs"),
        ("wrpkru_", "wrpkru"),
        ("xsetbv_", "xsetbv"),
        ("incsspq_", "incsspq rdi"),
        ("wrssq_", "wrssq [rdi], rsi"),
        ("tpause_", "tpause edi"),
    ];
    let right_ones = [
        ("rdtsc_", "rdtsc"),
        ("endbr64_", "endbr64"),
        ("rdsspq_", "rdsspq rax"),
        ("xgetbv_", "xgetbv"),
        ("pushes_flags", "pushfq\npop rax"),
        ("stores_a_segment", "mov eax, ds"),
    ];
    let mut cases: Vec<Case> = wrong_ones
        .iter()
        .map(|(name, code)| wrong(name, &format!("{code}\nret"), KERNEL))
        .collect();
    cases.extend(
        right_ones
            .iter()
            .map(|(name, code)| right(name, &format!("{code}\nret"))),
    );
    cases
}
