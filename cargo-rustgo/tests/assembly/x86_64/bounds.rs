//! Bounds of an index: comparisons of each width, each conditional jump, masks and extensions.

use super::targets::jump;
use crate::case::{Case, case, right, wrong};

const DIRECTION: &str = "the direction flag may be set";

pub fn cases() -> Vec<Case> {
    [
        widths(),
        high_bytes(),
        conditions(),
        masks(),
        flags(),
        tightening(),
    ]
    .concat()
}

/// A comparison bounds as many bits as it compares, and an extension takes as many as it takes.
fn widths() -> Vec<Case> {
    let mut cases = Vec::new();
    let registers = [("dil", 8), ("di", 16), ("edi", 32), ("rdi", 64)];
    let extensions = [
        ("movzx edi, dil", 8),
        ("movzx rdi, dil", 8),
        ("movzx edi, di", 16),
        ("movzx rdi, di", 16),
        ("mov edi, edi", 32),
        ("mov rdi, rdi", 64),
    ];
    for (register, compared) in registers {
        for (extension, taken) in extensions {
            let name = format!(
                "compares_{register}_then_{}",
                extension.replace([' ', ','], "_").replace("__", "_")
            );
            let code = jump(&format!("cmp {register}, 2\njae 2f\n{extension}"));
            cases.push(case(name, code, (taken > compared).then_some(DIRECTION)));
        }
    }
    cases.extend([
        right(
            "compares_edi_then_copies_it",
            &jump("cmp esi, 2\njae 2f\nmov edi, esi"),
        ),
        wrong(
            "compares_edi_then_copies_rdi",
            &jump("cmp esi, 2\njae 2f\nmov rdi, rsi"),
            DIRECTION,
        ),
        right(
            "compares_edi_of_a_copy",
            &jump("mov rsi, rdi\ncmp esi, 2\njae 2f\nmov rdi, rsi\nmov edi, edi"),
        ),
        wrong(
            "extends_16_bits_to_32_in_place",
            &jump("cmp dil, 2\njae 2f\nmovzx di, dil"),
            DIRECTION,
        ),
        wrong(
            "extends_with_the_sign",
            &jump("cmp dil, -1\nja 2f\nmovsx rdi, dil"),
            DIRECTION,
        ),
        wrong(
            "copies_an_index_that_nothing_bounds",
            &jump("cmp edi, 2\njae 2f\nmov edi, esi"),
            DIRECTION,
        ),
        wrong(
            "loads_over_a_bounded_index",
            &jump("cmp rdi, 2\njae 2f\nmov rdi, [rsi]"),
            DIRECTION,
        ),
        wrong(
            "adds_to_a_bounded_index",
            &jump("cmp rdi, 2\njae 2f\nadd rdi, 2"),
            DIRECTION,
        ),
        wrong(
            "subtracts_from_a_bounded_index",
            &jump("cmp rdi, 2\njae 2f\nsub rdi, -2"),
            DIRECTION,
        ),
        wrong(
            "writes_the_low_byte_of_a_bounded_index",
            &jump("cmp rdi, 2\njae 2f\nmov dil, sil"),
            DIRECTION,
        ),
        wrong(
            "writes_a_high_byte_of_a_bounded_index",
            &jump("mov rax, rdi\ncmp rax, 2\njae 2f\nmov ah, sil\nmov rdi, rax")
                .replace("mov ah, sil", "mov ah, cl"),
            DIRECTION,
        ),
        // 256 entries are right, and those that follow are not.
        right(
            "compares_a_byte_with_all_of_it",
            &long("cmp dil, 255\nja 2f\nmovzx edi, dil"),
        ),
        right(
            "takes_a_byte_of_a_bounded_word",
            &long("cmp di, 300\nja 2f\nmovzx edi, dil"),
        ),
        wrong(
            "takes_a_bounded_word_of_more_than_a_byte",
            &long("cmp di, 256\nja 2f\nmovzx edi, di"),
            DIRECTION,
        ),
    ]);
    cases
}

