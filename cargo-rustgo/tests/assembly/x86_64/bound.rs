//! The most stack that an export takes, for ordinary hosts and for those that align the stack pointer to 64.

use super::RED_ZONE;
use crate::case::{Case, bounded, local};

pub fn cases() -> Vec<Case> {
    [calls(), aligned(), red_zone()].concat()
}

fn calls() -> Vec<Case> {
    let all = |first: &str, second: &str| format!("push rax\ncall {first}\ncall {second}\npop rax\nret");
    vec![
        local("takes_nothing", "ret"),
        local("takes_24", "sub rsp, 24\nadd rsp, 24\nret"),
        local("takes_72", "sub rsp, 72\nadd rsp, 72\nret"),
        local("takes_16_and_24", "push rax\ncall takes_24\npop rax\nret"),
        bounded("takes_8", "ret", 8),
        bounded(
            "calls_what_takes_24",
            "push rax\ncall takes_24\npop rax\nret",
            8 + 16 + 24,
        ),
        bounded("jumps_to_what_takes_24", "jmp takes_24", 8 + 24),
        bounded(
            "jumps_to_less_than_it_has_taken",
            "sub rsp, 72\nadd rsp, 72\njmp takes_24",
            8 + 72,
        ),
        bounded(
            "calls_the_deeper_first",
            &all("takes_72", "takes_24"),
            8 + 16 + 72,
        ),
        bounded("calls_the_deeper_last", &all("takes_24", "takes_72"), 8 + 16 + 72),
        bounded(
            "calls_the_deeper_of_two_levels",
            &all("takes_nothing", "takes_16_and_24"),
            8 + 16 + 16 + 24,
        ),
        bounded(
            "calls_less_in_a_deeper_place",
            "push rax\ncall takes_72\nsub rsp, 96\ncall takes_nothing\nadd rsp, 104\nret",
            8 + 104 + 8,
        ),
        bounded(
            "calls_the_host",
            "push rax\ncall host_import\npop rax\nret",
            8 + 16,
        ),
        bounded("jumps_to_the_host", "jmp host_import", 8),
        local(
            "jumps_round_and_takes_24",
            "sub rsp, 24\nadd rsp, 24\ntest edi, edi\njz jumps_round_and_takes_72\nret",
        ),
        local(
            "jumps_round_and_takes_72",
            "sub rsp, 72\nadd rsp, 72\njmp jumps_round_and_takes_24",
        ),
        bounded("jumps_round", "jmp jumps_round_and_takes_24", 8 + 72),
        bounded(
            "jumps_round_from_the_other",
            "jmp jumps_round_and_takes_72",
            8 + 72,
        ),
        bounded("never_comes_back", "sub rsp, 40\nud2", 8 + 40),
    ]
}

/// The most that `before` bytes, an alignment and `after` bytes reach below an entry with one of these remainders modulo
/// 64, for some stack pointer: by trying many.
fn deepest(residues: &[u64], before: u64, alignment: u64, after: u64) -> u64 {
    let lines = (0..4096).step_by(64);
    let entries = lines.flat_map(|line| residues.iter().map(move |residue| (1 << 20) + line + residue));
    entries
        .map(|entry| entry - ((entry - before) / alignment * alignment - after))
        .max()
        .unwrap()
}

const RESIDUES: [u64; 4] = [8, 24, 40, 56];

fn aligned() -> Vec<Case> {
    let mut cases = Vec::new();
    for alignment in [16, 32, 64, 128, 256, 2048] {
        for before in [8, 16, 24, 32] {
            let pushes = "push rax\n".repeat(before as usize / 8 - 1);
            let code = format!(
                "push rbp\nmov rbp, rsp\n{pushes}and rsp, -{alignment}\nsub rsp, 64\nmov rsp, rbp\npop rbp\nret"
            );
            let case = bounded(
                &format!("aligns_to_{alignment}_below_{before}"),
                &code,
                8 + deepest(&RESIDUES, before, alignment, 64),
            );
            cases.push(case.takes_if_aligned(8 + deepest(&[56], before, alignment, 64)));
        }
    }
    // A callee that aligns finds what its caller leaves of the stack pointer.
    cases.push(local(
        "aligns_to_64",
        "push rbp\nmov rbp, rsp\nand rsp, -64\nmov rsp, rbp\npop rbp\nret",
    ));
    for own in [8, 24, 40, 56] {
        let below = |residues: &[u64]| {
            let entered: Vec<u64> = residues
                .iter()
                .map(|residue| (residue + 128 - own - 8) % 64)
                .collect();
            8 + own + 8 + deepest(&entered, 8, 64, 0)
        };
        let case = bounded(
            &format!("calls_what_aligns_below_{own}"),
            &format!("sub rsp, {own}\ncall aligns_to_64\nadd rsp, {own}\nret"),
            below(&RESIDUES),
        );
        cases.push(case.takes_if_aligned(below(&[56])));
    }
    let case = bounded(
        "jumps_to_what_aligns",
        "jmp aligns_to_64",
        8 + deepest(&RESIDUES, 8, 64, 0),
    );
    cases.push(case.takes_if_aligned(8 + deepest(&[56], 8, 64, 0)));
    cases
}

/// A function whose stack addresses can't be followed has a red zone, unless it calls others.
fn red_zone() -> Vec<Case> {
    const ESCAPE: &str = "mov [rsi], rsp";
    vec![
        bounded("escapes", &format!("{ESCAPE}\nret"), 8 + RED_ZONE),
        bounded(
            "escapes_and_jumps",
            &format!("{ESCAPE}\njmp takes_24"),
            8 + RED_ZONE,
        ),
        bounded(
            "escapes_and_jumps_to_the_host",
            &format!("{ESCAPE}\njmp host_import"),
            8 + RED_ZONE,
        ),
        bounded(
            "escapes_and_branches",
            &format!("{ESCAPE}\ntest edi, edi\njz takes_24\njmp takes_nothing"),
            8 + RED_ZONE,
        ),
        bounded(
            "escapes_and_calls",
            &format!("{ESCAPE}\npush rax\ncall takes_24\npop rax\nret"),
            8 + 16 + 24,
        ),
        bounded(
            "escapes_and_calls_and_jumps",
            &format!("{ESCAPE}\npush rax\ncall takes_24\npop rax\njmp takes_nothing"),
            8 + 16 + 24,
        ),
        bounded(
            "escapes_below_what_it_has_taken",
            &format!("sub rsp, 40\n{ESCAPE}\nadd rsp, 40\nret"),
            8 + 40 + RED_ZONE,
        ),
    ]
}
