//! The exploration: joins, loops, blocks that are split, conflicting depths, overlapping instructions.

use std::collections::BTreeSet;

use super::toy::Toy;
use crate::machine::Depth;
use crate::{Call, Realign};

#[test]
fn a_join_keeps_a_register_that_is_the_same_on_both_ways() {
    for (left, right) in [(8, 12), (12, 8), (8, 8)] {
        let toy = Toy::new(&format!(
            "export main: jz .b; set 1 {left}; jmp .c; .b: set 1 {right}; .c: want 1 {left}; ret"
        ));
        let expected: &[_] = &[(".c", "register 1 is Unknown")];
        toy.assert_findings(if left == right { &[] } else { expected });
    }
}

#[test]
fn a_join_keeps_a_slot_that_is_the_same_on_both_ways() {
    for (left, right, lost) in [(3, 12, true), (12, 3, true), (3, 3, false)] {
        let toy = Toy::new(&format!(
            "export main: jz .b; save {left}; jmp .c; .b: save {right}; .c: lose 3; restore 3; ret"
        ));
        let expected: &[_] = &[("main", "the export loses [3]")];
        toy.assert_findings(if lost { expected } else { &[] });
    }
    // A slot that only one path has, on either.
    for program in [
        "export main: push 8; jz .c; pop 8; save 3; .c: lose 3; restore 3; ret",
        "export main: save 3; jz .c; pop 8; push 8; .c: lose 3; restore 3; ret",
    ] {
        Toy::new(program).assert_findings(&[("main", "the export loses [3]")]);
    }
}

#[test]
fn what_a_join_forgets_is_forgotten_further_on() {
    // The third path comes last and changes what has passed through two joins.
    let toy = Toy::new(
        "export main: set 1 8; jz .c; jz .x; .b: nop; .c: nop; .d: want 1 8; ret; .x: set 1 12; jmp .b",
    );
    toy.assert_findings(&[(".d", "register 1 is Unknown")]);
}

#[test]
fn a_loop_is_followed_until_nothing_changes() {
    let toy = Toy::new("export main: set 1 8; .again: want 1 8; set 1 12; jz .again; ret");
    toy.assert_findings(&[(".again", "register 1 is Unknown")]);
    // Each iteration passes a register on.
    let toy = Toy::new(
        "export main: .again: jz .a; jz .b; jz .c; ret; .a: lose 3; jmp .again; \
         .b: save 3; restore 12; jmp .again; .c: save 12; restore 13; jmp .again",
    );
    toy.assert_findings(&[("main", "the export loses [3, 12, 13]")]);
}

#[test]
fn a_walk_is_cut_where_a_jump_into_its_middle_comes_later() {
    let toy = Toy::new("export main: nop; .t: nop; jz .b; ret; .b: set 5 8; jmp .t");
    toy.assert_findings(&[("main", "the export loses [5]"), (".t", "differs at a join")]);
    // The walk starts at a place that is not the function's start, with others before it.
    let toy = Toy::new(
        "export main: jz .m; jz .n; ret; .m: nop; .u: jmp .m; .n: nop; .t: nop; jz .b; ret; .b: set 5 8; jmp .t",
    );
    toy.assert_findings(&[("main", "the export loses [5]"), (".t", "differs at a join")]);
}

#[test]
fn what_a_branch_leads_to_is_followed_on_both_ways() {
    let toy = Toy::new("export main: jz .b; break system 1; ret; .b: break system 2; ret");
    toy.assert_findings(&[("main+4", "system 1"), (".b", "system 2")]);
    let toy = Toy::new(
        "export main: jmp .a .b .c; .a: break system 1; ret; .b: break system 2; ret; .c: break system 3; ret",
    );
    toy.assert_findings(&[(".a", "system 1"), (".b", "system 2"), (".c", "system 3")]);
}

#[test]
fn a_place_has_one_depth() {
    // The state at the place is known.
    for (first, second) in [("nop", "push 8"), ("push 8", "nop")] {
        let toy = Toy::new(&format!(
            "export main: jz .b; {first}; jmp .c; .b: {second}; jmp .c; .c: leave; ret"
        ));
        toy.assert_findings(&[(
            ".c",
            "the stack depth here is 0 or 8 bytes, depending on the path that led here",
        )]);
        assert_eq!(toy.bound(), None);
    }
    // Execution went straight through it.
    for (first, second, says) in [(8, 24, "8 or 24"), (24, 8, "8 or 24")] {
        let toy = Toy::new(&format!(
            "export main: push {first}; .t: leave; jz .b; ret; .b: push {second}; jmp .t"
        ));
        let says = format!("the stack depth here is {says} bytes, depending on the path that led here");
        toy.assert_findings(&[(".t", &says)]);
        assert_eq!(toy.bound(), None);
    }
    // It falls through into it.
    let toy = Toy::new("export main: jz .b; push 8; .b: leave; ret");
    assert!(toy.findings()[0].1.contains("0 or 8 bytes"));
}

