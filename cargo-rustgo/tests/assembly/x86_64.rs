//! x86-64: stack pointers, return addresses, saved registers and jump targets, each gone wrong in a way that compilers
//! never choose.

use super::{Case, bounded, right, wrong};

/// What counts where a stack address was put where it can be computed with.
const RED_ZONE: u64 = 128;

const BELOW: &str = "uses memory below the stack pointer";
const MOVES: &str = "moves the stack pointer to a place that is not known";
const RETURN_ADDRESS: &str = "overwrites the return address";
const KERNEL: &str = "asks the system for something";
const NOT_KNOWN: &str = "goes to a place that is not known before the program runs";

pub fn cases() -> Vec<Case> {
    [
        stack_pointer(),
        alignment(),
        frames(),
        return_address(),
        saved(),
        red_zone(),
        targets(),
        image(),
        x87(),
        kernel(),
    ]
    .concat()
}

/// How the stack pointer moves.
fn stack_pointer() -> Vec<Case> {
    vec![
        wrong("pop_sp", "push di\npop sp\nret", MOVES),
        wrong("pop_rsp", "push rsp\npop rsp\nret", MOVES),
        bounded("pops_half_words", "push di\npush di\npop si\npop si\nret", 12),
        bounded(
            "pushes_half_words",
            "push di\npush 1\npushfw\nadd rsp, 12\nret",
            20,
        ),
        wrong(
            "unbalanced_half_word",
            "push di\npop rdi\nret",
            "takes more off the stack",
        ),
        wrong("mov_esp", "mov esp, esp\nret", MOVES),
        right("mov_eax_esp", "mov eax, esp\nret"),
        wrong("add_spl", "add spl, 8\nret", MOVES),
        wrong("add_sp", "add sp, 8\nret", MOVES),
        wrong("add_esp", "add esp, 0\nret", MOVES),
        wrong("inc_rsp", "inc rsp\ndec rsp\nret", MOVES),
        wrong("xchg_rsp", "xchg rsp, rax\nxchg rsp, rax\nret", MOVES),
        wrong("cmov_rsp", "mov rax, rsp\ncmovz rsp, rax\nret", MOVES),
        wrong("loads_rsp", "mov rsp, [rdi]\nret", MOVES),
        wrong("lea_rsp_by_an_index", "lea rsp, [rsp + rdi]\nret", MOVES),
        wrong("sub_rsp_by_a_register", "sub rsp, rdi\nret", MOVES),
        bounded("lea_rsp", "lea rsp, [rsp - 24]\nlea rsp, [rsp + 24]\nret", 32),
        bounded(
            "copies_rsp",
            "mov rax, rsp\nsub rsp, 16\nmov rsp, rax\nret",
            24 + RED_ZONE,
        ),
        wrong(
            "enter",
            "enter 16, 0\nleave\nret",
            "is not understood by the analysis",
        ),
        // 66 c9 takes two bytes off the stack and leaves the upper part of rbp alone.
        wrong(
            "leavew",
            "push rbp\nmov rbp, rsp\n.byte 0x66, 0xc9\nadd rsp, 6\nret",
            MOVES,
        ),
        bounded("leaves", "push rbp\nmov rbp, rsp\nsub rsp, 32\nleave\nret", 48),
        wrong(
            "pops_after_leave",
            "push rbp\nmov rbp, rsp\nleave\nadd rsp, 8\nret",
            "takes more off the stack than the function put there",
        ),
        wrong("ret_with_a_number", "ret 8", "takes arguments off the stack"),
    ]
}

