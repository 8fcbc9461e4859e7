//! AArch64: stack pointers, return addresses, saved registers and jump targets, each gone wrong in a way that compilers
//! never choose.

use super::{Case, bounded, right, wrong};

const BELOW: &str = "uses memory below the stack pointer";
const MOVES: &str = "moves the stack pointer to a place that is not known";
const ELSEWHERE: &str = "this returns with something else than the caller's return address in x30";
const LOST: &str = "the export does not restore x19";
const NOT_KNOWN: &str = "goes to a place that is not known before the program runs";
const KERNEL: &str = "asks the system for something";
const NOT_UNDERSTOOD: &str = "is not understood by the analysis";

pub fn cases() -> Vec<Case> {
    [
        stack_pointer(),
        alignment(),
        red_zone(),
        return_address(),
        saved(),
        targets(),
        image(),
        kernel(),
    ]
    .concat()
}

/// How the stack pointer moves.
fn stack_pointer() -> Vec<Case> {
    vec![
        wrong("sub_sp_by_a_register", "sub sp, sp, x0\nret", MOVES),
        wrong("sub_sp_by_half_a_register", "sub sp, sp, w0, uxtw\nret", MOVES),
        wrong("mov_sp", "mov sp, x0\nret", MOVES),
        wrong("add_wsp", "add wsp, wsp, #0\nret", MOVES),
        wrong("writes_back_by_a_register", "ld1 {v0.16b}, [sp], x0\nret", MOVES),
        wrong(
            "pops_too_much",
            "ldr x0, [sp], #16\nret",
            "takes more off the stack than the function put there",
        ),
        wrong(
            "leaves_some",
            "str x0, [sp, #-16]!\nret",
            "leaves 16 bytes on the stack",
        ),
        bounded(
            "sub_sp",
            "sub sp, sp, #1, lsl #12\nadd sp, sp, #1, lsl #12\nret",
            4096,
        ),
        bounded("copies_sp", "mov x1, sp\nsub sp, sp, #32\nmov sp, x1\nret", 32),
        bounded(
            "writes_back",
            "stp x0, x1, [sp, #-32]!\nld1 {v0.16b, v1.16b}, [sp], #32\nret",
            32,
        ),
    ]
}

/// The stack pointer at each instruction: the processor looks at it, not only called functions.
fn alignment() -> Vec<Case> {
    let aligned = |alignment: i32| {
        format!("mov x1, sp\nsub x9, sp, #24\nand sp, x9, #-{alignment}\nstr x0, [sp]\nmov sp, x1\nret")
    };
    vec![
        wrong(
            "takes_8_bytes",
            "sub sp, sp, #8\nstr x0, [sp]\nadd sp, sp, #8\nret",
            "`sub sp, sp, #0x8` leaves sp 8 bytes above a multiple of 16",
        ),
        bounded(
            "takes_16_bytes",
            "sub sp, sp, #16\nstr x0, [sp]\nadd sp, sp, #16\nret",
            16,
        ),
        wrong(
            "saves_8_bytes_and_calls",
            "str x30, [sp, #-8]!\nbl keeps_x29\nldr x30, [sp], #8\nret",
            "leaves sp 8 bytes above",
        ),
        wrong(
            "gives_back_too_little_at_once",
            "stp x0, x1, [sp, #-32]!\nldr x0, [sp], #12\nadd sp, sp, #20\nret",
            "leaves sp 12 bytes above",
        ),
        wrong("aligns_to_8", &aligned(8), "leaves sp 8 bytes above"),
        right("aligns_to_16", &aligned(16)),
        right("aligns_to_1024", &aligned(1024)),
        wrong(
            "probes_8_bytes_at_a_time",
            "sub x9, sp, #64\n2: sub sp, sp, #8\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #64\nret",
            "leaves sp 8 bytes above",
        )
        .and("the stack depth here is 0 or 8 bytes"),
        bounded(
            "probes_16_bytes_at_a_time",
            "sub x9, sp, #64\n2: sub sp, sp, #16\nstr xzr, [sp]\ncmp sp, x9\nb.ne 2b\nadd sp, sp, #64\nret",
            64,
        ),
    ]
}