/// A jump through a table of 260, whose last four entries lead to wrong code.
fn long(guard: &str) -> String {
    format!(
        "{guard}\nlea rax, [rip + 8f]\nmovsxd rdx, dword ptr [rax + 4 * rdi]\nadd rdx, rax\njmp rdx\n2: ret\n3: std\nret\n\
         .pushsection .rodata, \"a\"\n.balign 4\n8: .rept 256\n.long 2b - 8b\n.endr\n.rept 4\n.long 3b - 8b\n.endr\n.long 0\n\
         .popsection"
    )
}

/// `ah` and its like are no low bits.
fn high_bytes() -> Vec<Case> {
    let mut cases = Vec::new();
    for letter in ["a", "b", "c", "d"] {
        let full = format!("r{letter}x");
        let code = |compared: &str, taken: &str| {
            jump(&format!(
                "push rbx\nmov {full}, rdi\ncmp {letter}{compared}, 2\nmovzx edi, {letter}{taken}\npop rbx\njae 2f"
            ))
        };
        let after = |compared: &str, taken: &str| {
            jump(&format!(
                "push rbx\nmov {full}, rdi\ncmp {letter}{compared}, 2\njae 4f\nmovzx edi, {letter}{taken}\npop rbx\n\
                 jmp 5f\n4: pop rbx\njmp 2f\n5:"
            ))
        };
        cases.extend([
            wrong(
                &format!("compares_{letter}h_and_takes_{letter}l"),
                &after("h", "l"),
                DIRECTION,
            ),
            wrong(
                &format!("compares_{letter}l_and_takes_{letter}h"),
                &after("l", "h"),
                DIRECTION,
            ),
            // 16 bits bound both of their halves, but only the lower one is taken for bounded.
            right(
                &format!("compares_{letter}x_and_takes_{letter}l"),
                &after("x", "l"),
            ),
            right(
                &format!("compares_{letter}l_and_takes_{letter}l"),
                &after("l", "l"),
            ),
            // The comparison is of what the register held, not of the byte that was taken of it.
            wrong(
                &format!("takes_{letter}l_before_the_jump"),
                &code("l", "l"),
                DIRECTION,
            ),
        ]);
    }
    cases
}

