//! Jump tables: of bytes, half-words, words and addresses, and the ways to an entry that are not one.

use super::{NOT_KNOWN, OVERRUN};
use crate::case::{Case, right, wrong};

/// A jump through a table of words. The index is an operand such as `x0, lsl #2`, and `before` is what bounds it. So
/// many entries lead to a return, those after them to an instruction that is forbidden.
pub fn through_words(before: &str, index: &str, good: u64) -> String {
    format!(
        "{before}\nadr x8, 8f\nldrsw x9, [x8, {index}]\nadd x9, x9, x8\nbr x9\n2: ret\n3: mov x28, x0\nret\n\
         .pushsection .rodata, \"a\"\n.balign 4\n8: .rept {good}\n.word 2b - 8b\n.endr\n.rept 4\n.word 3b - 8b\n.endr\n\
         .popsection"
    )
}

/// The same through a table of bytes, which count instructions. These can be many.
pub fn through_bytes(before: &str, index: &str, good: u64) -> String {
    format!(
        "{before}\nadr x8, 8f\nldrb w9, [x8, {index}]\nadr x10, 2f\nadd x10, x10, x9, lsl #2\nbr x10\n2: ret\n\
         3: mov x28, x0\nret\n.pushsection .rodata, \"a\"\n8: .fill {good}, 1, 0\n.fill 4, 1, 1\n.popsection"
    )
}

/// The same through a table of addresses, by instructions that leave the target in x9, given the table in x8.
pub fn through_addresses(code: &str, good: u64) -> String {
    format!(
        "adrp x8, 8f\nadd x8, x8, :lo12:8f\n{code}\nbr x9\n2: ret\n3: mov x28, x0\nret\n\
         .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .rept {good}\n.xword 2b\n.endr\n.rept 4\n.xword 3b\n.endr\n\
         .popsection"
    )
}

/// The index is at most `count - 1`: with that many good entries the jump is right, with one less it is wrong.
pub fn exactly(name: &str, count: u64, through: impl Fn(u64) -> String) -> Vec<Case> {
    vec![
        right(name, &through(count)),
        wrong(&format!("{name}_one_less"), &through(count - 1), OVERRUN),
    ]
}

pub fn cases() -> Vec<Case> {
    [entries(), addresses(), targets()].concat()
}

/// An index of at most 1, in x1.
const BIT: &str = "and x1, x0, #1";