/// The stack pointer at calls.
fn alignment() -> Vec<Case> {
    const OFF: &str = "this calls `keeps_rbp` with rsp 8 bytes above a multiple of 16";
    let in_aligned = |alignment: i32, bytes: i32| {
        format!(
            "push rbp\nmov rbp, rsp\npush rbx\nand rsp, -{alignment}\nsub rsp, {bytes}\ncall keeps_rbp\n\
             lea rsp, [rbp - 8]\npop rbx\npop rbp\nret"
        )
    };
    vec![
        wrong("calls_at_once", "call keeps_rbp\nret", OFF),
        right("calls_behind_a_push", "push rax\ncall keeps_rbp\npop rax\nret"),
        wrong(
            "calls_behind_two_pushes",
            "push rax\npush rax\ncall keeps_rbp\npop rax\npop rax\nret",
            OFF,
        ),
        wrong(
            "calls_behind_half_a_word",
            "push di\ncall keeps_rbp\npop di\nret",
            "with rsp 6 bytes above",
        ),
        wrong(
            "calls_by_a_pointer_at_once",
            "lea rax, [rip + keeps_rbp]\ncall rax\nret",
            "this calls a function with rsp 8 bytes above a multiple of 16",
        ),
        // What comes next finds the stack as the caller left it.
        right("jumps_at_once", "jmp keeps_rbp"),
        wrong("calls_below_an_aligned_place", &in_aligned(32, 24), OFF),
        right("calls_at_an_aligned_place", &in_aligned(32, 32)),
        wrong("aligns_to_8", &in_aligned(8, 16), OFF),
        right("aligns_to_8_and_takes_8", &in_aligned(8, 8)),
        right("aligns_to_more_than_a_line", &in_aligned(1024, 16)),
    ]
}

/// Where functions end in one another.
fn frames() -> Vec<Case> {
    const LEFT: &str = "takes 8 bytes that were left on the stack for the return address";
    vec![
        right(
            "jumps_out_of_a_deeper_frame",
            "push rax\njmp jumped_to_from_a_deeper_frame",
        ),
        wrong("jumped_to_from_a_deeper_frame", "ret", LEFT),
        right(
            "branches_out_of_a_deeper_frame",
            "push rax\njz branched_to_from_a_deeper_frame\npop rax\nret",
        ),
        wrong("branched_to_from_a_deeper_frame", "ret", LEFT),
        right(
            "branches_to_another_function",
            "push rax\npop rax\njz keeps_rbp\nret",
        ),
        right(
            "calls_into_the_middle",
            "push rax\ncall 1234f\npop rax\nret\nnop\njmp has_a_middle",
        ),
        wrong(
            "has_a_middle",
            "push rax\n1234: pop rax\nret",
            "takes more off the stack than the function put there",
        ),
        right("loops_by_rcx", "mov rcx, rdi\n2: loop 2b\njrcxz 2f\n2: ret"),
        wrong(
            "pushes_in_a_loop_by_rcx",
            "mov rcx, rdi\nmov rax, rsp\n2: push rcx\nloop 2b\nmov rsp, rax\nret",
            "the stack depth here is 0 or 8 bytes",
        ),
    ]
}

