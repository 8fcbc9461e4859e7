//! Reads of the image, and writes to it.

use crate::case::{Case, local, right, wrong};

const WRITES: &str = "writes into the image";
const MAY_WRITE: &str = "may write into the image";
const HANDS: &str = "an address of the image in rdi";

/// A function with a frame, as calls want the stack pointer aligned.
fn calling(code: &str) -> String {
    format!("push rbp\nmov rbp, rsp\n{code}\npop rbp\nret")
}

/// A store that goes where rax leads: to the image, and in the twin to where the caller says.
fn pair(name: &str, code: &str) -> [Case; 2] {
    let from = |first: &str| format!("{first}\n{code}");
    [
        // What is known exactly is said so.
        wrong(name, &from("lea rax, [rip + keeps_rbp]"), "into the image"),
        right(&format!("{name}_of_the_caller"), &from("mov rax, r8")),
    ]
}

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        wrong(
            "writes_into_the_image",
            "lea rax, [rip + keeps_rbp]\nmov [rax], rdi\nret",
            WRITES,
        ),
        wrong(
            "writes_in_front_of_the_image",
            "lea rax, [rip + keeps_rbp]\nsub rax, 0x1000000\nmov [rax], rdi\nret",
            WRITES,
        ),
        right(
            "reads_the_image",
            "lea rax, [rip + keeps_rbp]\nmov rax, [rax]\nret",
        ),
        local("stores_through_rdi", "mov byte ptr [rdi], 1\nret"),
        local(
            "stores_through_rdi_by_another",
            "lea rdi, [rdi + rsi]\njmp stores_through_rdi",
        ),
        local("stores_through_rsi", "mov rax, [rdi]\nmov [rsi], rax\nret"),
        local("gives_rdi_back", "lea rax, [rdi + 8]\nret"),
        local("gives_the_image", "lea rax, [rip + keeps_rbp]\nret"),
        local("gives_a_distance", "mov rax, rdi\nsub rax, rsi\nret"),
        local(
            "stores_through_a_slot",
            "sub rsp, 24\nmov [rsp], rdi\ncall host_import\nmov rax, [rsp]\nmov [rax], rsi\nadd rsp, 24\nret",
        ),
        wrong(
            "hands_the_image_to_a_store",
            &calling("lea rdi, [rip + keeps_rbp]\ncall stores_through_rdi"),
            HANDS,
        ),
        right("hands_its_own_to_a_store", &calling("call stores_through_rdi")),
        wrong(
            "hands_the_image_to_a_store_behind_a_jump",
            &calling("lea rdi, [rip + keeps_rbp]\ncall stores_through_rdi_by_another"),
            HANDS,
        ),
        wrong(
            "hands_the_image_over_by_a_jump",
            "lea rdi, [rip + keeps_rbp]\njmp stores_through_rdi",
            HANDS,
        ),
        right("hands_its_own_over_by_a_jump", "jmp stores_through_rdi"),
        wrong(
            "hands_the_image_as_the_destination",
            &calling("mov rdi, rsi\nlea rsi, [rip + keeps_rbp]\ncall stores_through_rsi"),
            "an address of the image in rsi",
        ),
        right(
            "hands_the_image_as_the_source",
            &calling("lea rdi, [rip + keeps_rbp]\ncall stores_through_rsi"),
        ),
        wrong(
            "gets_the_image_back",
            &calling("lea rdi, [rip + keeps_rbp]\ncall gives_rdi_back\nmov [rax], rsi"),
            MAY_WRITE,
        ),
        right(
            "gets_its_own_back",
            &calling("call gives_rdi_back\nmov [rax], rsi"),
        ),
        wrong(
            "gets_the_image_of_a_callee",
            &calling("call gives_the_image\nmov [rax], rsi"),
            MAY_WRITE,
        ),
        right(
            "reads_the_image_of_a_callee",
            &calling("call gives_the_image\nmov rax, [rax]"),
        ),
        // A distance from the image, which its start is added to again.
        right(
            "gets_a_distance_from_the_image",
            &calling(
                "push rbx\npush r12\nlea rbx, [rip + keeps_rbp]\nmov rsi, rbx\ncall gives_a_distance\n\
                 lea rcx, [rax + rbx]\nmov [rcx], rdx\npop r12\npop rbx",
            ),
        ),
        right("keeps_its_own_in_a_slot", &calling("call stores_through_a_slot")),
        wrong(
            "keeps_the_image_in_a_slot_of_a_callee",
            &calling("lea rdi, [rip + keeps_rbp]\ncall stores_through_a_slot"),
            HANDS,
        ),
        wrong(
            "writes_where_the_image_is_on_one_path",
            "lea rax, [rip + keeps_rbp]\ntest edi, edi\njne 2f\nmov rax, rsi\n2: mov byte ptr [rax], 1\nret",
            MAY_WRITE,
        ),
        right(
            "reads_where_the_image_is_on_one_path",
            "lea rax, [rip + keeps_rbp]\ntest edi, edi\njne 2f\nmov rax, rsi\n2: mov al, [rax]\nret",
        ),
        wrong(
            "writes_to_the_image_a_little_further_in_each_turn",
            "lea rax, [rip + keeps_rbp]\n2: mov byte ptr [rax], 1\ninc rax\ndec edi\njne 2b\nret",
            WRITES,
        ),
        right(
            "copies_from_the_image_by_a_distance",
            "lea rax, [rip + keeps_rbp]\nsub rdi, rax\ntest esi, esi\njne 2f\nadd rax, 8\n2: mov cl, [rax]\n\
             mov [rdi + rax], cl\ninc rax\ndec esi\njne 2b\nret",
        ),
        wrong(
            "copies_to_the_image_by_a_distance",
            "lea rax, [rip + keeps_rbp]\nmov rcx, rax\nsub rcx, rdi\n2: mov dl, [rdi]\nmov [rcx + rdi], dl\n\
             inc rdi\ndec esi\njne 2b\nret",
            MAY_WRITE,
        ),
    ];
    // Each leaves what it gets in rax in another way.
    for (name, code) in [
        (
            "writes_to_a_conditional_image",
            "cmovne rdi, rax\nmov [rdi], rsi\nret",
        ),
        (
            "writes_to_the_image_and_an_index",
            "add rax, rdi\nmov [rax], rsi\nret",
        ),
        (
            "writes_to_an_index_and_the_image",
            "add rdi, rax\nmov [rdi], rsi\nret",
        ),
        (
            "writes_to_the_image_before_an_index",
            "sub rax, rdi\nmov [rax], rsi\nret",
        ),
        (
            "writes_to_an_exchanged_image",
            "xchg rax, rdi\nmov [rdi], rsi\nret",
        ),
        (
            "writes_to_an_image_that_is_summed_up",
            "xadd rdi, rax\nmov [rdi], rsi\nret",
        ),
        ("writes_to_an_aligned_image", "and rax, -16\nmov [rax], rsi\nret"),
        ("writes_to_an_image_with_a_bit", "or rax, 8\nmov [rax], rsi\nret"),
        (
            "writes_to_an_image_that_is_negated_twice",
            "neg rax\nsub rdi, rax\nmov [rdi], rsi\nret",
        ),
        ("writes_to_the_next_image", "inc rax\nmov [rax], rsi\nret"),
        (
            "writes_to_the_image_by_an_index",
            "lea rdi, [rdi + rax + 4]\nmov [rdi], rsi\nret",
        ),
        (
            "writes_to_an_image_with_a_new_low_byte",
            "mov al, 4\nmov [rax + rdi], rsi\nret",
        ),
        (
            "writes_to_a_compared_image",
            "cmpxchg rdi, rax\nmov [rdi], rsi\nret",
        ),
        (
            "writes_to_a_pushed_image",
            "push rax\nmov [rsi], rdi\npop rcx\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_vector",
            "movq xmm3, rax\nmovq rcx, xmm3\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_the_upper_half",
            "movq xmm3, rax\nmovq xmm1, rdi\npunpcklqdq xmm1, xmm3\npunpckhqdq xmm1, xmm1\nmovq rcx, xmm1\n\
             mov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_an_extracted_word",
            "movq xmm3, rax\nmovq xmm1, rdi\npunpcklqdq xmm1, xmm3\npextrq rcx, xmm1, 1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_an_inserted_word",
            "pinsrq xmm1, rax, 1\npunpckhqdq xmm1, xmm1\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_loaded_low_half",
            "sub rsp, 24\nmov [rsp], rax\nmovlps xmm1, [rsp]\nadd rsp, 24\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_loaded_scalar",
            "sub rsp, 24\nmov [rsp], rax\nmovsd xmm1, [rsp]\nadd rsp, 24\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_loaded_high_half",
            "sub rsp, 24\nmov [rsp], rax\nmovhps xmm1, [rsp]\nadd rsp, 24\npunpckhqdq xmm1, xmm1\n\
             movq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_stored_high_half",
            "movq xmm3, rax\npunpcklqdq xmm3, xmm3\nsub rsp, 24\nmovhps [rsp], xmm3\nmov rcx, [rsp]\n\
             add rsp, 24\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_copied_scalar",
            "movq xmm3, rax\nmovsd xmm1, xmm3\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_high_half_moved_down",
            "movq xmm3, rax\npunpcklqdq xmm3, xmm3\nmovhlps xmm1, xmm3\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_exchanged_halves",
            "movq xmm3, rax\npshufd xmm1, xmm3, 0x4e\npunpckhqdq xmm1, xmm1\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_beside_a_shuffled_one",
            "movq xmm3, rax\npshufd xmm1, xmm3, 0x1b\nmovq rcx, xmm3\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_repeated_word",
            "movq xmm3, rax\nmovddup xmm1, xmm3\npunpckhqdq xmm1, xmm1\nmovq rcx, xmm1\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_beside_a_masked_copy",
            "movq xmm3, rax\nvmovdqu64 xmm1 {k1}, xmm3\nmov [rax], rsi\nret",
        ),
        (
            "writes_to_an_image_exchanged_on_the_stack",
            "sub rsp, 24\nmov [rsp], rax\nmov rcx, rax\nxchg [rsp], rcx\nadd rsp, 24\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_pair_on_the_stack",
            "sub rsp, 24\nmovq xmm3, rax\nmovq xmm1, rdi\nmovlhps xmm1, xmm3\nmovups [rsp], xmm1\n\
             mov [rdx], rdi\nmov rcx, [rsp + 8]\nadd rsp, 24\nmov [rcx], rsi\nret",
        ),
        (
            "writes_to_an_image_from_a_copied_pair",
            "sub rsp, 40\nmov [rsp + 8], rax\nmovups xmm0, [rsp]\nmovaps xmm7, xmm0\nmovups [rsp + 16], xmm7\n\
             mov rcx, [rsp + 24]\nadd rsp, 40\nmov [rcx + rdi], rsi\nret",
        ),
    ] {
        cases.extend(pair(name, code));
    }
    // The word beside it is another one.
    cases.push(right(
        "writes_beside_an_image_in_a_pair",
        "sub rsp, 24\nlea rax, [rip + keeps_rbp]\nmovq xmm3, rax\nmovq xmm1, rdi\nmovlhps xmm1, xmm3\n\
         movups [rsp], xmm1\nmov rcx, [rsp]\nadd rsp, 24\nmov [rcx], rsi\nret",
    ));
    cases
}