/// How narrow entries are loaded.
fn entries() -> Vec<Case> {
    let words = |load: &str, good: u64| {
        format!(
            "{BIT}\nadr x8, 8f\n{load}\nadd x9, x9, x8\nbr x9\n2: ret\n3: mov x28, x0\nret\n\
             .pushsection .rodata, \"a\"\n.balign 4\n8: .rept {good}\n.word 2b - 8b\n.endr\n.rept 4\n.word 3b - 8b\n\
             .endr\n.popsection"
        )
    };
    // Narrow entries count instructions from the first case on.
    let narrow = |load: &str, add: &str, kind: &str, good: u64| {
        format!(
            "{BIT}\nadr x8, 8f\nadr x10, 2f\n{load}\n{add}\nbr x10\n2: ret\n3: mov x28, x0\nret\n\
             .pushsection .rodata, \"a\"\n.balign 4\n8: .rept {good}\n.{kind} (2b - 2b) / 4\n.endr\n.rept 4\n\
             .{kind} (3b - 2b) / 4\n.endr\n.popsection"
        )
    };
    const ADD: &str = "add x10, x10, x9, lsl #2";
    let bytes = |load: &str, add: &str, good| narrow(load, add, "byte", good);
    let halves = |load: &str, add: &str, good| narrow(load, add, "hword", good);
    const BYTE: &str = "ldrb w9, [x8, x1]";
    const HALF: &str = "ldrh w9, [x8, x1, lsl #1]";
    let mut cases = [
        exactly("through_words", 2, |good| {
            words("ldrsw x9, [x8, x1, lsl #2]", good)
        }),
        exactly("through_words_at_an_offset", 2, |good| {
            words(
                "add x8, x8, #4\nldrsw x9, [x8, x1, lsl #2]\nsub x8, x8, #4",
                good + 1,
            )
        }),
        exactly("through_bytes", 2, |good| bytes(BYTE, ADD, good)),
        exactly("through_bytes_by_a_shifted_index", 2, |good| {
            bytes("ldrb w9, [x8, x1, lsl #0]", ADD, good)
        }),
        exactly("through_halves", 2, |good| halves(HALF, ADD, good)),
        exactly("through_added_words", 2, |good| {
            words("add x10, x8, x1, lsl #2\nldrsw x9, [x10]", good)
        }),
        exactly("through_added_words_at_an_offset", 2, |good| {
            words("add x10, x8, x1, lsl #2\nldrsw x9, [x10, #4]", good + 1)
        }),
        exactly("through_added_bytes", 2, |good| {
            bytes("add x11, x8, x1\nldrb w9, [x11]", ADD, good)
        }),
        exactly("through_added_halves", 2, |good| {
            halves("add x11, x8, x1, lsl #1\nldrh w9, [x11]", ADD, good)
        }),
        exactly("through_bytes_by_an_extended_entry", 2, |good| {
            bytes(BYTE, "add x10, x10, x9, uxtx #2", good)
        }),
        exactly("through_halves_by_a_signed_entry", 2, |good| {
            halves(HALF, "add x10, x10, x9, sxtx #2", good)
        }),
    ]
    .concat();
    // The entries of all these tables are good; what is wrong is how they are read or added.
    for (name, code) in [
        ("loads_words_unsigned", words("ldr w9, [x8, x1, lsl #2]", 8)),
        ("loads_words_unscaled", words("ldrsw x9, [x8, x1]", 8)),
        (
            "loads_words_of_half_the_size",
            words("ldrsh x9, [x8, x1, lsl #1]", 8),
        ),
        (
            "loads_whole_words_as_entries",
            words("ldr x9, [x8, x1, lsl #3]", 8),
        ),
        (
            "adds_an_index_of_halves_to_words",
            words("add x10, x8, x1, lsl #1\nldrsw x9, [x10]", 8),
        ),
        (
            "adds_an_index_of_words_to_halves",
            halves("add x11, x8, x1, lsl #2\nldrh w9, [x11]", ADD, 8),
        ),
        ("loads_bytes_signed", bytes("ldrsb x9, [x8, x1]", ADD, 8)),
        ("loads_bytes_half_signed", bytes("ldrsb w9, [x8, x1]", ADD, 8)),
        (
            "loads_halves_signed",
            halves("ldrsh x9, [x8, x1, lsl #1]", ADD, 8),
        ),
        ("loads_halves_unscaled", halves("ldrh w9, [x8, x1]", ADD, 8)),
        ("adds_bytes_unshifted", bytes(BYTE, "add x10, x10, x9", 8)),
        ("adds_bytes_first", bytes(BYTE, "add x10, x9, x10", 8)),
        (
            "adds_bytes_first_and_shifts",
            bytes(BYTE, "add x10, x9, x10, lsl #2", 8),
        ),
        (
            "adds_bytes_shifted_too_little",
            bytes(BYTE, "add x10, x10, x9, lsl #1", 8),
        ),
        (
            "adds_bytes_shifted_too_much",
            bytes(BYTE, "add x10, x10, x9, lsl #3", 8),
        ),
        (
            "adds_bytes_shifted_far_too_much",
            bytes(BYTE, "add x10, x10, x9, lsl #10", 8),
        ),
        (
            "adds_bytes_shifted_by_34",
            bytes(BYTE, "add x10, x10, x9, lsl #34", 8),
        ),
        (
            "adds_bytes_shifted_right",
            bytes(BYTE, "add x10, x10, x9, lsr #2", 8),
        ),
        (
            "adds_bytes_shifted_right_signed",
            bytes(BYTE, "add x10, x10, x9, asr #2", 8),
        ),
        ("adds_bytes_extended", bytes(BYTE, "add x10, x10, w9, sxtb #2", 8)),
        (
            "adds_halves_extended_from_bytes",
            halves(HALF, "add x10, x10, w9, uxtb #2", 8),
        ),
        (
            "adds_halves_extended_signed",
            halves(HALF, "add x10, x10, w9, sxth #2", 8),
        ),
        ("subtracts_bytes", bytes(BYTE, "sub x10, x10, x9, lsl #2", 8)),
        (
            "subtracts_bytes_extended",
            bytes(BYTE, "sub x10, x10, x9, uxtx #2", 8),
        ),
        ("adds_half_an_address", bytes(BYTE, "add w10, w10, w9, lsl #2", 8)),
        (
            "adds_words_shifted",
            words("ldrsw x9, [x8, x1, lsl #2]\nlsl x9, x9, #2", 8),
        ),
        (
            "adds_the_table_shifted",
            format!(
                "{BIT}\nadr x8, 8f\nldrsw x9, [x8, x1, lsl #2]\nadd x9, x9, x8, lsl #1\nbr x9\n2: ret\n\
                 .pushsection .rodata, \"a\"\n.balign 4\n8: .word 2b - 8b, 2b - 8b\n.popsection"
            ),
        ),
        (
            "adds_words_twice",
            words("ldrsw x9, [x8, x1, lsl #2]\nadd x9, x9, x8", 8),
        ),
    ] {
        cases.push(wrong(name, &code, NOT_KNOWN));
    }
    cases
}

