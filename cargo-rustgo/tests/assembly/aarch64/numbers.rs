//! Numbers that a single instruction bounds: masks, bit fields, loads, constants.

use super::OVERRUN;
use super::tables::{exactly, through_bytes, through_words};
use crate::case::{Case, wrong};

pub fn cases() -> Vec<Case> {
    let by = |code: &'static str| move |good| through_words(code, "x1, lsl #2", good);
    let many = |code: &'static str| move |good| through_bytes(code, "x1", good);
    let mut cases = Vec::new();
    for (name, code, count) in [
        ("masks", "and x1, x0, #3", 4),
        ("masks_half", "and w1, w0, #3", 4),
        ("masks_a_single_bit", "and x1, x0, #1", 2),
        ("masks_a_high_bit", "and w1, w0, #8", 9),
        ("masks_with_a_hole", "and w1, w0, #6", 7),
        ("masks_and_sets_flags", "ands x1, x0, #3", 4),
        ("masks_half_and_sets_flags", "ands w1, w0, #3", 4),
        ("extracts_2_bits", "ubfx x1, x0, #4, #2", 4),
        ("extracts_the_lowest_2_bits", "ubfx x0, x0, #0, #2\nmov x1, x0", 4),
        ("extracts_2_bits_of_half", "ubfx w1, w0, #4, #2", 4),
        ("extracts_1_bit", "ubfx x1, x0, #5, #1", 2),
        ("extracts_the_highest_bit", "ubfx x1, x0, #63, #1", 2),
        ("shifts_2_bits_down", "lsr x1, x0, #62", 4),
        ("shifts_2_bits_of_half_down", "lsr w1, w0, #30", 4),
        ("has_a_constant", "mov x1, #1", 2),
        ("has_half_a_constant", "mov w1, #5", 6),
        ("has_a_number_from_a_mask", "mov x3, #7\nand x1, x3, #3", 4),
        ("has_zero", "mov x1, xzr", 1),
        ("adds_zero", "mov w1, wzr", 1),
        ("masks_by_zero", "and x3, x0, #3\nmov w1, w3", 4),
    ] {
        cases.extend(exactly(name, count, by(code)));
    }
    for (name, code, count) in [
        ("extends_a_byte", "uxtb w1, w0", 256),
        ("extends_a_half_word", "uxth w1, w0", 65536),
        ("loads_a_byte", "ldrb w1, [x0]", 256),
        ("loads_a_byte_at_an_offset", "ldrb w1, [x0, #5]", 256),
        ("loads_a_byte_unscaled", "ldurb w1, [x0, #-1]", 256),
        ("loads_a_byte_while_moving", "ldrb w1, [x0, #1]!", 256),
        ("loads_a_byte_before_moving", "ldrb w1, [x0], #1", 256),
        ("loads_a_byte_at_an_index", "ldrb w1, [x0, x3]", 256),
        ("loads_a_half_word", "ldrh w1, [x0]", 65536),
    ] {
        cases.extend(exactly(name, count, many(code)));
    }
    // Results of 32 bits have no upper half.
    for (name, code) in [
        ("add_immediate", "add w1, w0, #1"),
        ("add_shifted", "add w1, w0, w3"),
        ("add_extended", "add w1, w0, w3, uxtb"),
        ("adc", "adc w1, w0, w3"),
        ("orr_immediate", "orr w1, w0, #1"),
        ("orr_shifted", "orr w1, w0, w3"),
        ("sbfx", "sbfx w1, w0, #1, #2"),
        ("bfi", "bfi w1, w0, #1, #2"),
        ("lsl", "lsl w1, w0, #1"),
        ("movn", "mov w1, #-2"),
        ("movk", "movk w1, #5"),
        ("csel", "csel w1, w0, w3, eq"),
        ("extr", "extr w1, w0, w3, #5"),
        ("clz", "clz w1, w0"),
        ("udiv", "udiv w1, w0, w3"),
        ("madd", "madd w1, w0, w3, w4"),
        ("load", "ldr w1, [x0]"),
        ("load_unscaled", "ldur w1, [x0, #-4]"),
        ("load_at_an_index", "ldr w1, [x0, x3]"),
        ("first_of_a_pair", "ldp w1, w3, [x0]"),
    ] {
        let before: &'static str = Box::leak(format!("{code}\ncmp w1, #2\nb.hs 2f").into_boxed_str());
        cases.extend(exactly(&format!("compares_half_of_{name}"), 2, by(before)));
    }
    // The same with 64 bits: nothing is known of the upper half.
    for (name, code) in [
        ("add", "add x1, x0, #1"),
        ("and", "and x1, x0, x3"),
        ("csel", "csel x1, x0, x3, eq"),
        ("clz", "clz x1, x0"),
        ("madd", "madd x1, x0, x3, x4"),
        ("umull", "umull x1, w0, w3"),
        ("signed_byte", "ldrsb x1, [x0]"),
        ("signed_half_word", "ldrsh x1, [x0]"),
        ("signed_word", "ldrsw x1, [x0]"),
        ("signed_byte_unscaled", "ldursb x1, [x0, #-1]"),
        ("signed_pair", "ldpsw x1, x3, [x0]"),
        ("second_of_a_signed_pair", "ldpsw x3, x1, [x0]"),
        ("whole_load", "ldr x1, [x0]"),
        ("whole_pair", "ldp x1, x3, [x0]"),
        ("element", "umov x1, v0.d[0]"),
        ("signed_element", "smov x1, v0.b[0]"),
        ("float", "fmov x1, d0"),
        ("literal", "ldr x1, 2f"),
        ("signed_literal", "ldrsw x1, 2f"),
        ("atomic", ".arch armv8.5-a\nldadd x3, x1, [x0]"),
        ("exclusive", "ldxr x1, [x0]"),
        ("acquire", ".arch armv8.5-a\nldapursw x1, [x0, #4]"),
    ] {
        cases.push(wrong(
            &format!("compares_half_of_whole_{name}"),
            &through_words(&format!("{code}\ncmp w1, #2\nb.hs 2f"), "x1, lsl #2", 8),
            OVERRUN,
        ));
    }
    // Here nothing is known of the result, so the whole table counts, however long it is.
    for (name, code) in [
        ("sets_bits", "orr x1, x0, #3"),
        ("flips_bits", "eor x1, x0, #3"),
        ("masks_by_a_register", "mov x3, #1\nand x1, x0, x3"),
        ("masks_high_bits", "and x1, x0, #0xc000000000000003"),
        ("masks_repeatedly", "and x1, x0, #0x100000001"),
        ("extracts_signed", "sbfx x1, x0, #0, #2"),
        ("inserts", "and x1, x0, #1\nbfi x1, x0, #4, #1"),
        ("inserts_low_bits", "bfxil x1, x0, #0, #2"),
        ("shifts_up", "lsl x1, x0, #1"),
        ("inserts_in_zero", "ubfiz x1, x0, #1, #1"),
        ("shifts_2_bits_down_signed", "asr x1, x0, #62"),
        ("shifts_by_a_register", "mov x3, #62\nlsr x1, x0, x3"),
        ("has_a_high_constant", "mov x1, #0x10000"),
        ("has_a_higher_constant", "mov x1, #0x100000000"),
        ("has_a_negative", "mov x1, #-2"),
        ("changes_a_constant", "mov x1, #1\nmovk x1, #5"),
        ("changes_a_constant_above", "mov x1, #1\nmovk x1, #1, lsl #16"),
        ("adds_to_a_number", "and x1, x0, #1\nadd x1, x1, #1"),
        ("shifts_a_number", "and x1, x0, #1\norr x1, xzr, x1, lsl #1"),
        ("shifts_half_a_number", "and x1, x0, #1\norr w1, wzr, w1, lsl #1"),
        (
            "shifts_half_a_number_far",
            "and x1, x0, #1\norr w1, wzr, w1, lsl #16",
        ),
        (
            "rotates_half_a_number",
            "and x1, x0, #1\norr w1, wzr, w1, ror #31",
        ),
        ("inverts_half_a_number", "and x1, x0, #1\nmvn w1, w1"),
        ("inverts_a_number", "and x1, x0, #1\nmvn x1, x1"),
        ("combines_a_number", "and x1, x0, #1\norr x1, x3, x1"),
        ("combines_half_a_number", "and x1, x0, #1\norr w1, w3, w1"),
        ("exclusive_or_with_a_number", "and x1, x0, #1\neor w1, w3, w1"),
        ("moves_half_of_the_unknown", "and x1, x0, #1\nmov w1, w3"),
        (
            "loads_a_signed_byte_over_a_number",
            "and x1, x0, #1\nldrsb x1, [x3]",
        ),
        (
            "loads_a_vector_over_a_number",
            "and x1, x0, #1\nldr b1, [x3]\nfmov x1, d1",
        ),
    ] {
        let code = through_words(code, "x1, lsl #2", 300);
        cases.push(wrong(name, &code, OVERRUN));
    }
    cases
}
