//! What is left after a call: registers that the callee preserves, what lies on the stack, and nothing else.

use super::{ELSEWHERE, LOST, NOT_KNOWN, OVERRUN};
use crate::case::{Case, local, right, wrong};

pub fn cases() -> Vec<Case> {
    [registers(), stack(), jumps()].concat()
}

const SAVE: &str = "stp x29, x30, [sp, #-48]!\nmov x29, sp";
const RESTORE: &str = "ldp x29, x30, [sp], #48\nret";

/// The callee-saved registers: what a local function does to them, its callers do.
fn registers() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut of = |register: &str, lose: &str, load: &str, store: &str| {
        let callee = format!("callee_loses_{register}");
        let says = format!("the export does not restore {register}");
        cases.push(local(&callee, &format!("{lose}\nret")));
        cases.push(wrong(
            &format!("calls_what_loses_{register}"),
            &format!("{SAVE}\nbl {callee}\n{RESTORE}"),
            &says,
        ));
        cases.push(right(
            &format!("saves_before_a_call_{register}"),
            &format!("{SAVE}\n{store}\nbl {callee}\n{load}\n{RESTORE}"),
        ));
        cases.push(wrong(
            &format!("ends_in_what_loses_{register}"),
            &format!("b {callee}"),
            &says,
        ));
        cases.push(right(
            &format!("calls_what_keeps_{register}"),
            &format!("{SAVE}\nbl callee_keeps_all\n{RESTORE}"),
        ));
    };
    for number in 19..=26 {
        of(
            &format!("x{number}"),
            &format!("mov x{number}, x0"),
            &format!("ldr x{number}, [sp, #24]"),
            &format!("str x{number}, [sp, #24]"),
        );
    }
    for number in 8..=15 {
        of(
            &format!("d{number}"),
            &format!("fmov d{number}, x0"),
            &format!("ldr d{number}, [sp, #24]"),
            &format!("str d{number}, [sp, #24]"),
        );
    }
    cases.push(local("callee_keeps_all", "mov x0, #1\nret"));
    // These callees are refused themselves, and their callers have nothing to do with it.
    cases.push(local("callee_loses_x29", "mov x29, x0\nret").but_wrong());
    cases.push(
        local(
            "callee_writes_reserved_ones",
            "mov x18, x0\nmov x27, x0\nmov x28, x0\nret",
        )
        .but_wrong(),
    );
    for callee in ["callee_loses_x29", "callee_writes_reserved_ones"] {
        cases.push(right(
            &format!("calls_{callee}"),
            &format!("{SAVE}\nbl {callee}\ncbz x0, 4f\n4: {RESTORE}"),
        ));
    }
    // Addresses in the other registers are lost, whatever the callee does.
    for number in (0..=17).chain([30]) {
        cases.push(wrong(
            &format!("has_an_address_in_x{number}_over_a_call"),
            &format!("{SAVE}\nadr x{number}, 2f\nbl callee_keeps_all\nbr x{number}\n2: {RESTORE}"),
            NOT_KNOWN,
        ));
    }
    let over = |number: u32, callee: &str| {
        format!(
            "{SAVE}\nstr x{number}, [sp, #24]\nadr x{number}, 2f\nbl {callee}\nmov x9, x{number}\n\
             ldr x{number}, [sp, #24]\nbr x9\nmov x28, x0\n2: {RESTORE}"
        )
    };
    for number in 19..=26 {
        cases.push(right(
            &format!("has_an_address_in_x{number}_over_a_call"),
            &over(number, "callee_keeps_all"),
        ));
        cases.push(wrong(
            &format!("has_an_address_in_a_lost_x{number}"),
            &over(number, &format!("callee_loses_x{number}")),
            NOT_KNOWN,
        ));
        let other = if number == 26 { 19 } else { number + 1 };
        cases.push(wrong(
            &format!("has_an_address_in_x{number}_and_loses_another"),
            &over(number, &format!("callee_loses_x{other}")),
            &format!("the export does not restore x{other}"),
        ));
    }
    cases.push(wrong(
        "returns_to_after_the_call",
        "bl callee_keeps_all\nret",
        ELSEWHERE,
    ));
    cases.push(wrong(
        "returns_to_after_the_call_by_a_register",
        "adr x9, callee_keeps_all\nblr x9\nret",
        ELSEWHERE,
    ));
    cases.push(right(
        "returns_by_a_callee_saved_register",
        "str x19, [sp, #-16]!\nmov x19, x30\nbl callee_keeps_all\nmov x30, x19\nldr x19, [sp], #16\nret",
    ));
    cases
}