#[test]
fn a_place_is_realigned_on_all_ways_or_none() {
    const SAYS: &str = "the stack is aligned on one path that leads here and not on another";
    for (first, second) in [("nop", "align 64"), ("align 64", "nop"), ("align 32", "align 32")] {
        let toy = Toy::new(&format!(
            "export main: jz .b; {first}; jmp .c; .b: {second}; jmp .c; .c: leave; ret"
        ));
        toy.assert_findings(&[(".c", SAYS)]);
        let toy = Toy::new(&format!(
            "export main: {first}; .c: leave; jz .b; ret; .b: {second}; jmp .c"
        ));
        toy.assert_findings(&[(".c", SAYS)]);
    }
}

#[test]
fn a_loop_that_takes_stack_is_refused() {
    let toy = Toy::new("export main: .t: push 8; jz .t; leave; ret");
    toy.assert_findings(&[(
        "main",
        "the stack depth here is 0 or 8 bytes, depending on the path that led here",
    )]);
}

fn overlap(offset: u64) -> String {
    format!("execution reaches image offset {offset:#x} in the middle of another instruction")
}

#[test]
fn instructions_do_not_overlap() {
    // The inner one is met last, then first.
    let toy = Toy::new("export main: jz .m+4; .m: wide; ret");
    toy.assert_findings(&[(".m+4", &overlap(8))]);
    let toy = Toy::new("export main: jmp .m+4 .z; .m: wide; ret; .z: jmp .m");
    toy.assert_findings(&[(".m", &overlap(4))]);
    // In another function.
    let toy = Toy::new("export main: push 8; call f; call f+4; pop 8; ret; f: wide; ret");
    assert_eq!(toy.findings().len(), 1);
    assert!(
        toy.findings()[0]
            .1
            .contains("in the middle of another instruction")
    );
}

#[test]
fn instructions_do_not_overlap_those_of_a_probe() {
    // Nothing overlaps at the start of an inner instruction.
    let toy = Toy::new("export main: jz .p+4; .p: probe 4096; leave; ret");
    toy.assert_findings(&[]);
    let toy = Toy::new("export main: probe 4096; jz main+6; leave; ret");
    toy.assert_findings(&[("main+6", &overlap(6))]);
    // Across two of its instructions, decoded before the probe is.
    let toy = Toy::new("export main: jmp .p+6 .z; .p: probe 4096; leave; ret; .z: jmp .p");
    toy.assert_findings(&[(".p", &overlap(4))]);
}

#[test]
fn a_probe_is_one_step() {
    let toy = Toy::new("export main: push 8; .p: probe 8192; .e: leave; ret");
    let explored = &toy.explore()[&0];
    let depths: Vec<(u64, u64)> = explored
        .depth
        .iter()
        .map(|(at, depth)| (*at, depth.bytes))
        .collect();
    assert_eq!(depths, [(0, 0), (4, 8), (8, 8), (12, 8), (16, 8200), (20, 0)]);
    assert_eq!(explored.probes, std::slice::from_ref(&(4..16)));
    assert_eq!(toy.bound(), Some(8 + 8200));
    // It is recorded once, however often it is followed.
    let toy = Toy::new("export main: set 1 8; .p: probe 8192; leave; lose 1; jz .p; ret");
    assert_eq!(toy.explore()[&0].probes, std::slice::from_ref(&(4..16)));
}

#[test]
fn an_instruction_lies_in_its_function() {
    let mut toy = Toy::new("export main: wide; ret");
    toy.image.edit(|image| image.functions[0].size = 7).unwrap();
    toy.assert_findings(&[(
        "main",
        "the instruction at image offset 0x0 crosses the end of its function",
    )]);
    toy.image.edit(|image| image.functions[0].size = 8).unwrap();
    toy.assert_findings(&[(
        "main",
        "execution goes on at image offset 0x8, which is in no function",
    )]);
    toy.image.edit(|image| image.functions[0].size = 12).unwrap();
    toy.assert_findings(&[]);
    // The code ends in the middle of the last instruction.
    let edited = toy.image.edit(|image| {
        image.functions[0].size = 11;
        image.code_size = 11;
    });
    edited.unwrap();
    toy.assert_findings(&[(
        "main+8",
        "the instruction at image offset 0x8 crosses the end of its function",
    )]);
}

