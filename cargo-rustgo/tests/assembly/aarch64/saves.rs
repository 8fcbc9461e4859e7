//! What is left on the stack after stores next to it, over it and elsewhere, and what loads bring back.

use super::LOST;
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    [starts(), fills(), indexed()].concat()
}

/// A function that keeps x19 at sp + 32, around instructions that find it in x9 + 0.
fn around(code: &str) -> String {
    format!(
        "sub sp, sp, #64\nstr x19, [sp, #32]\nmov x19, x0\nadd x9, sp, #32\n{code}\nldr x19, [sp, #32]\nadd sp, sp, #64\nret"
    )
}

/// A store next to a saved register leaves that alone, and one that overlaps it by a byte does not.
fn starts() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, store, register, size) in [
        ("byte", "sturb", "w0", 1),
        ("half_word", "sturh", "w0", 2),
        ("word", "stur", "w0", 4),
        ("whole", "stur", "x0", 8),
        ("vector_byte", "stur", "b0", 1),
        ("vector_half_word", "stur", "h0", 2),
        ("vector_word", "stur", "s0", 4),
        ("vector_half", "stur", "d0", 8),
        ("vector", "stur", "q0", 16),
    ] {
        let at = |bytes: i64| around(&format!("{store} {register}, [x9, #{bytes}]"));
        cases.push(right(&format!("{name}_below_a_saved"), &at(-size)));
        cases.push(wrong(&format!("{name}_into_a_saved"), &at(1 - size), LOST));
        cases.push(wrong(&format!("{name}_at_the_end_of_a_saved"), &at(7), LOST));
        cases.push(right(&format!("{name}_above_a_saved"), &at(8)));
    }
    for (name, store) in [
        ("pair", "stp x0, x1, [x9, #-8]"),
        ("pair_of_words", "stp w0, w1, [x9, #-4]"),
        ("pair_of_vectors", "sub x9, x9, #24\nstp q0, q1, [x9]"),
        ("pair_while_moving", "stp x0, x1, [x9, #-8]!"),
        ("pair_before_moving", "stp x0, x1, [x9], #16"),
        ("list", "st1 {v0.16b}, [x9]"),
        ("lane", "add x9, x9, #7\nst1 {v0.b}[3], [x9]"),
        ("exclusive", "stxr w1, x0, [x9]"),
        ("exclusive_byte", "add x9, x9, #7\nstxrb w1, w0, [x9]"),
        ("released", "stlr x0, [x9]"),
        ("compared", ".arch armv8.5-a\ncas x0, x1, [x9]"),
        (
            "compared_pair",
            ".arch armv8.5-a\nsub x9, x9, #8\ncasp x0, x1, x2, x3, [x9]",
        ),
        (
            "swapped_byte",
            ".arch armv8.5-a\nadd x9, x9, #7\nswpb w0, w1, [x9]",
        ),
        ("unprivileged_pair", "stnp x0, x1, [x9, #-8]"),
    ] {
        cases.push(wrong(&format!("{name}_into_a_saved"), &around(store), LOST));
    }
    for (name, store) in [
        ("pair", "stp x0, x1, [x9, #-16]"),
        ("pair_above", "stp x0, x1, [x9, #8]"),
        ("pair_of_words", "stp w0, w1, [x9, #-8]"),
        ("pair_of_vectors", "sub x9, x9, #32\nstp q0, q1, [x9]"),
        ("pair_before_moving", "sub x9, x9, #16\nstp x0, x1, [x9], #16"),
        ("list", "sub x9, x9, #16\nst1 {v0.16b}, [x9]"),
        ("load", "ldr x0, [x9]"),
        ("exclusive_load", "ldxr x0, [x9]"),
        ("acquire", "ldar x0, [x9]"),
        ("vector_load", "ld1 {v0.16b}, [x9]"),
        ("prefetch", "prfm pldl1keep, [x9]"),
    ] {
        cases.push(right(&format!("{name}_next_to_a_saved"), &around(store)));
    }
    cases
}

