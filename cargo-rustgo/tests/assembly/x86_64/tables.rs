//! Each form of a jump table and of a table of functions, and near misses of each.

use super::NOT_KNOWN;
use super::targets::jump;
use crate::case::{Case, local, right, wrong};

const DIRECTION: &str = "the direction flag may be set";
const LOST: &str = "the export does not restore rbx";

pub fn cases() -> Vec<Case> {
    [distances(), functions(), methods(), pointers(), order()].concat()
}

/// A table of distances, at `8:`, through which `code` jumps.
fn through(code: &str) -> String {
    format!(
        "cmp rdi, 2\njae 2f\nlea rax, [rip + 8f]\n{code}\n2: ret\n3: std\nret\n\
         .pushsection .rodata, \"a\"\n.balign 4\n8: .long 2b - 8b, 2b - 8b, 3b - 8b, 3b - 8b, 0\n.popsection"
    )
}

fn distances() -> Vec<Case> {
    let load = "movsxd rdx, dword ptr [rax + 4 * rdi]";
    vec![
        right(
            "adds_the_base_to_an_entry",
            &through(&format!("{load}\nadd rdx, rax\njmp rdx")),
        ),
        right(
            "adds_an_entry_to_the_base",
            &through(&format!("{load}\nadd rax, rdx\njmp rax")),
        ),
        wrong(
            "adds_an_entry_to_the_base_and_writes_to_the_table",
            &through(&format!("{load}\nmov [rax], dil\nadd rax, rdx\njmp rax")),
            "writes into the image",
        ),
        wrong(
            "subtracts_the_base_from_an_entry",
            &through(&format!("{load}\nsub rdx, rax\njmp rdx")),
            NOT_KNOWN,
        ),
        wrong(
            "subtracts_an_entry_from_the_base",
            &through(&format!("{load}\nsub rax, rdx\njmp rax")),
            NOT_KNOWN,
        ),
        wrong("adds_no_base", &through(&format!("{load}\njmp rdx")), NOT_KNOWN),
        wrong(
            "adds_a_base_from_memory",
            &through(&format!("{load}\nadd rdx, [rsi]\njmp rdx")),
            NOT_KNOWN,
        ),
        wrong(
            "adds_an_unknown_base",
            &through(&format!("{load}\nadd rdx, rsi\njmp rdx")),
            NOT_KNOWN,
        ),
        wrong(
            "adds_the_base_to_half_an_entry",
            &through(&format!("{load}\nadd edx, eax\njmp rdx")),
            NOT_KNOWN,
        ),
        wrong(
            "extends_an_entry_without_its_sign",
            &through("mov edx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "extends_an_entry_of_16_bits",
            &through("movsx rdx, word ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "extends_a_register",
            &through("movsxd rdx, edi\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "counts_entries_of_8_bytes",
            &through("movsxd rdx, dword ptr [rax + 8 * rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "counts_entries_of_2_bytes",
            &through("movsxd rdx, dword ptr [rax + 2 * rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "shifts_an_index_to_entries_of_16_bytes",
            &through("shl rdi, 2\nmovsxd rdx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        right(
            "shifts_an_index_to_entries_of_4_bytes",
            &through("shl rdi, 2\nmovsxd rdx, dword ptr [rax + rdi]\nadd rdx, rax\njmp rdx"),
        ),
        right(
            "shifts_an_index_by_1_to_entries_of_4_bytes",
            &through("shl rdi\nmovsxd rdx, dword ptr [rax + 2 * rdi]\nadd rdx, rax\njmp rdx"),
        ),
        right(
            "has_the_table_in_the_index_register",
            &through("shl rdi, 2\nmovsxd rdx, dword ptr [rdi + rax]\nadd rdx, rax\njmp rdx"),
        ),
        wrong(
            "scales_the_table",
            &through("movsxd rdx, dword ptr [rdi + 4 * rax]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "starts_at_the_second_entry",
            &through("movsxd rdx, dword ptr [rax + 4 * rdi + 4]\nadd rdx, rax\njmp rdx"),
            DIRECTION,
        ),
        right(
            "starts_before_the_table",
            &jump("")
                .replace("lea rax", "cmp rdi, 2\njae 2f\nlea rax")
                .replace(
                    "movsxd rdx, dword ptr [rax + 4 * rdi]",
                    "sub rax, 16\nmovsxd rdx, dword ptr [rax + 4 * rdi + 16]\nadd rax, 16",
                ),
        ),
        wrong(
            "starts_beyond_the_image",
            &through("movsxd rdx, dword ptr [rax + 4 * rdi + 0x10000000]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "cuts_the_tables_address",
            &through("movsxd rdx, dword ptr [eax + 4 * edi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "loads_through_an_entry",
            &through(&format!("{load}\nadd rdx, rax\njmp [rdx]")),
            NOT_KNOWN,
        ),
        wrong(
            "changes_a_target",
            &through(&format!("{load}\nadd rdx, rax\nadd rdx, 1\njmp rdx")),
            NOT_KNOWN,
        ),
        // Distances are followed by an index alone, not by the place of an entry.
        wrong(
            "adds_the_table_to_an_index_of_4_bytes",
            &through("shl rdi, 2\nadd rdi, rax\nmovsxd rdx, dword ptr [rdi]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
        wrong(
            "makes_the_place_of_an_entry_of_4_bytes",
            &through("lea rcx, [rax + 4 * rdi]\nmovsxd rdx, dword ptr [rcx]\nadd rdx, rax\njmp rdx"),
            NOT_KNOWN,
        ),
    ]
}

/// A table of functions, at `8:`, the last two of which lose rbx.
fn functions_through(index: &str, call: &str) -> String {
    format!(
        "push rax\n{index}\nlea rax, [rip + 8f]\n{call}\n2: pop rax\nret\n\
         .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .quad local_keeps, local_keeps, local_clobbers, local_clobbers, 0\n\
         .popsection"
    )
}

fn functions() -> Vec<Case> {
    let bounded = |call: &str| functions_through("cmp rdi, 2\njae 2f", call);
    let forms = [
        ("by_a_scaled_index", "call [rax + 8 * rdi]"),
        ("by_a_loaded_entry", "mov rcx, [rax + 8 * rdi]\ncall rcx"),
        ("by_a_shifted_index", "shl rdi, 3\ncall [rax + rdi]"),
        (
            "by_an_index_scaled_and_shifted",
            "shl rdi, 2\ncall [rax + 2 * rdi]",
        ),
        ("by_the_place_of_an_entry", "lea rax, [rax + 8 * rdi]\ncall [rax]"),
        (
            "by_the_place_before_an_entry",
            "lea rax, [rax + 8 * rdi - 8]\ncall [rax + 8]",
        ),
        ("by_adding_to_the_table", "shl rdi, 3\nadd rax, rdi\ncall [rax]"),
        ("by_adding_the_table", "shl rdi, 3\nadd rdi, rax\ncall [rdi]"),
        ("by_a_table_in_the_index_register", "shl rdi, 3\ncall [rdi + rax]"),
        (
            "by_a_shift_that_comes_late",
            "mov rcx, rdi\nshl rcx, 3\nlea rdx, [rax + rcx]\ncall [rdx]",
        ),
    ];
    let mut cases = vec![
        local("local_keeps", "ret"),
        local("local_clobbers", "xor ebx, ebx\nret"),
    ];
    for (name, call) in forms {
        cases.extend([
            right(&format!("calls_{name}"), &bounded(call)),
            wrong(
                &format!("calls_{name}_of_too_many"),
                &functions_through("cmp rdi, 3\njae 2f", call),
                LOST,
            ),
        ]);
    }
    let unknown = [
        ("by_entries_of_4_bytes", "call [rax + 4 * rdi]"),
        ("by_entries_of_1_byte", "call [rax + rdi]"),
        (
            "by_an_index_shifted_too_little",
            "shl rdi, 2\nadd rax, rdi\ncall [rax]",
        ),
        (
            "by_the_place_of_half_an_entry",
            "lea rax, [rax + 4 * rdi]\ncall [rax]",
        ),
        (
            "by_subtracting_from_the_table",
            "shl rdi, 3\nsub rax, rdi\ncall [rax]",
        ),
        ("by_subtracting_the_table", "shl rdi, 3\nsub rdi, rax\ncall [rdi]"),
        ("by_shifting_right", "shr rdi, 3\ncall [rax + rdi]"),
        (
            "by_shifting_by_a_register",
            "mov cl, 3\nshl rdi, cl\ncall [rax + rdi]",
        ),
        // The processor takes the number modulo 64.
        ("by_shifting_by_67", "shl rdi, 67\ncall [rax + rdi]"),
        ("by_shifting_half", "shl edi, 3\ncall [rax + rdi]"),
        ("by_a_cut_address", "call [eax + 8 * edi]"),
        ("by_half_an_entry", "mov ecx, [rax + 8 * rdi]\ncall rcx"),
        ("by_the_place_itself", "lea rax, [rax + 8 * rdi]\ncall rax"),
        ("from_half_of_an_entry", "call [rax + 8 * rdi + 4]"),
    ];
    for (name, call) in unknown {
        cases.push(wrong(&format!("calls_{name}"), &bounded(call), NOT_KNOWN));
    }
    cases.extend([
        wrong(
            "calls_by_an_index_that_nothing_bounds",
            &functions_through("", "call [rax + 8 * rdi]"),
            LOST,
        ),
        wrong(
            "calls_by_an_index_of_32_bits_that_is_shifted",
            &functions_through("cmp edi, 2\njae 2f", "shl rdi, 3\ncall [rax + rdi]"),
            NOT_KNOWN,
        ),
        // The upper bits get lost.
        wrong(
            "calls_by_a_great_index_that_is_shifted",
            &functions_through("and rdi, -2", "shl rdi, 3\ncall [rax + rdi]"),
            NOT_KNOWN,
        ),
        // No bit gets lost, and there is one entry at such distances.
        right(
            "calls_by_an_index_that_is_shifted_all_the_way",
            &functions_through("and edi, -1", "shl rdi, 32\ncall [rax + rdi]"),
        ),
        wrong(
            "calls_an_entry_of_the_running_thread",
            &bounded("call fs:[rax + 8 * rdi]"),
            NOT_KNOWN,
        )
        .and("uses thread-local memory (fs:)"),
    ]);
    // Every other entry of a table, 16 bytes apart.
    for (name, call) in [
        ("shift", "shl rdi, 4\ncall [rax + rdi]"),
        ("addition", "shl rdi, 4\nadd rax, rdi\ncall [rax]"),
        ("place", "shl rdi, 1\nlea rcx, [rax + 8 * rdi]\ncall [rcx]"),
    ] {
        let code = functions_through("cmp rdi, 2\njae 2f", call);
        let every_other = "local_keeps, local_clobbers, local_keeps, local_clobbers";
        let code = code.replace(
            "local_keeps, local_keeps, local_clobbers, local_clobbers",
            every_other,
        );
        assert!(code.contains(every_other));
        cases.push(right(&format!("calls_every_other_entry_by_{name}"), &code));
    }
    cases
}

/// Tables of references to trait objects: a table of addresses of tables of addresses.
fn methods() -> Vec<Case> {
    let through = |load: &str| {
        format!(
            "push rax\ncmp rdi, 2\njae 2f\nlea rax, [rip + 8f]\n{load}\n2: pop rax\nret\n\
             .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .quad 6f, 7f, 5f, 5f, 0\n5: .quad local_clobbers, local_clobbers\n\
             6: .quad local_keeps, local_keeps, local_clobbers\n7: .quad local_keeps, local_keeps, 0\n.popsection"
        )
    };
    vec![
        right("calls_a_method", &through("mov rcx, [rax + 8 * rdi]\ncall [rcx]")),
        right(
            "calls_the_second_method",
            &through("mov rcx, [rax + 8 * rdi]\nmov rdx, [rcx + 8]\ncall rdx"),
        ),
        right(
            "calls_a_method_of_a_place",
            &through("lea rcx, [rax + 8 * rdi]\nmov rcx, [rcx]\ncall [rcx + 8]"),
        ),
        wrong(
            "calls_a_method_of_the_third_object",
            &through("mov rcx, [rax + 8 * rdi + 8]\ncall [rcx]"),
            LOST,
        ),
        wrong(
            "calls_what_is_no_method",
            &through("mov rcx, [rax + 8 * rdi]\ncall [rcx + 16]"),
            "where 16 bytes after an entry's target is not an address",
        ),
        wrong(
            "calls_an_indexed_method",
            &through("mov rcx, [rax + 8 * rdi]\ncall [rcx + 8 * rsi]"),
            NOT_KNOWN,
        ),
        wrong(
            "writes_over_a_method",
            &through("mov rcx, [rax + 8 * rdi]\nmov [rcx], rsi"),
            "writes into the image",
        ),
    ]
}

/// Pointers that are known, moved about.
fn pointers() -> Vec<Case> {
    let calls = |code: &str| {
        format!(
            "push rbx\nlea rax, [rip + keeps_rbp]\n{code}\npop rbx\nret\n.pushsection .data.rel.ro, \"aw\"\n\
             .balign 8\n8: .quad keeps_rbp\n9: .quad 0\n.popsection"
        )
    };
    let on_the_stack = |code: &str| {
        format!("sub rsp, 24\nlea rax, [rip + keeps_rbp]\nmov [rsp + 8], rax\n{code}\nadd rsp, 24\nret")
    };
    let mut cases = vec![
        right("calls_a_copied_pointer", &calls("mov rcx, rax\ncall rcx")),
        right(
            "calls_a_pointer_moved_up",
            &calls("sub rax, 8\nadd rax, 8\ncall rax"),
        ),
        right(
            "calls_a_pointer_moved_down",
            &calls("lea rax, [rax + 8]\nsub rax, 8\ncall rax"),
        ),
        wrong(
            "calls_half_of_a_pointer",
            &calls("mov eax, eax\ncall rax"),
            NOT_KNOWN,
        ),
        wrong("calls_a_cut_copy", &calls("lea rcx, [eax]\ncall rcx"), NOT_KNOWN),
        wrong(
            "calls_a_pointer_written_in_part",
            &calls("mov al, cl\ncall rax"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_a_pointer_shifted",
            &calls("shl rax, 1\ncall rax"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_a_pointer_with_memory_added",
            &calls("add rax, [rsi]\ncall rax"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_a_pointer_with_a_register_added",
            &calls("add rax, rsi\ncall rax"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_a_pointer_that_is_masked",
            &calls("and rax, -16\ncall rax"),
            NOT_KNOWN,
        ),
        right("calls_through_the_image", &calls("call [rip + 8f]")),
        right(
            "loads_from_the_image_and_calls",
            &calls("mov rcx, [rip + 8f]\ncall rcx"),
        ),
        right(
            "calls_through_the_image_by_an_address",
            &calls("lea rcx, [rip + 8f]\ncall [rcx]"),
        ),
        right(
            "calls_through_the_image_at_a_distance",
            &calls("lea rcx, [rip + 8f]\nsub rcx, 8\ncall [rcx + 8]"),
        ),
        wrong(
            "calls_through_what_is_no_address",
            &calls("call [rip + 9f]"),
            NOT_KNOWN,
        ),
        // 67 cuts the address to 32 bits.
        wrong(
            "calls_through_a_cut_address",
            &calls(".byte 0x67\ncall [rip + 8f]"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_through_the_running_thread",
            &calls("mov rcx, gs:[rip + 8f]\ncall rcx"),
            NOT_KNOWN,
        )
        .and("uses thread-local memory (gs:)"),
        right(
            "calls_a_pointer_that_is_popped",
            "lea rax, [rip + keeps_rbp]\npush rax\npop rcx\npush rcx\ncall rcx\npop rcx\nret",
        ),
        right("calls_a_pointer_in_a_slot", &on_the_stack("call [rsp + 8]")),
        wrong(
            "calls_what_lies_beside_a_slot",
            &on_the_stack("call [rsp + 16]"),
            NOT_KNOWN,
        ),
        wrong("calls_across_a_slot", &on_the_stack("call [rsp + 4]"), NOT_KNOWN),
        right(
            "loads_a_slot_and_calls",
            &on_the_stack("mov rcx, [rsp + 8]\ncall rcx"),
        ),
        right(
            "calls_a_slot_by_an_address",
            &on_the_stack("mov rcx, rsp\nsub rcx, 8\nadd rcx, 16\ncall [rcx]"),
        ),
        right(
            "calls_a_slot_by_an_address_made_at_once",
            &on_the_stack("lea rcx, [rsp + 16]\ncall [rcx - 8]"),
        ),
        wrong(
            "calls_a_slot_by_a_cut_address",
            &on_the_stack("mov rcx, rsp\ncall [ecx + 8]"),
            NOT_KNOWN,
        ),
        wrong(
            "calls_half_of_a_slot",
            &on_the_stack("mov ecx, [rsp + 8]\ncall rcx"),
            NOT_KNOWN,
        ),
    ];
    // What changes the register in a way that shows in no operand, or only sometimes.
    for (name, pointer, code) in [
        ("cmpxchg", "rax", "cmpxchg [rdi], rcx"),
        ("rep_lodsb", "rcx", "rep lodsb"),
        ("cmovz", "rcx", "cmovz rcx, rdx"),
        ("xchg", "rcx", "xchg rcx, [rdi]"),
        ("xadd", "rcx", "xadd [rdi], rcx"),
        ("mul", "rdx", "mul rsi"),
        ("cpuid", "rdx", "cpuid"),
        ("rdtsc", "rdx", "rdtsc"),
        ("bsf", "rcx", "bsf rcx, rdi"),
        ("lahf", "rax", "lahf"),
        ("cqo", "rdx", "cqo"),
        ("mulx", "rcx", "mulx rcx, rsi, rdi"),
        ("mulx_second", "rcx", "mulx rsi, rcx, rdi"),
    ] {
        cases.push(wrong(
            &format!("calls_a_pointer_changed_by_{name}"),
            &format!("push rbx\nlea {pointer}, [rip + keeps_rbp]\n{code}\ncall {pointer}\npop rbx\nret"),
            NOT_KNOWN,
        ));
    }
    cases
}

/// Of several callees each one counts, whatever their order.
fn order() -> Vec<Case> {
    let calls = |functions: &str| {
        format!(
            "push rax\ncmp rdi, 2\njae 2f\nlea rax, [rip + 8f]\ncall [rax + 8 * rdi]\n2: pop rax\nret\n\
             .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .quad {functions}, 0\n.popsection"
        )
    };
    vec![
        local("local_keeps_1", "nop\nret"),
        local("local_clobbers_1", "mov rbx, rdi\nret"),
        local("local_keeps_2", "nop\nnop\nret"),
        local("local_takes_40", "sub rsp, 40\nadd rsp, 40\nret"),
        wrong(
            "calls_what_clobbers_first",
            &calls("local_clobbers_1, local_keeps_2"),
            LOST,
        ),
        wrong(
            "calls_what_clobbers_last",
            &calls("local_keeps_1, local_clobbers_1"),
            LOST,
        ),
        right(
            "calls_what_takes_more_first",
            &calls("local_takes_40, local_keeps_1"),
        )
        .takes(64),
        right(
            "calls_what_takes_more_last",
            &calls("local_keeps_1, local_takes_40"),
        )
        .takes(64),
    ]
}
