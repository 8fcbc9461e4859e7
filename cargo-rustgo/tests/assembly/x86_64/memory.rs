//! Which memory an instruction touches: forms of addresses, and ways of reading and writing.

use super::{BELOW, NOT_KNOWN, RETURN_ADDRESS};
use crate::case::{Case, bounded, right, wrong};

const WRITES: &str = "writes into the image";
const THREAD: &str = "uses thread-local memory (fs:)";

pub fn cases() -> Vec<Case> {
    [addresses(), ways(), image(), threads(), return_address(), slots()].concat()
}

/// Each form of an address that leads below the stack pointer, and its twin.
fn addresses() -> Vec<Case> {
    let from_frame = |code: &str| format!("sub rsp, 24\n{code}\nadd rsp, 24\nret");
    let mut cases = Vec::new();
    for (name, code) in [
        ("base", "mov rax, [rsp - 8]"),
        ("base_of_one_byte", "mov al, [rsp - 1]"),
        ("copy", "mov rcx, rsp\nmov rax, [rcx - 8]"),
        ("copy_in_the_index", "mov rcx, rsp\nmov rax, [rcx * 1 - 8]"),
        ("sum", "mov rcx, rsp\nadd rcx, 8\nmov rax, [rcx - 16]"),
        ("difference", "mov rcx, rsp\nsub rcx, 8\nmov rax, [rcx]"),
        ("string", "lea rsi, [rsp - 8]\nlodsq"),
        ("repeated_string", "lea rsi, [rsp - 8]\nrep lodsq"),
    ] {
        cases.push(wrong(&format!("reads_below_by_{name}"), &from_frame(code), BELOW));
    }
    for (name, code) in [
        ("base", "mov rax, [rsp]"),
        ("copy", "mov rcx, rsp\nmov rax, [rcx]"),
        ("sum", "mov rcx, rsp\nadd rcx, 8\nmov rax, [rcx - 8]"),
        ("string", "mov rsi, rsp\nlodsq"),
        // What is scaled is no stack address.
        ("scaled_copy", "mov rcx, rsp\nmov rax, [rdi + 2 * rcx - 64]"),
        ("cut_address", "mov rcx, rsp\nmov rax, [ecx - 64]"),
        ("index_in_an_object", "mov rax, [rsp + 8 * rdi - 64]"),
    ] {
        cases.push(right(&format!("reads_above_by_{name}"), &from_frame(code)));
    }
    // With nothing but saved registers there is no object that an index could lead to.
    for (name, code) in [
        ("index", "mov rax, [rsp + rdi - 64]"),
        ("scaled_index", "mov rax, [rsp + 8 * rdi - 64]"),
        (
            "stack_address_in_the_index",
            "mov rcx, rsp\nmov rax, [rdi + rcx - 64]",
        ),
        (
            "gather",
            "vpcmpeqd ymm2, ymm2, ymm2\nvpgatherqq ymm0, [rsp + 8 * ymm1 - 64], ymm2",
        ),
        (
            "scatter",
            "kxnorw k1, k1, k1\nvpscatterqq [rsp + 8 * zmm1 - 64]{k1}, zmm0",
        ),
        ("bit", "bt [rsp - 64], rdi"),
    ] {
        cases.push(wrong(
            &format!("reaches_below_by_{name}"),
            &format!("{code}\nret"),
            BELOW,
        ));
    }
    cases.extend([
        // What is not followed any further, and may still be computed.
        right("computes_an_address_of_32_bits", "lea eax, [eip + 4]\nret"),
        right("extends_what_it_is_passed", "movsxd rax, edi\nret"),
        right("extends_what_it_is_given", "movsxd rax, dword ptr [rdi]\nret"),
        right("adds_to_a_slot", "push rdi\nadd [rsp], rsi\npop rax\nret"),
        right("adds_what_it_is_given", "add rax, [rdi]\nret"),
        right(
            "shifts_by_a_register",
            "mov ecx, esi\nshl rdi, cl\nmov rax, rdi\nret",
        ),
        right("compares_a_second_byte", "cmp ah, 2\nsete al\nret"),
        // Of two addresses the base is the one that counts.
        right(
            "adds_two_stack_addresses",
            "lea rax, [rsp - 64]\nmov rcx, [rsp + rax]\nret",
        ),
        wrong(
            "indexes_the_image_by_a_stack_address",
            "lea rcx, [rip + keeps_rbp]\nmov rax, rsp\nmov [rcx + rax], rdi\nret",
            WRITES,
        ),
    ]);
    cases
}