/// A register that is saved by each kind of store, and restored by each kind of load.
fn fills() -> Vec<Case> {
    let mut cases = Vec::new();
    let keeps = |store: &str, load: &str| {
        format!(
            "sub sp, sp, #96\nadd x9, sp, #48\n{store}\nmov x19, x0\nfmov d8, x0\nadd x9, sp, #48\n{load}\nadd sp, sp, #96\nret"
        )
    };
    let plain = (
        "str x19, [x9]\nstr d8, [x9, #16]",
        "ldr x19, [x9]\nldr d8, [x9, #16]",
    );
    let stores = [
        ("unscaled", "stur x19, [x9]\nstur d8, [x9, #16]"),
        ("moving", "sub x9, x9, #8\nstr x19, [x9, #8]!\nstr d8, [x9, #16]!"),
        ("before_moving", "str x19, [x9], #16\nstr d8, [x9], #16"),
        (
            "moving_down",
            "add x9, x9, #32\nstr d8, [x9, #-16]!\nstr x19, [x9, #-16]!",
        ),
        ("first_of_a_pair", "stp x19, x0, [x9]\nstp d8, d0, [x9, #16]"),
        ("second_of_a_pair", "stp x0, x19, [x9, #-8]\nstp d0, d8, [x9, #8]"),
        ("pair_moving", "stp x19, x0, [x9, #0]!\nstp d8, d0, [x9, #16]!"),
        (
            "pair_before_moving",
            "stp x19, x0, [x9], #16\nstp d8, d0, [x9], #16",
        ),
        ("pair_past_caches", "stnp x19, x0, [x9]\nstnp d8, d0, [x9, #16]"),
        ("vector", "str x19, [x9]\nstr q8, [x9, #16]"),
        ("vector_unscaled", "str x19, [x9]\nstur q8, [x9, #16]"),
        ("first_of_vectors", "str x19, [x9]\nstp q8, q0, [x9, #16]"),
        ("second_of_vectors", "stp q0, q8, [x9]\nstr x19, [x9]"),
        ("released", ".arch armv8.5-a\nstlur x19, [x9]\nstr d8, [x9, #16]"),
    ];
    let loads = [
        ("unscaled", "ldur x19, [x9]\nldur d8, [x9, #16]"),
        ("moving", "ldr x19, [x9, #0]!\nldr d8, [x9, #16]!"),
        ("before_moving", "ldr x19, [x9], #16\nldr d8, [x9], #16"),
        (
            "moving_down",
            "add x9, x9, #32\nldr d8, [x9, #-16]!\nldr x19, [x9, #-16]!",
        ),
        ("first_of_a_pair", "ldp x19, x0, [x9]\nldp d8, d0, [x9, #16]"),
        ("second_of_a_pair", "ldp x0, x19, [x9, #-8]\nldp d0, d8, [x9, #8]"),
        ("pair_moving", "ldp x19, x0, [x9, #0]!\nldp d8, d0, [x9, #16]!"),
        (
            "pair_before_moving",
            "ldp x19, x0, [x9], #16\nldp d8, d0, [x9], #16",
        ),
        ("pair_past_caches", "ldnp x19, x0, [x9]\nldnp d8, d0, [x9, #16]"),
        ("vector", "ldr x19, [x9]\nldr q8, [x9, #16]"),
        ("vector_unscaled", "ldr x19, [x9]\nldur q8, [x9, #16]"),
        ("first_of_vectors", "ldr x19, [x9]\nldp q8, q0, [x9, #16]"),
        ("second_of_vectors", "ldp q0, q8, [x9]\nldr x19, [x9]"),
        (
            "acquiring",
            ".arch armv8.5-a\nldapur x19, [x9]\nldr d8, [x9, #16]",
        ),
    ];
    for (name, store) in stores {
        cases.push(right(&format!("saves_by_{name}"), &keeps(store, plain.1)));
    }
    for (name, load) in loads {
        cases.push(right(&format!("restores_by_{name}"), &keeps(plain.0, load)));
    }
    for (name, store, load) in [
        (
            "saves_words_of_a_pair",
            "stp w19, w0, [x9]\nstr d8, [x9, #16]",
            plain.1,
        ),
        ("saves_only_a_word", "stur w19, [x9]\nstr d8, [x9, #16]", plain.1),
        (
            "restores_words_of_a_pair",
            plain.0,
            "ldp w19, w0, [x9]\nldr d8, [x9, #16]",
        ),
        (
            "restores_signed_words",
            plain.0,
            "ldpsw x19, x0, [x9]\nldr d8, [x9, #16]",
        ),
        (
            "restores_a_signed_word",
            plain.0,
            "ldrsw x19, [x9]\nldr d8, [x9, #16]",
        ),
        (
            "restores_the_wrong_half",
            plain.0,
            "ldr x19, [x9, #8]\nldr d8, [x9, #16]",
        ),
        (
            "restores_the_wrong_of_a_pair",
            plain.0,
            "ldp x0, x19, [x9]\nldr d8, [x9, #16]",
        ),
        (
            "restores_before_it",
            plain.0,
            "ldur x19, [x9, #-8]\nldr d8, [x9, #16]",
        ),
        (
            "restores_after_it",
            plain.0,
            "ldr x19, [x9, #8]!\nldr d8, [x9, #8]",
        ),
        (
            "restores_behind_it",
            plain.0,
            "ldr x0, [x9], #8\nldr x19, [x9], #8\nldr d8, [x9]",
        ),
        (
            "restores_the_vector",
            plain.0,
            "ldr x19, [x9, #16]\nldr d8, [x9, #16]",
        ),
    ] {
        cases.push(wrong(name, &keeps(store, load), LOST));
    }
    for (name, store, load) in [
        (
            "saves_words_of_vectors",
            "str x19, [x9]\nstp s8, s0, [x9, #16]",
            plain.1,
        ),
        (
            "saves_a_word_of_a_vector",
            "str x19, [x9]\nstr s8, [x9, #16]",
            plain.1,
        ),
        (
            "restores_words_of_vectors",
            plain.0,
            "ldr x19, [x9]\nldp s8, s0, [x9, #16]",
        ),
        (
            "restores_a_vector_by_a_list",
            plain.0,
            "ldr x19, [x9]\nadd x9, x9, #16\nld1 {v8.2d}, [x9]",
        ),
        ("restores_a_general_one", plain.0, "ldr x19, [x9]\nldr d8, [x9]"),
        (
            "restores_the_second_eight_bytes_on",
            plain.0,
            "ldr x19, [x9]\nldp q0, q8, [x9, #-16]",
        ),
        (
            "saves_by_the_number_only",
            "str x19, [x9]\nstr x8, [x9, #16]",
            plain.1,
        ),
    ] {
        cases.push(wrong(name, &keeps(store, load), "the export does not restore d8"));
    }
    cases
}

