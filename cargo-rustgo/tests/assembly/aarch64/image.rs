//! Reads of the image, and writes to it.

use crate::case::{Case, local, right, wrong};

const WRITES: &str = "writes into the image";
const MAY_WRITE: &str = "may write into the image";
const HANDS: &str = "an address of the image in x0";

/// A function with a frame, as calls change the link register.
fn calling(code: &str) -> String {
    format!("stp x29, x30, [sp, #-16]!\nmov x29, sp\n{code}\nldp x29, x30, [sp], #16\nret")
}

/// A store that goes where x1 leads: to the image, and in the twin to where the caller says.
fn pair(name: &str, code: &str) -> [Case; 2] {
    let from = |first: &str| format!("{first}\n{code}\nret");
    [
        // What is known exactly is said so.
        wrong(name, &from("adr x1, keeps_x29"), "into the image"),
        right(&format!("{name}_of_the_caller"), &from("mov x1, x4")),
    ]
}

/// Addresses of the image on their way to a store.
fn followed() -> Vec<Case> {
    let mut cases = vec![
        local("stores_through_x0", "strb wzr, [x0]\nret"),
        local(
            "stores_through_x0_by_another",
            "add x0, x0, x1\nb stores_through_x0",
        ),
        local("stores_through_x1", "ldr x2, [x0]\nstr x2, [x1]\nret"),
        local("gives_x0_back", "add x0, x0, #8\nret"),
        local("gives_the_image", "adr x0, keeps_x29\nret"),
        local("gives_a_distance", "sub x0, x0, x1\nret"),
        local(
            "stores_through_a_slot",
            "sub sp, sp, #16\nstr x0, [sp]\nstr x1, [x2]\nldr x3, [sp]\nadd sp, sp, #16\nstr x1, [x3]\nret",
        ),
        wrong(
            "hands_the_image_to_a_store",
            &calling("adr x0, keeps_x29\nbl stores_through_x0"),
            HANDS,
        ),
        right("hands_its_own_to_a_store", &calling("bl stores_through_x0")),
        wrong(
            "hands_the_image_to_a_store_behind_a_jump",
            &calling("adr x0, keeps_x29\nbl stores_through_x0_by_another"),
            HANDS,
        ),
        wrong(
            "hands_the_image_over_by_a_jump",
            "adr x0, keeps_x29\nb stores_through_x0",
            HANDS,
        ),
        right("hands_its_own_over_by_a_jump", "b stores_through_x0"),
        wrong(
            "hands_the_image_as_the_destination",
            &calling("mov x0, x1\nadr x1, keeps_x29\nbl stores_through_x1"),
            "an address of the image in x1",
        ),
        right(
            "hands_the_image_as_the_source",
            &calling("adr x0, keeps_x29\nbl stores_through_x1"),
        ),
        wrong(
            "gets_the_image_back",
            &calling("adr x0, keeps_x29\nbl gives_x0_back\nstr x1, [x0]"),
            MAY_WRITE,
        ),
        right("gets_its_own_back", &calling("bl gives_x0_back\nstr x1, [x0]")),
        wrong(
            "gets_the_image_of_a_callee",
            &calling("bl gives_the_image\nstr x1, [x0]"),
            MAY_WRITE,
        ),
        right(
            "reads_the_image_of_a_callee",
            &calling("bl gives_the_image\nldr x0, [x0]"),
        ),
        // A distance from the image, which its start is added to again.
        right(
            "gets_a_distance_from_the_image",
            &calling(
                "str x19, [sp, #-16]!\nadr x19, keeps_x29\nmov x1, x19\nbl gives_a_distance\nstr x2, [x0, x19]\n\
                 ldr x19, [sp], #16",
            ),
        ),
        right("keeps_its_own_in_a_slot", &calling("bl stores_through_a_slot")),
        wrong(
            "keeps_the_image_in_a_slot_of_a_callee",
            &calling("adr x0, keeps_x29\nbl stores_through_a_slot"),
            HANDS,
        ),
        wrong(
            "writes_where_the_image_is_on_one_path",
            "adr x1, keeps_x29\ncbz x0, 2f\nmov x1, x2\n2: str x0, [x1]\nret",
            MAY_WRITE,
        ),
        right(
            "reads_where_the_image_is_on_one_path",
            "adr x1, keeps_x29\ncbz x0, 2f\nmov x1, x2\n2: ldr x0, [x1]\nret",
        ),
        wrong(
            "writes_to_the_image_a_little_further_in_each_turn",
            "adr x1, keeps_x29\n2: strb wzr, [x1], #1\nsub x0, x0, #1\ncbnz x0, 2b\nret",
            WRITES,
        ),
        right(
            "copies_from_the_image_by_a_distance",
            "adr x1, keeps_x29\nsub x0, x0, x1\ncbz x2, 2f\nadd x1, x1, #8\n2: ldrb w3, [x1]\n\
             strb w3, [x0, x1]\nadd x1, x1, #1\nsub x2, x2, #1\ncbnz x2, 2b\nret",
        ),
        wrong(
            "copies_to_the_image_by_a_distance",
            "adr x1, keeps_x29\nsub x1, x1, x0\n2: ldrb w3, [x0]\nstrb w3, [x1, x0]\nadd x0, x0, #1\n\
             sub x2, x2, #1\ncbnz x2, 2b\nret",
            MAY_WRITE,
        ),
        // The word beside it is another one.
        right(
            "writes_beside_an_image_in_a_pair",
            "adr x1, keeps_x29\nstp x1, x0, [sp, #-16]!\nldp x3, x4, [sp], #16\nstr x2, [x4]\nret",
        ),
        right(
            "writes_beside_an_image_in_a_vector",
            "adr x1, keeps_x29\nfmov d1, x1\nfmov v1.d[1], x0\numov x3, v1.d[1]\nstr x2, [x3]\nret",
        ),
        right(
            "converts_to_a_number_beside_an_image",
            "adr x1, keeps_x29\nfmov d1, x0\nfcvtzs x1, d2\nfmov x3, d1\nstr x2, [x3]\nret",
        ),
    ];
    // Each leaves what it gets in x1 in another way.
    for (name, code) in [
        ("writes_to_a_selected_image", "csel x3, x0, x1, eq\nstr x2, [x3]"),
        (
            "writes_to_an_image_that_is_selected_first",
            "csel x3, x1, x0, eq\nstr x2, [x3]",
        ),
        ("writes_to_an_image_and_a_number", "add x3, x1, x0\nstr x2, [x3]"),
        ("writes_to_a_number_and_an_image", "add x3, x0, x1\nstr x2, [x3]"),
        (
            "writes_to_an_image_and_half_a_number",
            "add x3, x1, w0, uxtw\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_and_an_extended_number",
            "add x3, x1, x0, uxtx\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_before_a_number",
            "sub x3, x1, x0\nstr x2, [x3]",
        ),
        ("writes_to_an_image_and_a_carry", "adc x3, x1, xzr\nstr x2, [x3]"),
        ("writes_to_an_aligned_image", "and x3, x1, #-16\nstr x2, [x3]"),
        ("writes_to_an_image_with_a_bit", "orr x3, x1, #8\nstr x2, [x3]"),
        ("writes_to_an_image_with_bits", "orr x3, x1, x0\nstr x2, [x3]"),
        ("writes_to_an_image_without_a_bit", "eor x3, x1, #8\nstr x2, [x3]"),
        (
            "writes_to_an_image_that_is_negated_twice",
            "neg x3, x1\nsub x3, x0, x3\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_and_a_product",
            "madd x3, x0, x5, x1\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_and_a_wide_product",
            "umaddl x3, w0, w5, x1\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_at_a_register",
            "add x3, x0, #8\nstr x2, [x3, x1]",
        ),
        (
            "writes_to_a_moved_image",
            "add x1, x1, x0\nldr x3, [x1], #8\nstr x2, [x1]",
        ),
        (
            "writes_to_an_image_from_a_slot",
            "str x1, [sp, #-16]!\nstr x2, [x0]\nldr x3, [sp], #16\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_a_pair_of_slots",
            "stp x0, x1, [sp, #-16]!\nstr x2, [x0]\nldp x4, x3, [sp], #16\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_a_vector",
            "fmov d1, x1\nfmov x3, d1\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_the_upper_half",
            "fmov v1.d[1], x1\nfmov x3, v1.d[1]\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_a_lane",
            "mov v1.d[1], x1\nmov v2.16b, v1.16b\nmov v3.d[0], v2.d[1]\numov x3, v3.d[0]\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_each_lane",
            "dup v1.2d, x1\numov x3, v1.d[1]\nstr x2, [x3]",
        ),
        (
            "writes_to_an_image_from_a_copied_pair",
            "stp x0, x1, [sp, #-32]!\nldr q1, [sp]\nstr q1, [sp, #16]\nldr x3, [sp, #24]\nadd sp, sp, #32\n\
             str x2, [x3]",
        ),
        (
            "writes_to_an_image_from_two_copied_pairs",
            "stp x0, x1, [sp, #-64]!\nldp q2, q1, [sp]\nstp q1, q2, [sp, #32]\nldr x3, [sp, #56]\n\
             add sp, sp, #64\nstr x2, [x3]",
        ),
        (
            "writes_to_zipped_images",
            "fmov d1, x0\nfmov d2, x1\nzip1 v3.2d, v1.2d, v2.2d\nzip2 v4.2d, v1.2d, v3.2d\nfmov x3, v4.d[1]\n\
             str x2, [x3]",
        ),
    ] {
        cases.extend(pair(name, code));
    }
    cases
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        wrong(
            "writes_into_the_image",
            "adr x1, keeps_x29\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "adds_to_the_image",
            "adr x1, keeps_x29\n.inst 0xf8200022\nret",
            WRITES,
        ),
        wrong(
            "writes_in_front_of_the_image",
            "adr x1, keeps_x29\nsub x1, x1, #4095, lsl #12\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_index",
            "adr x1, keeps_x29\nstr x0, [x1, x2, lsl #3]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_half_an_index",
            "adr x1, keeps_x29\nstrb w0, [x1, w2, uxtw]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_byte",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2\nstrb w0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_word",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2, lsl #2\nstr w0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_into_the_image_at_an_added_address",
            "adr x1, keeps_x29\nand x2, x2, #1\nadd x1, x1, x2, lsl #3\nstr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_a_pair_into_the_image",
            "adr x1, keeps_x29\nstp x0, x2, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_a_list_into_the_image",
            "adr x1, keeps_x29\nst1 {v0.16b}, [x1]\nret",
            WRITES,
        ),
        wrong(
            "writes_exclusively_into_the_image",
            "adr x1, keeps_x29\nstxr w2, x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "releases_into_the_image",
            "adr x1, keeps_x29\nstlr x0, [x1]\nret",
            WRITES,
        ),
        wrong(
            "swaps_in_the_image",
            ".arch armv8.5-a\nadr x1, keeps_x29\nswp x0, x2, [x1]\nret",
            WRITES,
        ),
        wrong(
            "compares_in_the_image",
            ".arch armv8.5-a\nadr x1, keeps_x29\ncas x0, x2, [x1]\nret",
            WRITES,
        ),
        right(
            "reads_exclusively_of_the_image",
            "adr x1, keeps_x29\nldxr x0, [x1]\nldar x2, [x1]\nret",
        ),
        right(
            "reads_a_list_of_the_image",
            "adr x1, keeps_x29\nld1 {v0.16b}, [x1]\nprfm pstl1keep, [x1]\nret",
        ),
        right(
            "reads_the_image_at_an_index",
            "adr x1, keeps_x29\nldr x0, [x1, x2, lsl #3]\nret",
        ),
        right("reads_the_image", "adr x1, keeps_x29\nldr x0, [x1]\nret"),
        wrong(
            "prefetches_the_image_and_writes_into_it",
            "adr x1, keeps_x29\nprfm pstl1keep, [x1]\nstr x0, [x1]\nret",
            WRITES,
        ),
        right("inverts_what_it_is_given", "mvn x0, x0\nret"),
        right("reads_at_a_signed_index", "ldr x0, [x0, w1, sxtw #3]\nret"),
        right(
            "reads_a_table_of_signed_halves",
            "cmp x0, #2\nb.hs 2f\nadr x1, 8f\nldrsh x0, [x1, x0, lsl #1]\n2: ret\n8: .hword 1, 2, 3, 4",
        ),
    ];
    cases.extend(followed());
    cases
}