fn return_address() -> Vec<Case> {
    vec![
        wrong("writes_at_rsp", "mov [rsp], rdi\nret", RETURN_ADDRESS),
        wrong("writes_across_rsp", "mov [rsp - 4], rdi\nret", RETURN_ADDRESS).and(BELOW),
        wrong(
            "writes_a_vector_across_rsp",
            "movups [rsp - 8], xmm0\nret",
            RETURN_ADDRESS,
        )
        .and(BELOW),
        wrong("adds_at_rsp", "add qword ptr [rsp], 1\nret", RETURN_ADDRESS),
        wrong("exchanges_at_rsp", "xchg [rsp], rdi\nret", RETURN_ADDRESS),
        // The address counts from where the stack pointer is after the pop.
        wrong("pops_at_rsp", "push rax\npop [rsp]\nret", RETURN_ADDRESS),
        bounded(
            "pops_below_rsp",
            "push rax\npush rax\npop [rsp]\npop rax\nret",
            24,
        ),
        wrong(
            "writes_above_rbp",
            "push rbp\nmov rbp, rsp\nmov [rbp + 8], rdi\npop rbp\nret",
            RETURN_ADDRESS,
        ),
        wrong(
            "fxsave_over_it",
            "sub rsp, 264\nfxsave [rsp]\nadd rsp, 264\nret",
            RETURN_ADDRESS,
        ),
        right(
            "fxsave_in_the_frame",
            "sub rsp, 520\nfxsave [rsp]\nadd rsp, 520\nret",
        ),
        wrong(
            "xsave_on_the_stack",
            "sub rsp, 584\nxsave [rsp]\nadd rsp, 584\nret",
            "writes a number of bytes to the stack that is not known",
        ),
        right("xsave_somewhere", "xsave [rdi]\nret"),
        // Padding may put what lies above on top of it.
        wrong(
            "writes_above_a_realigned_frame",
            "mov rax, rsp\nand rsp, -64\nmov [rsp + 56], rdi\nmov rsp, rax\nret",
            RETURN_ADDRESS,
        ),
        right(
            "writes_in_a_realigned_frame",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 64\nmov [rsp + 56], rdi\nmov rsp, rax\nret",
        ),
        wrong(
            "writes_above_it",
            "mov [rsp + 8], rdi\nret",
            "the export writes 8 bytes above its return address, where the host's own frame is",
        ),
        wrong(
            "jumps_to_what_writes_above_it",
            "jmp writes_above_it",
            "the export writes 8 bytes above its return address",
        ),
        right("reads_above_it", "mov rax, [rsp + 8]\nret"),
        wrong(
            "has_no_room_for_arguments",
            "push rax\ncall 2f\npop rax\nret\n2: mov [rsp + 16], rdi\nret",
            "the called function writes 16 bytes above its return address, which is more than lies there",
        ),
        bounded(
            "has_room_for_arguments",
            "push rax\ncall 2f\npop rax\nret\n2: mov [rsp + 8], rdi\nret",
            24,
        ),
    ]
}

/// Saved registers whose slots are lost.
fn saved() -> Vec<Case> {
    let lost = "the export does not restore rbx";
    vec![
        wrong(
            "saves_rbx_among_arguments",
            "push rbx\nxor ebx, ebx\ncall writes_above_it\npop rbx\nret",
            lost,
        ),
        right(
            "saves_rbx_above_arguments",
            "push rbx\nsub rsp, 16\nxor ebx, ebx\ncall writes_above_it\nadd rsp, 16\npop rbx\nret",
        ),
        // The second push may lie where the realigned frame has its own.
        wrong(
            "saves_rbx_where_padding_may_be",
            "push rbp\nmov rbp, rsp\npush rbx\npush rax\nxor ebx, ebx\nand rsp, -64\nadd rsp, 16\ncall keeps_rbp\n\
             mov rbx, [rbp - 8]\nmov rsp, rbp\npop rbp\nret",
            lost,
        )
        .and(BELOW),
        right(
            "saves_rbx_above_padding",
            "push rbp\nmov rbp, rsp\npush rbx\nxor ebx, ebx\nand rsp, -16\ncall keeps_rbp\nmov rbx, [rbp - 8]\n\
             mov rsp, rbp\npop rbp\nret",
        ),
        wrong(
            "saves_rbx_below_the_red_zone",
            "mov [rsp - 136], rbx\nxor ebx, ebx\nmov rbx, [rsp - 136]\nret",
            lost,
        )
        .and(BELOW),
        wrong(
            "saves_rbx_in_the_red_zone",
            "mov [rsp - 128], rbx\nxor ebx, ebx\nmov rbx, [rsp - 128]\nret",
            lost,
        )
        .and(BELOW),
        bounded(
            "saves_rbx_in_a_frame",
            "sub rsp, 128\nmov [rsp], rbx\nxor ebx, ebx\nmov rbx, [rsp]\nadd rsp, 128\nret",
            136,
        ),
        wrong(
            "restores_what_it_has_popped",
            "push rbx\npop rax\nxor ebx, ebx\nmov rbx, [rsp - 8]\nret",
            lost,
        )
        .and(BELOW),
        wrong("saves_half_of_rbx", "push bx\nxor ebx, ebx\npop bx\nret", lost),
        wrong(
            "saves_rbx_as_a_vector",
            "movq xmm0, rbx\nxor ebx, ebx\nmovq rbx, xmm0\nret",
            lost,
        ),
        wrong(
            "writes_over_a_part_of_rbx",
            "push rbx\nmov byte ptr [rsp + 7], 0\npop rbx\nret",
            lost,
        ),
        wrong(
            "writes_a_vector_over_rbx",
            "push rbx\nmovups [rsp - 8], xmm0\npop rbx\nret",
            lost,
        )
        .and(BELOW),
        wrong(
            "exchanges_rbx",
            "xchg rbx, r12\nret",
            "the export does not restore rbx, r12",
        ),
        right(
            "puts_rbx_elsewhere",
            "mov rax, rbx\nxor ebx, ebx\nmov rbx, rax\nret",
        ),
    ]
}

