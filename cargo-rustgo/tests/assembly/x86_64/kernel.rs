//! Instructions that reach or change the system.

use super::{KERNEL, MOVES};
use crate::case::{Case, right, wrong};

const FAR: &str = "switches to another code segment";
const NOT_UNDERSTOOD: &str = "is not understood by the analysis";

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
        ("sysret_", "sysretq"),
        ("int_3", "int 3"),
        ("int1_", ".byte 0xf1"),
        ("in_32", "in eax, 0x10"),
        ("insb_", "insb"),
        ("insw_", "insw"),
        ("insd_", "insd"),
        ("outsb_", "outsb"),
        ("outsw_", "outsw"),
        ("outsd_", "outsd"),
        ("out_8", "out 0x10, al"),
        ("sti_", "sti"),
        ("clui_", "clui"),
        ("stui_", "stui"),
        ("senduipi_", "senduipi rdi"),
        ("rdfsbase_", "rdfsbase rax"),
        ("wrgsbase_", "wrgsbase rdi"),
        ("mov_ds", "mov ds, edi"),
        ("mov_es", "mov es, edi"),
        ("mov_gs", "mov gs, edi"),
        ("lfs_", "lfs eax, [rdi]"),
        ("lgs_", "lgs eax, [rdi]"),
        ("lss_", "lss eax, [rdi]"),
        ("monitorx_", "monitorx"),
        ("mwaitx_", "mwaitx"),
        ("umonitor_", "umonitor rdi"),
        ("umwait_", "umwait edi"),
        ("incsspd_", "incsspd edi"),
        ("rstorssp_", "rstorssp [rdi]"),
        ("saveprevssp_", "saveprevssp"),
        ("wrssd_", "wrssd [rdi], esi"),
        ("wrmsr_", "wrmsr"),
        ("rdmsr_", "rdmsr"),
        ("invd_", "invd"),
        ("lgdt_", "lgdt [rdi]"),
        ("mov_cr3", "mov cr3, rdi"),
        ("monitor_", "monitor"),
        ("mwait_", "mwait"),
        ("rdpmc_", "rdpmc"),
        ("sgdt_", "sgdt [rdi]"),
        ("sidt_", "sidt [rdi]"),
        ("sldt_", "sldt [rdi]"),
        ("smsw_", "smsw eax"),
        ("str_", "str eax"),
        ("lar_", "lar eax, edi"),
        ("lsl_", "lsl eax, edi"),
        ("verr_", "verr di"),
        ("verw_", "verw di"),
        ("rdpkru_", "xor ecx, ecx\nrdpkru"),
    ];
    let right_ones = [
        ("rdtsc_", "rdtsc"),
        ("endbr64_", "endbr64"),
        ("rdsspq_", "rdsspq rax"),
        ("xgetbv_", "xgetbv"),
        ("mov_from_fs", "mov eax, fs"),
        ("movs_", "movsb"),
        ("cpuid_of_a_saved_register", "push rbx\ncpuid\npop rbx"),
        ("pause_", "pause"),
        ("rdpid_", "rdpid rax"),
        ("pushes_flags", "pushfq\npop rax"),
        ("stores_a_segment", "mov eax, ds"),
    ];
    let mut cases: Vec<Case> = wrong_ones
        .iter()
        .map(|(name, code)| wrong(name, &format!("{code}\nret"), KERNEL))
        .collect();
    cases.extend(strange());
    cases.extend(
        right_ones
            .iter()
            .map(|(name, code)| right(name, &format!("{code}\nret"))),
    );
    cases
}