/// Each way of reading or writing counts, conditional ones too.
fn ways() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, code) in [
        ("read", "mov rax, [rsp - 64]"),
        ("write", "mov [rsp - 64], rax"),
        ("change", "inc qword ptr [rsp - 64]"),
        ("compare", "cmp qword ptr [rsp - 64], 5"),
        ("compare_and_exchange", "cmpxchg [rsp - 64], rcx"),
        (
            "compare_and_exchange_16",
            "push rbx\ncmpxchg16b [rsp - 64]\npop rbx",
        ),
        ("conditional_move", "cmovz rax, [rsp - 64]"),
        ("conditional_set", "setz byte ptr [rsp - 64]"),
        ("masked_read", "vmaskmovps ymm0, ymm1, [rsp - 64]"),
        ("masked_write", "vmaskmovps [rsp - 64], ymm0, ymm1"),
        ("avx512_masked_read", "vmovups zmm0{k1}{z}, [rsp - 64]"),
        ("avx512_masked_write", "vmovups [rsp - 64]{k1}, zmm0"),
        ("stored_string", "lea rdi, [rsp - 64]\nstosb"),
        ("compared_string", "lea rsi, [rsp - 64]\ncmpsb"),
        ("x87_load", "fld qword ptr [rsp - 64]\nfstp qword ptr [rdi]"),
        ("vector_write", "movups [rsp - 64], xmm0"),
        ("masked_bytes", "lea rdi, [rsp - 64]\nmaskmovdqu xmm0, xmm1"),
    ] {
        cases.push(wrong(&format!("{name}_below"), &format!("{code}\nret"), BELOW));
    }
    const HOW_MANY: &str = "writes an unknown number of bytes to the stack";
    cases.extend([
        wrong(
            "repeated_string_below",
            "lea rdi, [rsp - 64]\nrep stosb\nret",
            BELOW,
        )
        .and(HOW_MANY),
        wrong(
            "repeated_string_above",
            "sub rsp, 64\nmov rdi, rsp\nrep stosb\nadd rsp, 64\nret",
            HOW_MANY,
        ),
        wrong(
            "string_repeated_by_f2",
            "sub rsp, 64\nmov rdi, rsp\n.byte 0xf2\nstosb\nadd rsp, 64\nret",
            HOW_MANY,
        ),
        right("repeated_string_elsewhere", "rep stosb\nret"),
    ]);
    cases.push(right(
        "address_below_without_access",
        "prefetchw [rsp - 64]\nnop dword ptr [rsp - 64]\nret",
    ));
    cases
}

fn image() -> Vec<Case> {
    let mut cases = Vec::new();
    let table = "lea rax, [rip + keeps_rbp]";
    for (name, code) in [
        ("relative", "mov [rip + keeps_rbp], rdi"),
        ("relative_change", "inc qword ptr [rip + keeps_rbp]"),
        ("relative_pop", "push rax\npop [rip + keeps_rbp]"),
        ("address", "lea rax, [rip + keeps_rbp]\nmov [rax + 8], rdi"),
        ("index", "lea rax, [rip + keeps_rbp]\nmov [rax + 8 * rdi], rsi"),
        (
            "address_in_the_index",
            "lea rax, [rip + keeps_rbp]\nmov [rdi + rax], rsi",
        ),
        (
            "place",
            "lea rax, [rip + keeps_rbp]\nlea rax, [rax + 8 * rdi]\nmov [rax], rsi",
        ),
        ("string", "lea rdi, [rip + keeps_rbp]\nstosb"),
        (
            "scatter",
            "lea rax, [rip + keeps_rbp]\nvpscatterqq [rax + 8 * zmm1]{k1}, zmm0",
        ),
        ("bit", "lea rax, [rip + keeps_rbp]\nbts [rax], rdi"),
    ] {
        cases.push(wrong(
            &format!("writes_into_the_image_by_{name}"),
            &format!("{code}\nret"),
            WRITES,
        ));
    }
    for (name, code) in [
        ("relative", "mov rdi, [rip + keeps_rbp]"),
        ("relative_push", "push [rip + keeps_rbp]\npop rax"),
        ("index", "lea rax, [rip + keeps_rbp]\nmov rsi, [rax + 8 * rdi]"),
        (
            "gather",
            "lea rax, [rip + keeps_rbp]\nvpgatherqq ymm0, [rax + 8 * ymm1], ymm2",
        ),
        ("bit", "lea rax, [rip + keeps_rbp]\nbt [rax], rdi"),
        ("string", "lea rsi, [rip + keeps_rbp]\nlodsb"),
    ] {
        cases.push(right(
            &format!("reads_the_image_by_{name}"),
            &format!("{code}\nret"),
        ));
    }
    cases.extend([
        // Numbers are no image offsets.
        right("writes_to_a_fixed_address", "mov dword ptr [0x1234], 1\nret"),
        right(
            "writes_to_a_scaled_number",
            "mov dword ptr [8 * rdi + 0x1234], 1\nret",
        ),
        right("writes_half_an_address", &format!("{table}\nmov [eax], rdi\nret")),
        right("writes_where_an_argument_leads", "mov [rdi], rsi\nret"),
        right(
            "writes_at_a_scaled_address",
            &format!("{table}\nmov [rdi + 8 * rax], rsi\nret"),
        ),
    ]);
    cases
}

