//! Stack addresses that code can compute with: the red zone counts from then on.

use super::RED_ZONE;
use crate::case::{Case, bounded};

pub fn cases() -> Vec<Case> {
    let counts = [
        ("copied", "mov rax, rsp"),
        ("made_by_lea", "lea rax, [rsp]"),
        ("stored", "mov [rdi], rsp"),
        ("pushed", "push rsp\nmovq xmm0, [rsp]\nlea rsp, [rsp + 8]"),
        ("multiplied", "mul rsp"),
        ("multiplied_with_its_sign", "imul rsp"),
        ("divided_by", "div rsp"),
        ("added", "add rax, rsp"),
        ("subtracted", "sub rax, rsp"),
        ("compared_second", "cmp rax, rsp"),
        ("converted", "cvtsi2sd xmm0, rsp"),
        ("taken_in_part", "mov eax, esp"),
        ("taken_in_a_byte", "mov al, spl"),
        ("indexed", "mov rax, [rsp + rdi]"),
        ("indexed_by_lea", "lea rax, [rsp + rdi]"),
        ("indexed_with_a_scale", "mov rax, [rsp + 8 * rdi]"),
        (
            "indexed_by_a_gather",
            "vpcmpeqd ymm2, ymm2, ymm2\nvpgatherqq ymm0, [rsp + ymm1 * 8], ymm2",
        ),
        ("tested_for_a_bit", "bt [rsp], rdi"),
        ("stored_at_an_index", "mov [rsp + 8 * rdi], rsp"),
    ];
    let counts_not = [
        ("loaded_from", "mov rax, [rsp]"),
        ("compared_first", "cmp rsp, rax"),
        ("tested_first", "test rsp, rax"),
        ("compared_with_a_number", "cmp rsp, 5"),
        ("tested_for_a_known_bit", "bt qword ptr [rsp], 3"),
        ("stored_to", "mov [rsp + 8], rax\nmov rax, [rsp + 8]"),
    ];
    let mut cases = Vec::new();
    for (name, code) in counts {
        let pushed = if name == "pushed" { 8 } else { 0 };
        cases.push(bounded(
            &format!("stack_pointer_{name}"),
            &format!("{code}\nret"),
            8 + pushed + RED_ZONE,
        ));
    }
    for (name, code) in counts_not {
        cases.push(bounded(
            &format!("stack_pointer_{name}"),
            &format!("sub rsp, 24\n{code}\nadd rsp, 24\nret"),
            32,
        ));
    }
    cases.extend([
        // What is made counts as far as it reaches.
        bounded("makes_an_address_far_below", "lea rax, [rsp - 200]\nret", 208),
        bounded("makes_an_address_below", "lea rax, [rsp - 64]\nret", 8 + RED_ZONE),
        bounded("makes_an_address_above", "lea rax, [rsp + 64]\nret", 8 + RED_ZONE),
        bounded("pops_a_stack_address", "push rsp\npop rax\nret", 16 + RED_ZONE),
    ]);
    cases
}