/// What lies on the stack.
fn stack() -> Vec<Case> {
    let arguments = |save: &str, restore: &str| {
        format!("{SAVE}\n{save}\nmov x19, x0\nbl callee_writes_16_above\n{restore}\n{RESTORE}")
    };
    vec![
        local("callee_writes_16_above", "str x0, [sp, #8]\nret"),
        local("callee_writes_1_above", "strb w0, [sp]\nret"),
        right(
            "saves_above_16_bytes_of_arguments",
            &arguments(
                "str x19, [sp, #16]\nsub x9, sp, #0",
                "ldr x19, [sp, #16]",
            )
            .replace("stp x29, x30, [sp, #-48]!\nmov x29, sp", "sub sp, sp, #48\nstp x29, x30, [sp, #32]\nadd x29, sp, #32")
            .replace("ldp x29, x30, [sp], #48", "ldp x29, x30, [sp, #32]\nadd sp, sp, #48"),
        ),
        wrong(
            "saves_among_16_bytes_of_arguments",
            "sub sp, sp, #48\nstp x29, x30, [sp, #32]\nadd x29, sp, #32\nstr x19, [sp, #8]\nmov x19, x0\n\
             bl callee_writes_16_above\nldr x19, [sp, #8]\nldp x29, x30, [sp, #32]\nadd sp, sp, #48\nret",
            LOST,
        ),
        wrong(
            "saves_in_1_byte_of_arguments",
            "sub sp, sp, #48\nstp x29, x30, [sp, #32]\nadd x29, sp, #32\nstr x19, [sp]\nmov x19, x0\n\
             bl callee_writes_1_above\nldr x19, [sp]\nldp x29, x30, [sp, #32]\nadd sp, sp, #48\nret",
            LOST,
        ),
        right(
            "saves_above_1_byte_of_arguments",
            "sub sp, sp, #48\nstp x29, x30, [sp, #32]\nadd x29, sp, #32\nstr x19, [sp, #8]\nmov x19, x0\n\
             bl callee_writes_1_above\nldr x19, [sp, #8]\nldp x29, x30, [sp, #32]\nadd sp, sp, #48\nret",
        ),
        wrong(
            "has_an_address_on_the_stack_over_a_call",
            &format!(
                "{SAVE}\nadr x9, 2f\nstr x9, [sp, #24]\nbl callee_keeps_all\nldr x9, [sp, #24]\nbr x9\n2: {RESTORE}"
            ),
            NOT_KNOWN,
        ),
        right(
            "has_an_address_on_the_stack",
            &format!("{SAVE}\nadr x9, 2f\nstr x9, [sp, #24]\nldr x9, [sp, #24]\nbr x9\nmov x28, x0\n2: {RESTORE}"),
        ),
        wrong(
            "saves_below_what_a_call_needs",
            &format!(
                "{SAVE}\nstr x19, [sp, #8]\nadd sp, sp, #16\nmov x19, x0\nsub sp, sp, #16\nldr x19, [sp, #8]\n{RESTORE}"
            )
            .replace("stp x29, x30, [sp, #-48]!\nmov x29, sp", "sub sp, sp, #48")
            .replace("ldp x29, x30, [sp], #48", "add sp, sp, #48"),
            LOST,
        ),
    ]
}

/// Functions that end in one another.
fn jumps() -> Vec<Case> {
    vec![
        right("ends_in_what_keeps_all", "b callee_keeps_all"),
        right(
            "ends_in_what_keeps_all_by_a_register",
            "adr x9, callee_keeps_all\nbr x9",
        ),
        right(
            "ends_in_what_keeps_all_on_one_way",
            "cbz x0, callee_keeps_all\nret",
        ),
        wrong(
            "ends_in_what_loses_x19_on_one_way",
            "cbz x0, callee_loses_x19\nret",
            LOST,
        ),
        wrong(
            "ends_in_another_without_its_return_address",
            "adr x30, callee_keeps_all\nb callee_keeps_all",
            "this jumps to another function with something other",
        ),
        wrong(
            "ends_in_another_after_a_call",
            "bl callee_keeps_all\nb callee_keeps_all",
            "this jumps to another function with something other",
        ),
        right(
            "ends_in_another_after_restoring",
            &format!("{SAVE}\nbl callee_keeps_all\n{RESTORE}").replace("\nret", "\nb callee_keeps_all"),
        ),
        wrong(
            "ends_in_what_is_wrong_inside",
            "b 2f\n2: mov x28, x0\nret",
            OVERRUN,
        ),
    ]
}