fn threads() -> Vec<Case> {
    vec![
        wrong("reads_fs", "mov rax, fs:[0x28]\nret", THREAD),
        wrong("writes_fs", "mov fs:[rdi], rsi\nret", THREAD),
        wrong("compares_fs", "cmp rax, fs:[rdi]\nret", THREAD),
        wrong(
            "reads_gs",
            "mov rax, gs:[0x28]\nret",
            "uses thread-local memory (gs:)",
        ),
        wrong(
            "loads_a_string_from_fs",
            "lods al, byte ptr fs:[rsi]\nret",
            THREAD,
        ),
        // It is not on the stack, and not below it.
        wrong("reads_fs_by_rsp", "mov rax, fs:[rsp - 64]\nret", THREAD),
        wrong("writes_fs_by_rsp", "mov fs:[rsp], rax\nret", THREAD),
        right("makes_an_address_of_fs", ".byte 0x64\nlea rax, [rdi]\nret"),
        right("reads_by_ds", "mov rax, ds:[rdi]\nret"),
        right("reads_by_es", "mov rax, es:[rdi]\nret"),
        right("has_fs_on_a_branch", ".byte 0x64\njz 2f\n2: ret"),
    ]
}

/// The return address, to the byte.
fn return_address() -> Vec<Case> {
    let mut cases = vec![
        wrong("writes_a_byte_below_it", "mov byte ptr [rsp - 1], 0\nret", BELOW),
        wrong(
            "writes_its_first_byte",
            "mov byte ptr [rsp], 0\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "writes_its_last_byte",
            "mov byte ptr [rsp + 7], 0\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "writes_a_byte_above_it",
            "mov byte ptr [rsp + 8], 0\nret",
            "the export writes 1 bytes above its return address",
        ),
        wrong(
            "writes_4_bytes_above_it",
            "mov dword ptr [rsp + 12], 0\nret",
            "the export writes 8 bytes above its return address",
        ),
        wrong(
            "writes_far_above_it",
            "mov [rsp + 72], rax\nmov [rsp + 32], rax\nret",
            "the export writes 72 bytes above its return address",
        ),
        wrong(
            "writes_a_word_across_it",
            "mov word ptr [rsp - 1], 0\nret",
            RETURN_ADDRESS,
        )
        .and(BELOW),
        wrong(
            "writes_a_word_out_of_it",
            "mov word ptr [rsp + 7], 0\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "writes_a_byte_of_an_aligned_frame",
            "mov rax, rsp\nand rsp, -64\nmov byte ptr [rsp], 0\nmov rsp, rax\nret",
            RETURN_ADDRESS,
        ),
        right(
            "writes_below_an_aligned_place",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 8\nmov qword ptr [rsp], 0\nmov rsp, rax\nret",
        ),
        wrong(
            "writes_across_an_aligned_place",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 8\nmov dword ptr [rsp + 5], 0\nmov rsp, rax\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "writes_above_an_aligned_place",
            "mov rax, rsp\nand rsp, -64\nmov qword ptr [rsp + 8], 0\nmov rsp, rax\nret",
            RETURN_ADDRESS,
        ),
    ];
    for (name, code) in [
        ("compare_and_exchange", "cmpxchg [rsp], rcx"),
        ("conditional_set", "setz byte ptr [rsp]"),
        ("masked_write", "vmaskmovps [rsp], xmm0, xmm1"),
        ("avx512_masked_write", "vmovups [rsp]{k1}, xmm0"),
        ("string", "mov rdi, rsp\nstosb"),
        ("known_bit", "bts qword ptr [rsp], 3"),
        ("add_with_exchange", "lock xadd [rsp], rax"),
    ] {
        cases.push(wrong(
            &format!("overwrites_it_by_{name}"),
            &format!("{code}\nret"),
            RETURN_ADDRESS,
        ));
    }
    let frame = |code: &str| format!("sub rsp, 8\n{code}\nadd rsp, 8\nret");
    cases.extend([
        right(
            "fills_its_frame",
            &frame("mov qword ptr [rsp], 0\nmov byte ptr [rsp + 7], 0"),
        ),
        wrong(
            "fills_more_than_its_frame",
            &frame("movups [rsp], xmm0"),
            RETURN_ADDRESS,
        ),
        wrong(
            "fills_a_byte_more_than_its_frame",
            &frame("mov dword ptr [rsp + 5], 0"),
            RETURN_ADDRESS,
        ),
        bounded(
            "fills_its_frame_by_an_address",
            &frame("mov rax, rsp\nmov [rax], rcx"),
            16 + 128,
        ),
    ]);
    cases
}