/// Stores at an index: where they write is not known, so only saved registers are still where they were.
fn indexed() -> Vec<Case> {
    let calls = |code: &str| {
        format!(
            "stp x29, x30, [sp, #-48]!\nmov x29, sp\nadr x9, keeps_x29\nstr x9, [sp, #16]\n{code}\nldr x9, [sp, #16]\n\
             blr x9\nldp x29, x30, [sp], #48\nret"
        )
    };
    let mut cases = Vec::new();
    for (name, code) in [
        ("by_an_index", "str x0, [sp, x1, lsl #3]"),
        ("by_half_an_index", "str w0, [sp, w1, sxtw #2]"),
        ("a_byte_by_an_index", "strb w0, [sp, x1]"),
        ("a_vector_by_an_index", "str q0, [sp, x1]"),
        ("by_a_pointer", "str x0, [x1]"),
        ("a_pair_by_a_pointer", "stp x0, x1, [x1, #16]"),
        ("a_list_by_a_pointer", "st1 {v0.16b}, [x1]"),
        ("an_exclusive_by_a_pointer", "stxr w2, x0, [x1]"),
        ("a_sum_by_a_pointer", ".arch armv8.5-a\nldadd x0, x2, [x1]"),
        ("a_swap_by_a_pointer", ".arch armv8.5-a\nswp x0, x2, [x1]"),
        ("into_it", "str x0, [sp, #16]"),
        ("a_byte_into_it", "strb w0, [sp, #23]"),
    ] {
        cases.push(wrong(&format!("stores_{name}"), &calls(code), super::NOT_KNOWN));
    }
    for (name, code) in [
        ("nothing", "nop"),
        ("next_to_it", "str x0, [sp, #24]"),
        ("by_no_index", "ldr x0, [sp, x1, lsl #3]"),
        ("by_no_pointer", "ldr x0, [x1]"),
        ("no_list", "ld1 {v0.16b}, [x1]"),
        ("no_exclusive", "ldxr x0, [x1]"),
        ("no_acquired", "ldar x0, [x1]"),
        ("a_prefetch", "prfm pstl1keep, [x1]"),
    ] {
        cases.push(right(&format!("stores_{name}"), &calls(code)));
    }
    for (name, code) in [
        ("an_index", "str x0, [sp, x1, lsl #3]"),
        ("a_pointer", "str x0, [x1]"),
    ] {
        cases.push(right(&format!("keeps_a_saved_one_over_{name}"), &around(code)));
    }
    cases
}