/// What lies below the stack pointer without a push.
fn red_zone() -> Vec<Case> {
    vec![
        wrong("writes_below_rsp", "mov [rsp - 8], rdi\nret", BELOW),
        bounded(
            "writes_what_it_has_taken",
            "sub rsp, 8\nmov [rsp], rdi\nadd rsp, 8\nret",
            16,
        ),
        wrong(
            "takes_what_it_has_written",
            "mov [rsp - 8], rdi\nsub rsp, 8\npop rax\nret",
            BELOW,
        ),
        wrong(
            "reads_what_it_has_popped",
            "push rdi\npop rax\nmov rax, [rsp - 8]\nret",
            BELOW,
        ),
        right("reads_what_it_pops", "push rdi\nmov rax, [rsp]\npop rcx\nret"),
        wrong("adds_below_rsp", "add qword ptr [rsp - 8], 1\nret", BELOW),
        wrong("pushes_from_below_rsp", "push [rsp - 16]\npop rax\nret", BELOW),
        wrong("pops_to_below_rsp", "push rax\npop [rsp - 16]\nret", BELOW),
        wrong(
            "calls_from_below_rsp",
            "push rax\ncall [rsp - 8]\npop rax\nret",
            BELOW,
        )
        .and(NOT_KNOWN),
        wrong(
            "stores_a_string_below_rsp",
            "lea rdi, [rsp - 64]\nstosq\nret",
            BELOW,
        ),
        right(
            "stores_a_string_above_rsp",
            "sub rsp, 64\nmov rdi, rsp\nstosq\nadd rsp, 64\nret",
        ),
        wrong(
            "writes_below_rbp",
            "push rbp\nmov rbp, rsp\nmov [rbp - 8], rdi\npop rbp\nret",
            BELOW,
        ),
        bounded(
            "writes_between_rbp_and_rsp",
            "push rbp\nmov rbp, rsp\nsub rsp, 16\nmov [rbp - 8], rdi\nleave\nret",
            32,
        ),
        wrong(
            "reads_by_an_address_below_rsp",
            "lea rax, [rsp - 64]\n2: mov rcx, [rax]\nadd rax, 8\ntest rcx, rcx\njnz 2b\nret",
            BELOW,
        ),
        right(
            "has_an_address_below_rsp",
            "lea rax, [rsp - 64]\nprefetcht0 [rsp - 64]\nret",
        ),
        wrong("indexes_below_rsp", "mov rax, [rsp + 8 * rdi - 64]\nret", BELOW),
        wrong("sets_a_bit_below_rsp", "bts [rsp - 64], rdi\nret", BELOW),
        wrong(
            "indexes_below_saved_registers",
            "push rbp\nmov rbp, rsp\npush rbx\nmov [rbp + 8 * rdi - 80], rsi\npop rbx\npop rbp\nret",
            BELOW,
        ),
        // The index starts at 1.
        right(
            "indexes_from_below_an_object",
            "sub rsp, 64\nmov rax, [rsp + 8 * rdi - 8]\nadd rsp, 64\nret",
        ),
        wrong(
            "reads_an_aligned_frame_that_it_has_left",
            "mov rax, rsp\nand rsp, -64\nmov rcx, rsp\nmov rsp, rax\nmov rax, [rcx]\nret",
            BELOW,
        ),
        right(
            "reads_an_aligned_frame",
            "mov rax, rsp\nand rsp, -64\nsub rsp, 64\nmov rcx, rsp\nmov rcx, [rcx]\nmov rsp, rax\nret",
        ),
        bounded(
            "adds_the_stack_pointer",
            "xor eax, eax\nadd rax, rsp\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "puts_the_stack_pointer_away",
            "mov [rsi], rsp\nmov rax, [rsi]\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "moves_the_stack_pointer_to_a_vector",
            "movq xmm0, rsp\nmovq rax, xmm0\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "takes_half_the_stack_pointer",
            "mov eax, esp\nor rax, rsi\nmov [rax - 100], rdi\nret",
            8 + RED_ZONE,
        ),
        bounded(
            "moves_the_frame_pointer_to_a_vector",
            "push rbp\nmov rbp, rsp\nmovq xmm0, rbp\nmovq rax, xmm0\nmov [rax - 100], rdi\npop rbp\nret",
            16 + RED_ZONE,
        ),
    ]
}

