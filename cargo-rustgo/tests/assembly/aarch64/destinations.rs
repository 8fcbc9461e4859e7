//! Which registers an instruction writes: one of each group, with a register that it may not change as destination, and
//! the same as source.

use super::{LOST, OVERRUN};
use crate::case::{Case, right, wrong};

pub fn cases() -> Vec<Case> {
    [general(), loads(), sources(), numbers()].concat()
}

/// Architectures with everything that is known.
pub const ARCH: &str = ".arch armv9.4-a+crc+crypto+sha3+sm4+fp16+bf16+dotprod+i8mm+cssc+rcpc+lse+fp16fml";

/// Instructions with `D` for a destination and `S` for a source, each of them without `x` or `w`.
const GENERAL: [(&str, &str); 62] = [
    ("adc", "adc xD, xS, xS"),
    ("adcs", "adcs wD, wS, wS"),
    ("sbc", "sbc xD, xS, xS"),
    ("add_extended", "add xD, xS, wS, uxtw"),
    ("adds_extended", "adds xD, xS, wS, uxtw"),
    ("add_immediate", "add xD, xS, #1"),
    ("sub_immediate_of_half", "sub wD, wS, #1"),
    ("subs_immediate", "subs xD, xS, #1"),
    ("add_shifted", "add xD, xS, xS, lsl #3"),
    ("subs_shifted", "subs xD, xS, xS"),
    ("bfm", "bfi xD, xS, #1, #2"),
    ("sbfm", "sbfx xD, xS, #1, #2"),
    ("ubfm", "ubfx wD, wS, #1, #2"),
    ("csel", "csel xD, xS, xS, eq"),
    ("csinc", "csinc wD, wS, wS, eq"),
    ("csinv", "csinv xD, xS, xS, eq"),
    ("csneg", "csneg xD, xS, xS, eq"),
    ("abs", "abs xD, xS"),
    ("umax", "umax xD, xS, xS"),
    ("smin_immediate", "smin xD, xS, #5"),
    ("clz", "clz xD, xS"),
    ("rbit", "rbit wD, wS"),
    ("rev", "rev xD, xS"),
    ("udiv", "udiv xD, xS, xS"),
    ("lslv", "lsl xD, xS, xS"),
    ("crc32x", "crc32x wD, wS, xS"),
    ("madd", "madd xD, xS, xS, xS"),
    ("umaddl", "umaddl xD, wS, wS, xS"),
    ("smulh", "smulh xD, xS, xS"),
    ("extr", "extr xD, xS, xS, #3"),
    ("and_immediate", "and xD, xS, #1"),
    ("ands_immediate", "ands xD, xS, #1"),
    ("orr_immediate", "orr wD, wS, #1"),
    ("orr_shifted", "orr xD, xS, xS"),
    ("bics_shifted", "bics xD, xS, xS"),
    ("movz", "mov xD, #5"),
    ("movk", "movk xD, #5, lsl #16"),
    ("movn", "mov wD, #-5"),
    ("adr", "adr xD, 2f"),
    ("literal", "ldr xD, 2f"),
    ("signed_literal", "ldrsw xD, 2f"),
    ("fmov", "fmov xD, d0"),
    ("fcvtzs", "fcvtzs wD, s0"),
    ("fcvtzu_fixed", "fcvtzu xD, d0, #3"),
    ("fmov_top", "fmov xD, v0.d[1]"),
    ("umov", "umov wD, v0.s[1]"),
    ("smov", "smov xD, v0.b[1]"),
    ("ldxr", "ldxr xD, [xS]"),
    ("ldaxrb", "ldaxrb wD, [xS]"),
    ("ldar", "ldar xD, [xS]"),
    ("ldlar", "ldlar xD, [xS]"),
    ("ldapr", "ldapr xD, [xS]"),
    ("ldxp", "ldxp xD, x1, [xS]"),
    ("ldxp_second", "ldxp x1, xD, [xS]"),
    ("ldaxp_second", "ldaxp w1, wD, [xS]"),
    ("ldadd", "ldadd x1, xD, [xS]"),
    ("ldumaxalb", "ldumaxalb w1, wD, [xS]"),
    ("swp", "swp x1, xD, [xS]"),
    ("cas", "cas xD, x1, [xS]"),
    ("stxr", "stxr wD, x1, [xS]"),
    ("stlxp", "stlxp wD, x1, x2, [xS]"),
    ("mrs", "mrs xD, nzcv"),
];