/// What lies below the stack pointer.
fn red_zone() -> Vec<Case> {
    vec![
        wrong("writes_below_sp", "str x0, [sp, #-64]\nret", BELOW),
        bounded(
            "writes_what_it_has_taken",
            "sub sp, sp, #64\nstr x0, [sp]\nadd sp, sp, #64\nret",
            64,
        ),
        wrong("reads_below_sp", "ldp x0, x1, [sp, #-48]\nret", BELOW),
        wrong(
            "reads_while_taking",
            "ldr x0, [sp, #-16]!\nadd sp, sp, #16\nret",
            BELOW,
        ),
        right("writes_while_taking", "str x0, [sp, #-16]!\nadd sp, sp, #16\nret"),
        right(
            "reads_while_giving_back",
            "sub sp, sp, #16\nldr x0, [sp], #16\nret",
        ),
        wrong(
            "writes_while_giving_back",
            "sub sp, sp, #16\nstr x0, [sp], #16\nret",
            BELOW,
        ),
        wrong("adds_below_sp", "sub x1, sp, #16\n.inst 0xf8200022\nret", BELOW),
        wrong(
            "reads_vectors_by_an_address_below_sp",
            "sub x1, sp, #64\n2: ld1 {v0.16b}, [x1], #16\nsub x0, x0, #1\ncbnz x0, 2b\nret",
            BELOW,
        ),
        right(
            "has_an_address_below_sp",
            "sub x1, sp, #64\nprfm pldl1keep, [x1]\nret",
        ),
        wrong(
            "indexes_below_sp",
            "sub x1, sp, #64\nldr x0, [x1, x0, lsl #3]\nret",
            BELOW,
        ),
        // The index starts at 1.
        right(
            "indexes_from_below_an_object",
            "sub sp, sp, #64\nsub x1, sp, #8\nldr x0, [x1, x0, lsl #3]\nadd sp, sp, #64\nret",
        ),
    ]
}