/// A jump through a table of four, of which the last two lead to what is wrong.
fn jump(guard: &str) -> String {
    format!(
        "{guard}\nlea rax, [rip + 8f]\nmovsxd rdx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx\n2: ret\n3: std\nret\n\
         .pushsection .rodata, \"a\"\n.balign 4\n8: .long 2b - 8b, 2b - 8b, 3b - 8b, 3b - 8b\n.popsection"
    )
}

/// Where calls and jumps lead.
fn targets() -> Vec<Case> {
    const DIRECTION: &str = "the direction flag may be set";
    vec![
        right("compares_an_index", &jump("cmp rdi, 2\njae 2f")),
        wrong(
            "compares_an_index_with_too_much",
            &jump("cmp rdi, 3\njae 2f"),
            DIRECTION,
        ),
        wrong("compares_half_an_index", &jump("cmp edi, 2\njae 2f"), DIRECTION),
        wrong("compares_a_signed_index", &jump("cmp rdi, 2\njge 2f"), DIRECTION),
        wrong(
            "changes_a_compared_index",
            &jump("cmp rdi, 2\njae 2f\ninc rdi"),
            DIRECTION,
        ),
        wrong(
            "changes_the_flags_of_a_comparison",
            &jump("cmp rdi, 2\ntest rsi, rsi\njae 2f"),
            DIRECTION,
        ),
        right("compares_for_one_index", &jump("cmp rdi, 1\njne 2f")),
        // The counter ends the loop too, whatever the flags say.
        wrong(
            "compares_an_index_in_a_loop",
            &jump("mov rcx, rsi\ncmp rdi, 1\nloopne 2f"),
            DIRECTION,
        ),
        wrong("calls_a_pointer", "push rax\ncall rdi\npop rax\nret", NOT_KNOWN),
        right(
            "calls_a_known_pointer",
            "push rax\nlea rax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
        ),
        // 67 cuts the address to 32 bits.
        wrong(
            "calls_a_cut_pointer",
            "push rax\n.byte 0x67\nlea rax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
            NOT_KNOWN,
        ),
        wrong(
            "calls_half_a_pointer",
            "push rax\nlea eax, [rip + keeps_rbp]\ncall rax\npop rax\nret",
            NOT_KNOWN,
        ),
        right(
            "calls_a_pointer_on_the_stack",
            "lea rax, [rip + keeps_rbp]\npush rax\nbts rdi, rsi\ncall [rsp]\npop rax\nret",
        ),
        // The bit may lie anywhere.
        wrong(
            "changes_a_pointer_on_the_stack",
            "lea rax, [rip + keeps_rbp]\npush rax\npush rax\nbts [rsp], rdi\npop rax\ncall [rsp]\npop rax\nret",
            NOT_KNOWN,
        ),
    ]
}