/// What each conditional jump tells: `cmp rdi, WITH` and a jump to the table, or past it.
fn conditions() -> Vec<Case> {
    let to_table = |jcc: &str, with: i64| jump(&format!("cmp rdi, {with}\n{jcc} 4f\nret\n4:"));
    let past_table = |jcc: &str, with: i64| jump(&format!("cmp rdi, {with}\n{jcc} 2f"));
    let mut cases = Vec::new();
    // The greatest number that leaves only the two entries that are right; none if the jump bounds nothing.
    let taken = [
        ("ja", None),
        ("jae", None),
        ("jb", Some(2)),
        ("jbe", Some(1)),
        ("je", Some(1)),
        ("jne", None),
        ("jg", None),
        ("jge", None),
        ("jl", None),
        ("jle", None),
        ("js", None),
        ("jns", None),
        ("jo", None),
        ("jno", None),
        ("jp", None),
        ("jnp", None),
    ];
    let not_taken = [
        ("ja", Some(1)),
        ("jae", Some(2)),
        ("jb", None),
        ("jbe", None),
        ("je", None),
        ("jne", Some(1)),
        ("jg", None),
        ("jge", None),
        ("jl", None),
        ("jle", None),
        ("js", None),
        ("jns", None),
        ("jo", None),
        ("jno", None),
        ("jp", None),
        ("jnp", None),
    ];
    for (jcc, greatest) in taken {
        match greatest {
            Some(with) => cases.extend([
                right(&format!("{jcc}_{with}_to_a_table"), &to_table(jcc, with)),
                wrong(
                    &format!("{jcc}_{}_to_a_table", with + 1),
                    &to_table(jcc, with + 1),
                    DIRECTION,
                ),
            ]),
            None => cases.push(wrong(&format!("{jcc}_to_a_table"), &to_table(jcc, 1), DIRECTION)),
        }
    }
    for (jcc, greatest) in not_taken {
        match greatest {
            Some(with) => cases.extend([
                right(&format!("{jcc}_{with}_past_a_table"), &past_table(jcc, with)),
                wrong(
                    &format!("{jcc}_{}_past_a_table", with + 1),
                    &past_table(jcc, with + 1),
                    DIRECTION,
                ),
            ]),
            None => cases.push(wrong(
                &format!("{jcc}_past_a_table"),
                &past_table(jcc, 1),
                DIRECTION,
            )),
        }
    }
    cases.extend([
        // A negative number is a great one.
        wrong("jae_minus_1_past_a_table", &past_table("jae", -1), DIRECTION),
        wrong(
            "jb_minus_1_of_a_byte_to_a_table",
            &jump("cmp dil, -1\njb 4f\nret\n4: movzx edi, dil"),
            DIRECTION,
        ),
        // These also count in rcx, or depend on nothing else.
        wrong(
            "loope_past_a_table",
            &jump("mov rcx, rsi\ncmp rdi, 1\nloope 2f"),
            DIRECTION,
        ),
        wrong(
            "loop_past_a_table",
            &jump("mov rcx, rsi\ncmp rdi, 1\nloop 2f"),
            DIRECTION,
        ),
        wrong(
            "jrcxz_past_a_table",
            &jump("mov rcx, rsi\ncmp rdi, 1\njrcxz 2f"),
            DIRECTION,
        ),
    ]);
    cases
}

/// `and` with a number.
fn masks() -> Vec<Case> {
    vec![
        right("masks_rdi", &jump("and rdi, 1")),
        right("masks_edi", &jump("and edi, 1")),
        wrong("masks_di", &jump("and di, 1"), DIRECTION),
        wrong("masks_dil", &jump("and dil, 1"), DIRECTION),
        wrong("masks_rdi_with_too_much", &jump("and rdi, 2"), DIRECTION),
        wrong("masks_edi_with_too_much", &jump("and edi, 2"), DIRECTION),
        wrong("masks_edi_with_minus_1", &jump("and edi, -1"), DIRECTION),
        wrong("masks_rdi_with_minus_2", &jump("and rdi, -2"), DIRECTION),
        wrong("masks_edi_with_a_register", &jump("and edi, esi"), DIRECTION),
        wrong("ors_edi", &jump("or edi, 1"), DIRECTION),
        wrong("xors_edi", &jump("xor edi, 1"), DIRECTION),
        wrong("tests_edi", &jump("test edi, 1\njz 2f"), DIRECTION),
        wrong("masks_memory", &jump("and qword ptr [rsi], 1"), DIRECTION),
        right(
            "masks_and_copies",
            &jump("mov rsi, rdi\nand esi, 1\nmov edi, esi"),
        ),
        wrong("masks_something_else", &jump("and esi, 1"), DIRECTION),
    ]
}