#[test]
fn execution_stays_in_functions() {
    let outside =
        |offset: u64| format!("execution goes on at image offset {offset:#x}, which is in no function");
    for (program, at, to) in [
        ("export main: nop; gap", "main", 4),
        ("export main: jmp 4; gap", "main", 4),
        ("export main: jz 8; ret; gap", "main", 8),
        ("export main: push 8; call 16; pop 8; ret; gap", "main+4", 16),
        ("export main: jmp 4000", "main", 4000),
    ] {
        let toy = Toy::new(program);
        toy.assert_findings(&[(at, &outside(to))]);
        assert_eq!(toy.bound(), None);
    }
    // The code after such a call is explored, and so is the next callee.
    let toy =
        Toy::new("export main: push 8; call 28 f; break system 1; pop 8; ret; f: break system 2; ret; gap");
    toy.assert_findings(&[
        ("main+4", &outside(28)),
        ("main+8", "system 1"),
        ("f", "system 2"),
    ]);
    // An export that is nowhere.
    let mut toy = Toy::new("export main: ret; gap");
    toy.image.edit(|image| image.functions[0].start = 4).unwrap();
    toy.assert_findings(&[("main", &outside(0))]);
}

#[test]
fn what_cannot_be_followed_is_taken_to_come_back() {
    for end in ["lost", "push 8; ret", "nop", "jmp 4000", "wide; .x: jmp .x+8"] {
        let toy = Toy::new(&format!(
            "export main: push 8; call f; break system 1; pop 8; ret; f: {end}; gap"
        ));
        let findings = toy.findings();
        assert!(
            findings.iter().any(|(_, says)| says == "system 1"),
            "{end}: {findings:?}"
        );
        assert!(findings.len() == 2, "{end}: {findings:?}");
        assert_eq!(toy.judge().entries[0].panic, None, "{end}");
    }
}

#[test]
fn a_function_ends_in_the_next_one_where_the_stack_is_as_it_was() {
    let toy = Toy::new("export main: nop; next: lose 3; ret");
    toy.assert_findings(&[("main", "the export loses [3]")]);
    let explored = toy.explore();
    let call = Call {
        at: 0,
        target: 4,
        depth: Depth {
            bytes: 0,
            realigned: None,
        },
        is_tail: true,
    };
    assert_eq!(explored[&0].calls, BTreeSet::from([call]));
    assert!(explored[&0].depth.keys().eq(&[0]));
    // Otherwise it continues there itself.
    for between in ["", "jmp next;"] {
        let toy = Toy::new(&format!("export main: push 8; {between} next: pop 8; ret"));
        toy.assert_findings(&[]);
        let explored = toy.explore();
        assert_eq!(explored.len(), 1);
        assert!(explored[&0].calls.is_empty());
        assert!(explored[&0].depth.contains_key(&toy.at("next")));
    }
}

#[test]
fn a_jump_to_ones_own_start_is_a_loop() {
    let toy = Toy::new("export main: want 1 8; set 1 8; jz main; ret");
    let explored = &toy.explore()[&0];
    assert!(explored.calls.is_empty());
    assert!(explored.edges.contains(&(8, 0)));
    assert_eq!(explored.landings, BTreeSet::from([0]));
}

#[test]
fn edges_and_landings() {
    let toy = Toy::new("export main: jz .b; nop; .b: jz .c; .c: nop; jmp .b; .d: ret");
    let explored = &toy.explore()[&0];
    assert_eq!(
        explored.edges,
        BTreeSet::from([(0, 4), (0, 8), (4, 8), (8, 12), (12, 16), (16, 8)])
    );
    // A branch to the next instruction does not count as another predecessor.
    assert_eq!(explored.landings, BTreeSet::from([8]));
    let toy = Toy::new("export main: jz .c; .c: jz .d; ret; .d: push 8; call f; pop 8; ret; f: ret");
    let analysis = toy.judge();
    assert_eq!(
        analysis.entered_from_elsewhere(),
        BTreeSet::from([0, 12, toy.at("f")])
    );
}

#[test]
fn aligning_instructions_are_noted() {
    let toy = Toy::new("export main: push 24; align 128; push 8; leave; ret");
    let explored = &toy.explore()[&0];
    let realign = Realign {
        before: 24,
        alignment: 128,
    };
    assert_eq!(explored.realigns.iter().collect::<Vec<_>>(), [(&4, &realign)]);
    let depth = |at: u64| (explored.depth[&at].bytes, explored.depth[&at].realigned);
    assert_eq!(
        [0, 4, 8, 12].map(depth),
        [(0, None), (24, None), (24, Some(4)), (32, Some(4))]
    );
}

#[test]
fn some_rules_are_complained_about_once_in_a_function() {
    for (rule, once) in [
        ("red-zone", true),
        ("alignment", true),
        ("frame", true),
        ("pointer", true),
        ("reserved", true),
        ("system", false),
    ] {
        let toy = Toy::new(&format!(
            "export main: break {rule} 1; break {rule} 2; push 8; call f; pop 8; ret; f: break {rule} 3; ret"
        ));
        let expected = if once { 2 } else { 3 };
        assert_eq!(toy.findings().len(), expected, "{rule}");
    }
    // One of each.
    let toy = Toy::new("export main: break red-zone 1; break frame 2; break pointer 3; ret");
    assert_eq!(toy.findings().len(), 3);
}