fn image() -> Vec<Case> {
    vec![
        wrong(
            "writes_into_the_image",
            "lea rax, [rip + keeps_rbp]\nmov [rax], rdi\nret",
            "writes into the image",
        ),
        wrong(
            "writes_in_front_of_the_image",
            "lea rax, [rip + keeps_rbp]\nsub rax, 0x1000000\nmov [rax], rdi\nret",
            "writes into the image",
        ),
        right(
            "reads_the_image",
            "lea rax, [rip + keeps_rbp]\nmov rax, [rax]\nret",
        ),
    ]
}

/// The x87 stack, which is empty at calls and returns.
fn x87() -> Vec<Case> {
    const IN_USE: &str = "x87 or MMX registers may be in use when this hands over to another function";
    vec![
        wrong("leaves_a_float", "fld1\nret", IN_USE),
        right(
            "pops_a_float",
            "fld1\nfld qword ptr [rdi]\nfaddp\nfstp qword ptr [rdi]\nret",
        ),
        wrong(
            "pops_too_many_floats",
            "fld1\nfstp st(0)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong(
            "leaves_a_float_on_one_way",
            "test edi, edi\njz 2f\nfld1\n2: ret",
            IN_USE,
        ),
        wrong(
            "leaves_a_float_further_down",
            "fld1\nfst st(3)\nfstp st(0)\nret",
            IN_USE,
        ),
        wrong("moves_the_top", "fincstp\nfdecstp\nret", IN_USE),
        wrong(
            "calls_with_a_float",
            "push rax\nfld1\ncall keeps_rbp\nfstp st(0)\npop rax\nret",
            IN_USE,
        ),
        wrong("leaves_mmx", "movq mm0, rdi\nmovq rax, mm0\nret", IN_USE),
        right("empties_mmx", "movq mm0, rdi\nmovq rax, mm0\nemms\nret"),
    ]
}

/// What reaches or changes the system.
fn kernel() -> Vec<Case> {
    let wrong_ones = [
        ("syscall_", "syscall"),
        ("sysenter_", "sysenter"),
        ("int_80", "int 0x80"),
        ("int3_", "int3"),
        ("hlt_", "hlt"),
        ("in_", "in al, dx"),
        ("out_", "out dx, al"),
        ("cli_", "cli"),
        ("mov_fs", "mov fs, edi"),
        ("mov_ss", "mov ss, edi"),
        ("pop_gs", "push rax\n.byte 0x0f, 0xa9"),
        ("wrfsbase_", "wrfsbase rdi"),
        ("rdgsbase_", "rdgsbase rax"),
        ("swapgs_", "swapgs"),
        ("wrpkru_", "wrpkru"),
        ("xsetbv_", "xsetbv"),
        ("incsspq_", "incsspq rdi"),
        ("wrssq_", "wrssq [rdi], rsi"),
        ("tpause_", "tpause edi"),
    ];
    let right_ones = [
        ("rdtsc_", "rdtsc"),
        ("endbr64_", "endbr64"),
        ("rdsspq_", "rdsspq rax"),
        ("xgetbv_", "xgetbv"),
        ("pushes_flags", "pushfq\npop rax"),
        ("stores_a_segment", "mov eax, ds"),
    ];
    let mut cases: Vec<Case> = wrong_ones
        .iter()
        .map(|(name, code)| wrong(name, &format!("{code}\nret"), KERNEL))
        .collect();
    cases.extend(
        right_ones
            .iter()
            .map(|(name, code)| right(name, &format!("{code}\nret"))),
    );
    cases
}