/// As long as the flags and the register are what they were.
fn flags() -> Vec<Case> {
    vec![
        wrong(
            "compares_with_a_register",
            &jump("cmp rdi, rsi\njae 2f"),
            DIRECTION,
        ),
        wrong("compares_with_memory", &jump("cmp rdi, [rsi]\njae 2f"), DIRECTION),
        wrong(
            "compares_memory",
            &jump("cmp qword ptr [rsi], 2\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "compares_another_register",
            &jump("cmp rsi, 2\njae 2f"),
            DIRECTION,
        ),
        wrong("subtracts_instead", &jump("sub rdi, 2\njae 2f"), DIRECTION),
        wrong("adds_instead", &jump("add rdi, 2\njae 2f"), DIRECTION),
        wrong("tests_instead", &jump("test rdi, 1\njne 2f"), DIRECTION),
        wrong("jumps_without_comparing", &jump("jae 2f"), DIRECTION),
        right(
            "changes_another_register_before_the_jump",
            &jump("cmp rdi, 2\nmov rsi, 5\nlea rdx, [rdx + 1]\njae 2f"),
        ),
        wrong(
            "changes_the_index_before_the_jump",
            &jump("cmp rdi, 2\nmov rdi, rsi\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "changes_a_byte_of_the_index_before_the_jump",
            &jump("cmp rdi, 2\nmov dil, sil\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "adds_to_the_index_before_the_jump",
            &jump("cmp rdi, 2\nlea rdi, [rdi + 2]\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "changes_the_index_by_a_condition",
            &jump("cmp rdi, 2\ncmovb rdi, rsi\njae 2f"),
            DIRECTION,
        ),
        right(
            "changes_the_flags_after_the_jump",
            &jump("cmp rdi, 2\njae 2f\nadd rsi, 5"),
        ),
        right("jumps_twice", &jump("cmp rdi, 1\njs 4f\n4: ja 2f")),
        // The counter of the second comparison counts.
        wrong(
            "compares_again",
            &jump("cmp rdi, 2\ncmp rdi, 3\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "compares_something_else_before_the_jump",
            &jump("cmp rdi, 2\ncmp rsi, 2\njae 2f"),
            DIRECTION,
        ),
        wrong(
            "compares_before_a_call",
            &jump(
                "push rbx\nmov rbx, rdi\ncmp rbx, 2\ncall host_import\njae 4f\nmov rdi, rbx\npop rbx\njmp 5f\n\
                 4: pop rbx\nret\n5:",
            ),
            DIRECTION,
        ),
        right(
            "compares_before_a_call_and_jumps_before_it",
            &jump(
                "push rbx\nmov rbx, rdi\ncmp rbx, 2\njae 4f\ncall host_import\nmov rdi, rbx\npop rbx\njmp 5f\n\
                 4: pop rbx\nret\n5:",
            ),
        ),
    ]
}

/// Of two bounds the one that is worth more counts.
fn tightening() -> Vec<Case> {
    vec![
        right("compares_a_masked_index", &jump("and rdi, 1\ncmp rdi, 3\nja 2f")),
        right(
            "compares_a_byte_of_a_masked_index",
            &jump("and edi, 1\ncmp dil, 3\nja 2f"),
        ),
        right(
            "compares_with_more_at_last",
            &jump("cmp rdi, 1\nja 2f\ncmp rdi, 3\nja 2f"),
        ),
        right(
            "compares_with_less_at_last",
            &jump("cmp rdi, 3\nja 2f\ncmp rdi, 1\nja 2f"),
        ),
        right(
            "compares_more_bits_at_last",
            &jump("cmp dil, 1\nja 2f\ncmp edi, 1\nja 2f\nmov edi, edi"),
        ),
        right(
            "compares_fewer_bits_at_last",
            &jump("cmp rdi, 1\nja 2f\ncmp dil, 1\nja 2f"),
        ),
        wrong(
            "compares_fewer_bits_with_less_at_last",
            &jump("cmp rdi, 3\nja 2f\ncmp dil, 1\nja 2f\nmov edi, edi"),
            DIRECTION,
        ),
        // What else a register holds outlives a comparison of it.
        right("compares_a_saved_register", "cmp rbx, 5\nja 2f\nnop\n2: ret"),
        right(
            "compares_a_pointer",
            "push rax\nlea rax, [rip + keeps_rbp]\ncmp rax, 5\njbe 2f\ncall rax\n2: pop rax\nret",
        ),
        right(
            "compares_a_pointer_for_one",
            "push rax\nlea rax, [rip + keeps_rbp]\ncmp rax, 5\njne 2f\ncall rax\n2: pop rax\nret",
        ),
    ]
}