/// What a store leaves of the slots that are known.
fn slots() -> Vec<Case> {
    let mut cases = Vec::new();
    // A known pointer at [rsp + 16], and something that may change it.
    let around = |code: &str| {
        format!(
            "sub rsp, 40\nlea rax, [rip + keeps_rbp]\nmov [rsp + 16], rax\n{code}\ncall [rsp + 16]\nadd rsp, 40\nret"
        )
    };
    for (name, code) in [
        ("nothing", "nop"),
        ("a_slot_below", "mov [rsp + 8], rdi"),
        ("a_slot_above", "mov [rsp + 24], rdi"),
        (
            "bytes_around",
            "mov byte ptr [rsp + 15], 0\nmov byte ptr [rsp + 24], 0",
        ),
        ("a_read", "mov rcx, [rsp + 16]"),
        ("an_indexed_read", "mov rcx, [rsp + 8 * rdi]"),
        ("a_read_elsewhere", "mov rcx, [rdi]"),
        ("a_gather", "vpgatherqq ymm0, [rsp + 8 * ymm1], ymm2"),
        ("a_comparison", "cmp qword ptr [rsp + 16], 5"),
    ] {
        cases.push(right(&format!("keeps_a_slot_over_{name}"), &around(code)));
    }
    for (name, code) in [
        ("its_first_byte", "mov byte ptr [rsp + 16], 0"),
        ("its_last_byte", "mov byte ptr [rsp + 23], 0"),
        ("a_vector", "movups [rsp + 8], xmm0"),
        ("an_argument", "mov [rdi], rsi"),
        ("an_index", "mov [rsp + 8 * rdi], rsi"),
        ("a_scatter", "vpscatterqq [rsp + 8 * zmm1]{k1}, zmm0"),
        ("a_bit", "btc [rsp + 24], rdi"),
        ("a_cleared_bit", "btr [rsp + 24], rdi"),
        ("a_set_bit", "bts [rsp + 24], rdi"),
        ("an_exchange", "xchg [rsp + 16], rdi"),
        ("an_addition", "add qword ptr [rsp + 16], 1"),
        (
            "another_pointers_addition",
            "mov qword ptr [rsp + 16], 5\nadd [rsp + 16], rax",
        ),
        ("half_of_it", "mov [rsp + 16], eax"),
        ("a_call", "call host_import"),
        ("a_pop", "push rdi\npop [rsp + 16]"),
    ] {
        cases.push(wrong(
            &format!("loses_a_slot_by_{name}"),
            &around(code),
            NOT_KNOWN,
        ));
    }
    cases.extend([
        // One element alone is where it says.
        right("keeps_a_slot_over_a_string", &around("mov rdi, rsp\nstosq")),
        right("keeps_a_slot_over_a_known_bit", &around("btc qword ptr [rsp + 24], 3")),
        right("keeps_a_saved_register_over_an_argument", "push rbx\nxor ebx, ebx\nmov [rdi], rsi\npop rbx\nret"),
        wrong(
            "adds_rbx_to_a_slot",
            "push rdi\nadd [rsp], rbx\nxor ebx, ebx\npop rbx\nret",
            "the export does not restore rbx",
        ),
        wrong(
            "keeps_a_slot_that_it_has_given_back",
            "push rax\nlea rax, [rip + keeps_rbp]\npush rax\npop rcx\npush rdi\ncall [rsp]\npop rcx\npop rax\nret",
            NOT_KNOWN,
        )
        .and("with rsp 8 bytes above"),
    ]);
    cases
}