fn general() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, template) in GENERAL {
        let with = |destination: &str, source: &str| {
            let code = template.replace('D', destination).replace('S', source);
            format!("{ARCH}\n{code}\n2: ret\nnop")
        };
        cases.push(wrong(&format!("writes_by_{name}"), &with("28", "3"), OVERRUN));
        cases.push(right(&format!("reads_by_{name}"), &with("3", "28")));
        cases.push(wrong(&format!("loses_by_{name}"), &with("19", "3"), LOST));
        cases.push(right(&format!("uses_by_{name}"), &with("3", "19")));
    }
    for (name, code) in [
        ("the_first_of_a_pair_compared", "casp x28, x29, x2, x3, [x4]"),
        ("the_second_of_a_pair_compared", "casp x26, x27, x2, x3, [x4]"),
        (
            "half_of_the_second_of_a_pair_compared",
            "casp w26, w27, w2, w3, [x4]",
        ),
    ] {
        let case = wrong(
            &format!("writes_{name}"),
            &format!("{ARCH}\n{code}\nret"),
            "which belongs to",
        );
        cases.push(if code.contains("x29") {
            case.and("x29 is used for something other")
        } else {
            case
        });
    }
    cases.push(wrong(
        "writes_an_even_and_an_odd_one",
        &format!("{ARCH}\ncasp x18, x19, x2, x3, [x4]\nret"),
        "writes x18, which belongs to",
    ));
    cases.push(right(
        "compares_a_pair_below",
        &format!("{ARCH}\ncasp x16, x17, x2, x3, [x4]\nret"),
    ));
    cases
}

/// Loads, by mode: what they load, and whether they move the base.
fn loads() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, template) in [
        ("ldr", "ldr xD, [xS, #8]"),
        ("ldrb", "ldrb wD, [xS]"),
        ("ldrh", "ldrh wD, [xS]"),
        ("ldrsb", "ldrsb xD, [xS]"),
        ("ldrsh", "ldrsh wD, [xS]"),
        ("ldrsw", "ldrsw xD, [xS]"),
        ("ldur", "ldur xD, [xS, #-1]"),
        ("ldapur", "ldapur xD, [xS, #-1]"),
        ("ldr_at_an_index", "ldr xD, [xS, xS]"),
        ("ldr_while_moving", "ldr xD, [x1, #8]!"),
        ("ldr_before_moving", "ldr xD, [x1], #8"),
        ("ldp", "ldp xD, x1, [xS]"),
        ("ldp_second", "ldp x1, xD, [xS]"),
        ("ldp_of_words", "ldp wD, w1, [xS]"),
        ("ldp_of_words_second", "ldp w1, wD, [xS]"),
        ("ldp_while_moving", "ldp x2, xD, [x1, #16]!"),
        ("ldp_before_moving", "ldp xD, x2, [x1], #16"),
        ("ldpsw", "ldpsw xD, x1, [xS]"),
        ("ldpsw_second", "ldpsw x1, xD, [xS]"),
        ("ldnp", "ldnp xD, x1, [xS]"),
        ("ldnp_second", "ldnp x1, xD, [xS]"),
        // These write no register but the base.
        ("a_moving_load", "ldr x1, [xD, #8]!"),
        ("a_load_that_moves", "ldrb w1, [xD], #1"),
        ("a_moving_pair", "ldp x1, x2, [xD, #16]!"),
        ("a_pair_that_moves", "ldp x1, x2, [xD], #16"),
        ("a_moving_store", "str xS, [xD, #8]!"),
        ("a_store_that_moves", "strb wS, [xD], #1"),
        ("a_moving_store_of_a_pair", "stp xS, xS, [xD, #16]!"),
        ("a_store_of_a_pair_that_moves", "stp xS, xS, [xD], #16"),
        ("a_moving_load_of_a_vector", "ldr q1, [xD, #16]!"),
        ("a_store_of_a_vector_that_moves", "str q1, [xD], #16"),
        ("a_moving_pair_of_vectors", "ldp q1, q2, [xD, #32]!"),
        ("a_list_that_moves", "ld1 {v1.16b}, [xD], #16"),
        ("a_list_that_moves_by_a_register", "ld1 {v1.16b}, [xD], xS"),
        ("a_stored_list_that_moves", "st1 {v1.16b}, [xD], #16"),
        ("a_lane_that_moves", "ld1 {v1.b}[3], [xD], #1"),
        ("a_stored_lane_that_moves", "st1 {v1.b}[3], [xD], xS"),
        ("copies_that_move", "ld1r {v1.8b}, [xD], #1"),
    ] {
        let with = |destination: &str, source: &str| {
            let code = template.replace('D', destination).replace('S', source);
            format!("{ARCH}\n{code}\nret")
        };
        cases.push(wrong(&format!("writes_by_{name}"), &with("28", "3"), OVERRUN));
        cases.push(right(&format!("reads_by_{name}"), &with("4", "28")));
        cases.push(wrong(&format!("loses_by_{name}"), &with("19", "3"), LOST));
    }
    cases
}