/// How an entry of a table of addresses is found and loaded.
fn addresses() -> Vec<Case> {
    let load = |code: &str, good| through_addresses(&format!("{BIT}\n{code}"), good);
    let mut cases = [
        exactly("through_addresses", 2, |good| {
            load("ldr x9, [x8, x1, lsl #3]", good)
        }),
        exactly("through_addresses_by_half_an_index", 2, |good| {
            load("ldr x9, [x8, w1, uxtw #3]", good)
        }),
        exactly("through_added_addresses", 2, |good| {
            load("add x8, x8, x1, lsl #3\nldr x9, [x8]", good)
        }),
        exactly("through_addresses_added_as_extended", 2, |good| {
            load("add x8, x8, x1, uxtx #3\nldr x9, [x8]", good)
        }),
        exactly("through_added_addresses_unscaled", 2, |good| {
            load("add x8, x8, x1, lsl #3\nadd x0, x0, #8\nldur x9, [x8]", good)
        }),
        exactly("through_added_addresses_at_an_offset", 2, |good| {
            load("add x8, x8, x1, lsl #3\nldr x9, [x8, #16]", good + 2)
        }),
        exactly("through_added_addresses_at_a_negative_offset", 2, |good| {
            load(
                "add x8, x8, #24\nadd x8, x8, x1, lsl #3\nldur x9, [x8, #-8]",
                good + 2,
            )
        }),
        exactly("through_pairs_of_addresses", 2, |good| {
            load("add x8, x8, x1, lsl #4\nldp x9, x10, [x8]", 2 * good - 1)
        }),
        exactly("through_seconds_of_pairs", 2, |good| {
            load("add x8, x8, x1, lsl #4\nldp x10, x9, [x8]", 2 * good)
        }),
        // The second entry would lie 32 GiB from here, so the first is all there is.
        vec![right(
            "through_addresses_far_apart",
            &load("add x8, x8, x1, lsl #35\nldr x9, [x8]", 1),
        )],
    ]
    .concat();
    for (name, code) in [
        ("adds_an_unscaled_index", "add x8, x8, x1\nldr x9, [x8]"),
        ("adds_an_index_of_words", "add x8, x8, x1, lsl #2\nldr x9, [x8]"),
        ("adds_an_index_first", "add x8, x1, x8, lsl #3\nldr x9, [x8]"),
        ("subtracts_an_index", "sub x8, x8, x1, lsl #3\nldr x9, [x8]"),
        (
            "adds_an_index_shifted_right",
            "add x8, x8, x1, lsr #3\nldr x9, [x8]",
        ),
        ("loads_addresses_unscaled", "ldr x9, [x8, x1]"),
        ("loads_half_an_address", "ldr w9, [x8, x1, lsl #2]"),
        (
            "loads_half_an_added_address",
            "add x8, x8, x1, lsl #3\nldr w9, [x8]",
        ),
        ("loads_addresses_by_a_signed_index", "ldr x9, [x8, x1, sxtx #3]"),
        (
            "loads_addresses_by_half_a_signed_index",
            "ldr x9, [x8, w1, sxtw #3]",
        ),
        (
            "loads_behind_a_placed_address",
            "add x8, x8, x1, lsl #3\nldr x9, [x8, x1, lsl #3]",
        ),
        (
            "loads_between_addresses",
            "add x8, x8, x1, lsl #3\nldur x9, [x8, #4]",
        ),
        ("jumps_to_the_place_of_an_address", "add x9, x8, x1, lsl #3"),
        (
            "adds_an_unknown_index",
            "ldr x1, [x0]\nadd x8, x8, x1, lsl #3\nldr x9, [x8]",
        ),
        (
            "adds_half_a_bound",
            "cmp w0, #1\nb.hi 2f\nadd x8, x8, x0, lsl #3\nldr x9, [x8]",
        ),
    ] {
        cases.push(wrong(name, &load(code, 8), NOT_KNOWN));
    }
    cases
}

/// What lies where the addresses of a table lead: methods of a vtable.
fn targets() -> Vec<Case> {
    let methods = |load: &str, good: &str| {
        format!(
            "{BIT}\nadrp x8, 8f\nadd x8, x8, :lo12:8f\nldr x10, [x8, x1, lsl #3]\n{load}\nbr x9\n2: ret\n\
             3: mov x28, x0\nret\n.pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .xword 6f, 7f\n\
             6: .xword {good}\n7: .xword {good}\n.popsection"
        )
    };
    let mut cases = vec![
        right("calls_a_first_method", &methods("ldr x9, [x10]", "2b, 3b, 3b")),
        right(
            "calls_a_second_method",
            &methods("ldr x9, [x10, #8]", "3b, 2b, 3b"),
        ),
        right(
            "calls_a_method_of_a_pair",
            &methods("ldp x11, x9, [x10]", "3b, 2b, 3b"),
        ),
        wrong(
            "calls_a_wrong_method",
            &methods("ldr x9, [x10, #16]", "2b, 2b, 3b"),
            OVERRUN,
        ),
        wrong(
            "calls_a_method_of_a_method",
            &methods("ldr x9, [x10]\nldr x9, [x9]", "2b, 2b, 2b"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_a_method_by_an_index",
            &methods("ldr x9, [x10, x1, lsl #3]", "2b, 2b, 2b"),
            NOT_KNOWN,
        ),
    ];
    // Bytes at the target of a jump are no addresses.
    cases.push(wrong(
        "reads_where_a_jump_would_lead",
        &format!(
            "{BIT}\nadr x8, 8f\nldrsw x9, [x8, x1, lsl #2]\nadd x9, x9, x8\nldr x9, [x9]\nbr x9\n2: ret\n\
             .pushsection .rodata, \"a\"\n.balign 4\n8: .word 2b - 8b, 2b - 8b\n.popsection"
        ),
        NOT_KNOWN,
    ));
    cases
}
