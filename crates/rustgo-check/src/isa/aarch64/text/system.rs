//! Operands that concern the system: its registers, barriers, hints and prefetches.

use std::borrow::Cow;

use super::Context;
use crate::isa::aarch64::names::Kind;

/// The name of a hint.
pub fn hint(number: u32) -> Cow<'static, str> {
    let name = match number {
        0 => "nop",
        1 => "yield",
        2 => "wfe",
        3 => "wfi",
        4 => "sev",
        5 => "sevl",
        6 => "dgh",
        7 => "xpaclri",
        8 => "pacia1716",
        10 => "pacib1716",
        12 => "autia1716",
        14 => "autib1716",
        16 => "esb",
        17 => "psb csync",
        18 => "tsb csync",
        19 => "gcsb dsync",
        20 => "csdb",
        22 => "clrbhb",
        24 => "paciaz",
        25 => "paciasp",
        26 => "pacibz",
        27 => "pacibsp",
        28 => "autiaz",
        29 => "autiasp",
        30 => "autibz",
        31 => "autibsp",
        32 => "bti",
        34 => "bti c",
        36 => "bti j",
        38 => "bti jc",
        _ => return format!("hint #{number:#x}").into(),
    };
    name.into()
}

/// The number of a system register: op0, op1, CRn, CRm and op2.
type SystemRegister = (u32, u32, u32, u32, u32);

/// System registers that are shown by name: those that user code can access, and `midr_el1`.
const REGISTERS: &[(SystemRegister, &str)] = &[
    ((3, 0, 0, 0, 0), "midr_el1"),
    ((3, 3, 0, 0, 1), "ctr_el0"),
    ((3, 3, 0, 0, 7), "dczid_el0"),
    ((3, 3, 2, 4, 0), "rndr"),
    ((3, 3, 2, 4, 1), "rndrrs"),
    ((3, 3, 4, 2, 0), "nzcv"),
    ((3, 3, 4, 2, 1), "daif"),
    ((3, 3, 4, 2, 5), "dit"),
    ((3, 3, 4, 2, 6), "ssbs"),
    ((3, 3, 4, 2, 7), "tco"),
    ((3, 3, 4, 4, 0), "fpcr"),
    ((3, 3, 4, 4, 1), "fpsr"),
    ((3, 3, 9, 13, 0), "pmccntr_el0"),
    ((3, 3, 13, 0, 2), "tpidr_el0"),
    ((3, 3, 13, 0, 3), "tpidrro_el0"),
    ((3, 3, 14, 0, 0), "cntfrq_el0"),
    ((3, 3, 14, 0, 1), "cntpct_el0"),
    ((3, 3, 14, 0, 2), "cntvct_el0"),
];

impl Context {
    /// An operand that concerns the system.
    pub(super) fn system(self, kind: Kind) -> Option<String> {
        let word = self.word;
        Some(match kind {
            Kind::SYSREG | Kind::SYSREG128 => {
                let (op0, op1, op2) = (word.bits(19, 2), word.bits(16, 3), word.bits(5, 3));
                let (n, m) = (word.bits(12, 4), word.bits(8, 4));
                let named = REGISTERS
                    .iter()
                    .find(|(number, _)| *number == (op0, op1, n, m, op2));
                match named {
                    Some((_, name)) => (*name).to_owned(),
                    None => format!("s{op0}_{op1}_c{n}_c{m}_{op2}"),
                }
            }
            Kind::PSTATEFIELD => match (word.bits(16, 3), word.bits(5, 3)) {
                (0, 3) => "uao",
                (0, 4) => "pan",
                (0, 5) => "spsel",
                (3, 1) => "ssbs",
                (3, 2) => "dit",
                (3, 6) => "daifset",
                (3, 7) => "daifclr",
                _ => return None,
            }
            .to_owned(),
            Kind::CRn => format!("c{}", word.bits(12, 4)),
            Kind::CRm => format!("c{}", word.bits(8, 4)),
            Kind::UIMM3_OP1 => format!("#{}", word.bits(16, 3)),
            Kind::UIMM3_OP2 => format!("#{}", word.bits(5, 3)),
            Kind::UIMM4 => format!("#{:#x}", word.bits(8, 4)),
            Kind::TME_UIMM16 => format!("#{}", word.bits(5, 16)),
            Kind::BARRIER => {
                const NAMES: [&str; 16] = [
                    "", "oshld", "oshst", "osh", "", "nshld", "nshst", "nsh", "", "ishld", "ishst", "ish",
                    "", "ld", "st", "sy",
                ];
                self.barrier(&NAMES)
            }
            Kind::BARRIER_DSB_NXS => {
                const NAMES: [&str; 16] = [
                    "", "", "oshnxs", "", "", "", "nshnxs", "", "", "", "ishnxs", "", "", "", "synxs", "",
                ];
                self.barrier(&NAMES)
            }
            Kind::BARRIER_ISB => match word.bits(8, 4) {
                15 => String::new(),
                number => format!("#{number:#x}"),
            },
            Kind::PRFOP => {
                let (what, level) = (word.bits(3, 2), word.bits(1, 2));
                if what == 3 || level == 3 {
                    return Some(format!("#{:#x}", word.bits(0, 5)));
                }
                let what = ["pld", "pli", "pst"][what as usize];
                let policy = if word.bit(0) { "strm" } else { "keep" };
                format!("{what}l{}{policy}", level + 1)
            }
            _ => return None,
        })
    }

    /// A barrier's name, or its number.
    fn barrier(self, names: &[&str; 16]) -> String {
        let number = self.word.bits(8, 4);
        match names[number as usize] {
            "" => format!("#{number:#x}"),
            name => name.to_owned(),
        }
    }
}