fn return_address() -> Vec<Case> {
    vec![
        wrong("ret_x0", "ret x0", ELSEWHERE),
        right("ret_x1", "mov x1, x30\nret x1"),
        wrong("calls_without_saving", "bl keeps_x29\nret", ELSEWHERE),
        bounded(
            "saves_and_calls",
            "str x30, [sp, #-16]!\nbl keeps_x29\nldr x30, [sp], #16\nret",
            32,
        ),
        wrong(
            "restores_from_elsewhere",
            "str x30, [sp, #-16]!\nldr x30, [sp, #8]\nadd sp, sp, #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "restores_a_pair_from_elsewhere",
            "stp x0, x30, [sp, #-16]!\nldp x30, x0, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "overwrites_it",
            "str x30, [sp, #-16]!\nstr x0, [sp]\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "overwrites_a_part",
            "str x30, [sp, #-16]!\nstrb w0, [sp, #7]\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "swaps_it",
            "str x30, [sp, #-16]!\n.inst 0xf82083e1\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        // ldadd x1, x2, [sp]: a load by its name, and a store.
        wrong(
            "adds_to_it",
            "str x30, [sp, #-16]!\n.inst 0xf82103e2\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "tail_calls_without_it",
            "mov x30, x0\nb keeps_x29",
            "this hands over to another function with something else",
        ),
        wrong("branches_to_it", "br x30", NOT_KNOWN),
        wrong(
            "writes_above_it",
            "str x0, [sp, #8]\nret",
            "the export writes 16 bytes above its return address, where the host's own frame is",
        ),
        right("reads_above_it", "ldr x0, [sp, #8]\nret"),
        wrong(
            "has_it_overwritten",
            "str x30, [sp, #-16]!\nbl writes_above_it\nldr x30, [sp], #16\nret",
            ELSEWHERE,
        ),
        wrong(
            "has_no_room_for_arguments",
            "mov x9, x30\nstr x30, [sp, #-16]!\nadd sp, sp, #16\nbl writes_above_it\nsub sp, sp, #16\nldr x30, [sp], #16\nret",
            "the called function writes 16 bytes above its return address, which is more than lies there",
        ),
        bounded(
            "has_room_for_arguments",
            "stp x29, x30, [sp, #-32]!\nmov x29, sp\nsub sp, sp, #16\nbl 2f\nadd sp, sp, #16\n\
             ldp x29, x30, [sp], #32\nret\n2: str x0, [sp, #8]\nret",
            48,
        ),
    ]
}

/// Saved registers whose slots are lost.
fn saved() -> Vec<Case> {
    vec![
        wrong(
            "adds_to_saved",
            "str x19, [sp, #-16]!\nmov x19, x0\n.inst 0xf82103e2\nldr x19, [sp], #16\nret",
            LOST,
        ),
        right(
            "adds_elsewhere",
            "str x19, [sp, #-16]!\nmov x19, x0\n.inst 0xf8210002\nldr x19, [sp], #16\nret",
        ),
        // The store moves the stack pointer up, and what it stored lies below.
        wrong(
            "saves_below_by_writing_back",
            "sub sp, sp, #16\nstr x19, [sp], #16\nmov x19, x0\nldr x19, [sp, #-16]\nret",
            LOST,
        )
        .and(BELOW),
        wrong(
            "saves_below",
            "str x19, [sp, #-16]\nmov x19, x0\nldr x19, [sp, #-16]\nret",
            LOST,
        )
        .and(BELOW),
        wrong(
            "saves_half",
            "str w19, [sp, #-16]!\nmov x19, x0\nldr w19, [sp], #16\nret",
            LOST,
        ),
        wrong(
            "overwrites_a_pair",
            "stp x19, x20, [sp, #-16]!\nstr q0, [sp]\nldp x19, x20, [sp], #16\nret",
            "does not restore x19, x20",
        ),
        wrong(
            "loads_twice",
            "str x19, [sp, #-16]!\nldr x19, [x19]\nldr x19, [sp], #16\nmov w19, w19\nret",
            LOST,
        ),
        wrong(
            "saves_among_arguments",
            "str x30, [sp, #-16]!\nstr x19, [sp, #-16]!\nmov x19, x0\nbl writes_above_it\nldr x19, [sp], #16\n\
             ldr x30, [sp], #16\nret",
            LOST,
        ),
        right(
            "saves_above_arguments",
            "stp x30, x19, [sp, #-16]!\nsub sp, sp, #16\nmov x19, x0\nbl writes_above_it\nadd sp, sp, #16\n\
             ldp x30, x19, [sp], #16\nret",
        ),
        right("moves_it_elsewhere", "mov x1, x19\nmov x19, x0\nmov x19, x1\nret"),
        wrong(
            "loads_a_pair_into_reserved",
            "ldp x28, x0, [x1]\nret",
            "writes x28, which belongs to",
        ),
        wrong(
            "loads_a_pair_into_the_systems",
            "ldp x18, x16, [x1]\nret",
            "writes x18, which belongs to",
        ),
        wrong(
            "compares_and_swaps_into_reserved",
            ".inst 0x487b7c00\nret",
            "writes x27, which belongs to",
        ),
    ]
}

/// A jump through a table of two addresses.
fn jump(index: &str) -> String {
    format!(
        "{index}\nadrp x2, 8f\nadd x2, x2, :lo12:8f\nadd x2, x2, x1, lsl #3\nldr x3, [x2]\nbr x3\n\
         .pushsection .data.rel.ro, \"aw\"\n.balign 8\n8: .xword keeps_x29, keeps_x29\n.popsection"
    )
}

fn targets() -> Vec<Case> {
    vec![
        wrong("br_x0", "br x0", NOT_KNOWN),
        wrong(
            "blr_x0",
            "str x30, [sp, #-16]!\nblr x0\nldr x30, [sp], #16\nret",
            NOT_KNOWN,
        ),
        right("br_known", "adr x0, keeps_x29\nbr x0"),
        right("indexes_by_a_byte", &jump("ldrb w1, [x0]")),
        // What is extended with its sign is no small number.
        wrong("indexes_by_a_signed_byte", &jump("ldrsb x1, [x0]"), NOT_KNOWN),
        wrong(
            "indexes_by_an_unscaled_signed_byte",
            &jump("ldursb x1, [x0, #-1]"),
            NOT_KNOWN,
        ),
        wrong("indexes_by_a_signed_pair", &jump("ldpsw x1, x4, [x0]"), NOT_KNOWN),
    ]
}

fn image() -> Vec<Case> {
    vec![
        wrong(
            "writes_into_the_image",
            "adr x1, keeps_x29\nstr x0, [x1]\nret",
            "writes into the image",
        ),
        wrong(
            "adds_to_the_image",
            "adr x1, keeps_x29\n.inst 0xf8200022\nret",
            "writes into the image",
        ),
        wrong(
            "writes_in_front_of_the_image",
            "adr x1, keeps_x29\nsub x1, x1, #4095, lsl #12\nstr x0, [x1]\nret",
            "writes into the image",
        ),
        right("reads_the_image", "adr x1, keeps_x29\nldr x0, [x1]\nret"),
    ]
}

/// What reaches or changes the system, or is newer than the analysis.
fn kernel() -> Vec<Case> {
    let wrong_ones = [
        ("svc_", "svc #0", KERNEL),
        ("hvc_", "hvc #0", KERNEL),
        ("smc_", "smc #0", KERNEL),
        ("hlt_", "hlt #0", KERNEL),
        ("wfi_", "wfi", KERNEL),
        ("msr_daifset", "msr daifset, #2", KERNEL),
        ("mrs_ctr", "mrs x0, ctr_el0", KERNEL),
        ("smstart", ".inst 0xd503477f", NOT_UNDERSTOOD),
        (
            "mrs_tpidr",
            "mrs x0, tpidr_el0",
            "uses the memory of the running thread",
        ),
        (
            "msr_tpidr",
            "msr tpidr_el0, x0",
            "uses the memory of the running thread",
        ),
        ("paciasp_", "paciasp", NOT_UNDERSTOOD),
        ("pacia_", ".inst 0xdac10020", NOT_UNDERSTOOD),
        ("retaa_", ".inst 0xd65f0bff", NOT_UNDERSTOOD),
        ("braaz_", ".inst 0xd61f081f", NOT_UNDERSTOOD),
        ("addvl_sp", ".inst 0x043f57ff", NOT_UNDERSTOOD),
        ("ld1b_sve", ".inst 0xa400a000", NOT_UNDERSTOOD),
        ("stg_", ".inst 0xd9200800", NOT_UNDERSTOOD),
        ("stgp_", ".inst 0x69000400", NOT_UNDERSTOOD),
        ("cpyfp_", ".inst 0x19010440", NOT_UNDERSTOOD),
    ];
    let right_ones = [
        ("bti_", "hint #34"),
        ("barriers", "dmb ish\nisb\nyield"),
        ("mrs_nzcv", "mrs x0, nzcv\nmsr nzcv, x0"),
        ("brk_", "brk #1"),
    ];
    let mut cases: Vec<Case> = wrong_ones
        .iter()
        .map(|(name, code, says)| wrong(name, &format!("{code}\nret"), says))
        .collect();
    cases.extend(
        right_ones
            .iter()
            .map(|(name, code)| right(name, &format!("{code}\nret"))),
    );
    cases
}
