//! What the C ABI has a function preserve: callee-saved and reserved registers, floating-point modes.

use crate::case::{Case, case};
use crate::registers::of_register;

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let both = |register: &str, lose: &str, save: &str, restore: &str| {
        let says = format!("the export does not restore {register}");
        of_register(register, lose, save, restore, "cbz x0,", &says, "ret")
    };
    for number in 19..=26 {
        let register = format!("x{number}");
        cases.extend(both(
            &register,
            &format!("mov {register}, x0"),
            &format!("str {register}, [sp, #-16]!"),
            &format!("ldr {register}, [sp], #16"),
        ));
    }
    for number in 8..=15 {
        let register = format!("d{number}");
        cases.extend(both(
            &register,
            &format!("fmov {register}, x0"),
            &format!("str {register}, [sp, #-16]!"),
            &format!("ldr {register}, [sp], #16"),
        ));
        let says = format!("the export does not restore {register}");
        for (name, code) in [
            ("adds", format!("add v{number}.4s, v{number}.4s, v0.4s")),
            ("loads", format!("ld1 {{v{number}.16b}}, [x0]")),
            ("loads_a_part", format!("ldr s{number}, [x0]")),
            // Only the lower half of the stored value is restored.
            (
                "half_restores",
                format!("str d{number}, [sp, #-16]!\nfmov d{number}, x0\nldr s{number}, [sp], #16"),
            ),
        ] {
            cases.push(case(
                format!("{name}_{register}"),
                format!("{code}\nret"),
                Some(&says),
            ));
        }
        for (name, code) in [
            ("reads", format!("fmov x0, d{number}")),
            ("stores", format!("st1 {{v{number}.16b}}, [x0]")),
            (
                "keeps_all_of",
                format!("str q{number}, [sp, #-16]!\nmovi v{number}.16b, #0\nldr q{number}, [sp], #16"),
            ),
        ] {
            cases.push(case(format!("{name}_{register}"), format!("{code}\nret"), None));
        }
    }
    cases.push(case(
        "keeps_pairs",
        "stp d8, d9, [sp, #-32]!\nstp x19, x20, [sp, #16]\nfmov d8, x0\nfmov d9, x0\nmov x19, x0\nmov x20, x0\n\
         ldp x19, x20, [sp, #16]\nldp d8, d9, [sp], #32\nret",
        None,
    ));
    cases.push(case(
        "swaps_a_pair",
        "stp d8, d9, [sp, #-16]!\nldp d9, d8, [sp], #16\nret",
        Some("the export does not restore d8, d9"),
    ));
    for number in [18, 27, 28] {
        cases.push(case(
            format!("writes_x{number}"),
            format!("str x{number}, [sp, #-16]!\nmov x{number}, x0\nldr x{number}, [sp], #16\nret"),
            Some(&format!("writes x{number}, which belongs to")),
        ));
    }
    cases.push(case(
        "loses_x29",
        "mov x29, x0\nret",
        Some("x29 is used for something other"),
    ));
    cases.push(case(
        "keeps_x29",
        "stp x29, x30, [sp, #-16]!\nmov x29, sp\nldp x29, x30, [sp], #16\nret",
        None,
    ));
    cases.push(case(
        "msr_fpcr",
        "msr fpcr, x0\nret",
        Some("changes how the host's floating-point arithmetic"),
    ));
    cases.push(case("mrs_fpcr", "mrs x0, fpcr\nret", None));
    cases.push(case("msr_fpsr", "msr fpsr, x0\nret", None));
    cases
}