/// Instructions that only read.
fn sources() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, code) in [
        ("str", "str x28, [x28]"),
        ("strb", "strb w28, [x28, #5]"),
        ("stur", "stur x28, [x28, #-5]"),
        ("stlur", "stlur x28, [x28, #-5]"),
        ("str_at_an_index", "str x28, [x28, x28]"),
        ("stp", "stp x28, x28, [x28]"),
        ("stp_of_words", "stp w28, w27, [x18, #8]"),
        ("stnp", "stnp x28, x27, [x18]"),
        ("str_while_moving", "str x28, [x0, #8]!"),
        ("stp_before_moving", "stp x28, x27, [x0], #16"),
        ("st1", "st1 {v0.16b}, [x28]"),
        ("st1_of_a_lane", "st1 {v0.b}[3], [x28]"),
        ("ld1_after_moving", "ld1 {v0.16b}, [x0], x28"),
        ("cbz", "cbz x28, 2f\n2:"),
        ("cbnz", "cbnz w28, 2f\n2:"),
        ("tbz", "tbz x28, #33, 2f\n2:"),
        ("tbnz", "tbnz x28, #3, 2f\n2:"),
        ("cmp", "cmp x28, #1"),
        ("cmp_with", "cmp x0, x28"),
        ("tst", "tst x28, #1"),
        ("ccmp", "ccmp x28, #1, #0, eq"),
        ("ccmp_with", "ccmp x0, x28, #0, eq"),
        ("fmov", "fmov d0, x28"),
        ("scvtf", "scvtf s0, w28"),
        ("ucvtf_fixed", "ucvtf d0, x28, #3"),
        ("dup", "dup v0.2d, x28"),
        ("ins", "ins v0.d[1], x28"),
        ("prfm", "prfm pldl1keep, [x28]"),
        ("prfum", "prfum pldl1keep, [x28, #3]"),
        ("prfm_at_an_index", "prfm pldl1keep, [x28, x28]"),
        ("prfm_of_a_literal", "prfm pldl1keep, 2f\n2:"),
        ("a_prefetch_of_28", ".inst 0xf980001c"),
        ("rmif", "rmif x28, #1, #2"),
        ("setf8", "setf8 w28"),
        ("cblt", ".inst 0x7520005c\nnop"),
        ("cbgt", ".inst 0xf41c005c\nnop"),
    ] {
        cases.push(right(
            &format!("only_reads_by_{name}"),
            &format!("{ARCH}\n{code}\nret"),
        ));
    }
    cases
}

/// Every register by its number: which belong to whom.
fn numbers() -> Vec<Case> {
    let mut cases = Vec::new();
    for number in 0..=17 {
        cases.push(right(
            &format!("changes_x{number}"),
            &format!("mov x{number}, #1\nret"),
        ));
    }
    for number in (0..8).chain(16..32) {
        cases.push(right(
            &format!("changes_v{number}"),
            &format!("movi v{number}.16b, #1\nret"),
        ));
    }
    cases.push(right(
        "changes_zero",
        "mov xzr, x0\nadds xzr, x0, #1\nldr xzr, [x0]\nret",
    ));
    cases
}