/// What leaves the code segment, is a transaction, or is no instruction at all.
fn strange() -> Vec<Case> {
    vec![
        wrong("far_call", ".byte 0xff, 0x1f\nret", FAR).at(0),
        wrong("far_call_64", ".byte 0x48, 0xff, 0x1f\nret", FAR).at(0),
        wrong("far_jump", ".byte 0xff, 0x2f", FAR).at(0),
        wrong("far_return", "retf", FAR),
        wrong("far_return_64", "retfq", FAR),
        wrong("far_return_with_a_number", "retf 8", FAR),
        wrong("xbegin_", "xbegin 2f\n2: ret", NOT_UNDERSTOOD).at(0),
        wrong("xend_", "xend\nret", NOT_UNDERSTOOD),
        wrong("xabort_", "xabort 1\nret", NOT_UNDERSTOOD),
        right("xtest_", "xtest\nret"),
        // Stores that no operand names, and what is of no use without the system's help.
        wrong(
            "clzero_",
            "lea rax, [rip + keeps_rbp]\nclzero\nret",
            NOT_UNDERSTOOD,
        ),
        wrong("movdir64b_", "movdir64b rdi, [rsi]\nret", NOT_UNDERSTOOD),
        wrong("enqcmd_", "enqcmd rdi, [rsi]\nret", NOT_UNDERSTOOD),
        wrong("ldtilecfg_", "ldtilecfg [rdi]\nret", NOT_UNDERSTOOD),
        wrong("tilestored_", "tilestored [rdi + rsi], tmm0\nret", NOT_UNDERSTOOD),
        wrong("tilezero_", "tilezero tmm0\nret", NOT_UNDERSTOOD),
        wrong("ptwrite_", "ptwrite edi\nret", NOT_UNDERSTOOD),
        wrong("aadd_", "aadd [rdi], esi\nret", NOT_UNDERSTOOD),
        wrong("encodekey128_", "encodekey128 eax, edi\nret", NOT_UNDERSTOOD),
        wrong("xsusldtrk_", "xsusldtrk\nret", NOT_UNDERSTOOD),
        right("maskmovdqu_", "maskmovdqu xmm0, xmm1\nret"),
        wrong(
            "maskmovdqu_into_the_image",
            "lea rdi, [rip + keeps_rbp]\nmaskmovdqu xmm0, xmm1\nret",
            "writes into the image",
        ),
        wrong("vmcall_", "vmcall\nret", KERNEL).and(NOT_UNDERSTOOD),
        wrong("vmmcall_", "vmmcall\nret", KERNEL).and(NOT_UNDERSTOOD),
        wrong("sysexit_", "sysexitq\nret", KERNEL).and(MOVES),
        wrong("uiret_", "uiret\nret", KERNEL).and(MOVES),
        wrong("iretw_", ".byte 0x66, 0xcf\nret", KERNEL).and(MOVES),
        wrong("iretd_", "iretd\nret", KERNEL).and(MOVES),
        wrong("iretq_", "iretq\nret", KERNEL).and(MOVES),
        wrong("pop_fs", "push rax\n.byte 0x0f, 0xa1\nret", KERNEL),
        wrong("enclu_", "enclu\nret", KERNEL).and("does not restore rbx"),
        wrong("xrstors64_", "xrstors64 [rdi]\nret", KERNEL).and("changes how the host's floating-point"),
        wrong("xrstors_", "xrstors [rdi]\nret", KERNEL).and("changes how the host's floating-point"),
        wrong("vmfunc_", "vmfunc\nret", KERNEL),
        wrong(
            "no_instruction",
            ".byte 6, 1, 2, 3, 4, 5, 6, 7, 8, 9",
            "the bytes 06 01 02 03 04 05 06 07 are no instruction",
        ),
        wrong(
            "no_instruction_after_another",
            "nop\n.byte 6, 0x11, 0xf2, 3, 4, 5, 6, 7, 8, 9",
            "the bytes 06 11 f2 03 04 05 06 07 are no instruction",
        )
        .at(1),
        // Nothing runs after a trap.
        right("traps_by_ud2", "ud2"),
        right("traps_by_ud2_on_one_way", "test edi, edi\njz 2f\nret\n2: ud2"),
        right("traps_by_ud1", "ud1 eax, [rdi]"),
        // An interrupt returns.
        wrong("runs_on_after_int3", "int3\nstd\nret", KERNEL).and("the direction flag may be set"),
        wrong("runs_on_after_a_system_call", "syscall\nstd\nret", KERNEL)
            .and("the direction flag may be set"),
        wrong("runs_on_after_sysenter", "sysenter\nstd\nret", KERNEL).and("the direction flag may be set"),
    ]
}
