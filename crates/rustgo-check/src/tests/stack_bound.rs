//! The most stack that an export takes: frames, return addresses, padding, red zones; recursion; the deepest path.

use std::collections::BTreeMap;

use super::toy::Toy;
use crate::{Ambiguous, Depth, Frame, MAX_TRACKED_ALIGNMENT};

fn assert_bound(program: &str, bound: u64) {
    let toy = Toy::new(program);
    toy.assert_findings(&[]);
    assert_eq!(toy.bound(), Some(bound), "{program}");
}

#[test]
fn a_bound_is_the_deepest_place_and_the_return_address() {
    assert_bound("export main: ret", 8);
    assert_bound("export main: push 24; pop 24; ret", 32);
    assert_bound("export main: push 24; pop 16; push 8; pop 16; ret", 32);
    assert_bound("export main: push 8; pop 8; push 16; pop 16; ret", 24);
    assert_bound("export main: push 16; pop 16; push 8; pop 8; ret", 24);
    // The last instruction before an end, a jump or a join.
    assert_bound("export main: push 40; trap", 48);
    assert_bound("export main: jz .t; ret; .t: push 40; .l: jmp .l", 48);
    assert_bound("export main: jz .t; ret; .t: push 40; jmp .u; .u: trap", 48);
}

#[test]
fn what_an_instruction_touches_counts() {
    assert_bound("export main: push 16; touch -64; pop 16; ret", 8 + 80);
    assert_bound("export main: push 16; touch -64; touch -32; pop 16; ret", 8 + 80);
    assert_bound("export main: push 16; touch -32; touch -64; pop 16; ret", 8 + 80);
    // Nothing is taken above the entry.
    assert_bound("export main: push 16; touch 64; pop 16; ret", 24);
}

#[test]
fn a_call_adds_a_return_address_and_a_jump_none() {
    assert_bound(
        "export main: push 24; call f; pop 24; ret; f: push 40; pop 40; ret",
        8 + 24 + 8 + 40,
    );
    assert_bound(
        "export main: push 24; pop 24; jmp f; f: push 40; pop 40; ret",
        8 + 40,
    );
    assert_bound(
        "export main: push 64; pop 64; jmp f; f: push 40; pop 40; ret",
        8 + 64,
    );
    assert_bound("export main: push 24; call f; pop 24; ret; f: ret", 8 + 24 + 8);
    assert_bound("import i; export main: push 24; call i; pop 24; ret", 8 + 24 + 8);
    assert_bound("import i; export main: push 24; pop 24; jmp i", 8 + 24);
    // A call of a function that never returns.
    assert_bound("export main: push 24; call f; f: push 40; trap", 8 + 24 + 8 + 40);
}

#[test]
fn the_deepest_of_several_calls_counts() {
    for order in ["f g h", "h g f", "g h f", "f h g"] {
        let callees = "f: push 40; pop 40; ret; g: push 72; pop 72; ret; h: ret";
        assert_bound(
            &format!("export main: push 8; call {order}; pop 8; ret; {callees}"),
            8 + 16 + 72,
        );
        let calls: Vec<String> = order.split(' ').map(|callee| format!("call {callee}")).collect();
        assert_bound(
            &format!("export main: push 8; {}; pop 8; ret; {callees}", calls.join(";")),
            8 + 16 + 72,
        );
        assert_bound(&format!("export main: jmp {order}; {callees}"), 8 + 72);
    }
    // A shallow callee in a deep place.
    for order in [
        "call f; push 56; call h; pop 56",
        "push 56; call h; pop 56; call f",
    ] {
        let program = format!(
            "export main: push 8; {order}; pop 8; ret; f: push 40; pop 40; ret; h: push 8; pop 8; ret"
        );
        assert_bound(&program, 8 + 64 + 8 + 8);
    }
}

#[test]
fn a_red_zone_counts_where_stack_addresses_escape() {
    assert_bound("export main: push 24; escape; pop 24; ret", 8 + 24 + 128);
    // In every order, and wherever it is deepest.
    assert_bound("export main: escape; push 24; pop 24; ret", 8 + 24 + 128);
    assert_bound("export main: push 24; pop 24; escape; ret", 8 + 24 + 128);
    assert_bound(
        "export main: escape; push 8; pop 8; push 24; pop 24; push 8; pop 8; ret",
        8 + 24 + 128,
    );
    // A function that calls has no red zone; one that ends in a tail call still has one.
    assert_bound(
        "export main: push 24; escape; call f; pop 24; ret; f: ret",
        8 + 24 + 8,
    );
    assert_bound(
        "export main: push 24; escape; pop 24; jmp f; f: ret",
        8 + 24 + 128,
    );
    assert_bound(
        "export main: push 24; escape; pop 24; jz f; jmp g; f: ret; g: ret",
        8 + 24 + 128,
    );
    assert_bound(
        "export main: push 24; escape; call f; pop 24; jmp f; f: ret",
        8 + 24 + 8,
    );
    assert_bound(
        "export main: push 24; escape; call i; pop 24; jmp f; f: ret; i: jmp f",
        8 + 24 + 8,
    );
    // What it touches itself may be deeper.
    assert_bound("export main: escape; touch -200; ret", 8 + 200);
    // Below an aligned place too.
    let toy = Toy::new("export main: push 24; align 64; escape; leave; ret");
    assert_eq!(toy.bound(), Some(8 + 24 + 48 + 128));
}

/// The most bytes below the entry that `before` bytes, an alignment and `after` bytes reach, for each stack pointer
/// with a residue, found by trying many of them.
fn deepest(residue: u64, before: u64, alignment: u64, after: u64) -> u64 {
    (0..4096 / MAX_TRACKED_ALIGNMENT)
        .map(|line| {
            let entry = (1 << 20) + line * MAX_TRACKED_ALIGNMENT + residue;
            let aligned = (entry - before) / alignment * alignment;
            entry - (aligned - after)
        })
        .max()
        .unwrap()
}

#[test]
fn an_aligned_frame_is_as_deep_as_its_entry_makes_it() {
    for before in [0, 8, 16, 24, 40, 56, 72] {
        for alignment in [8, 16, 32, 64, 128, 256, 2048] {
            for after in [0, 8, 64] {
                let toy = Toy::new(&format!(
                    "export main: push {before}; align {alignment}; push {after}; leave; ret"
                ));
                let analysis = toy.judge();
                let function = &analysis.functions[&0];
                for residue in [0, 4, 8, 16, 24, 40, 56] {
                    let expected = deepest(residue, before, alignment, after);
                    assert_eq!(
                        function.frame(residue),
                        expected,
                        "{residue}: {before}, {alignment}, {after}"
                    );
                    let depth = Depth {
                        bytes: before + after,
                        realigned: Some(4),
                    };
                    assert_eq!(function.bytes(depth, residue), expected);
                    let sp = residue.wrapping_sub(expected) % MAX_TRACKED_ALIGNMENT;
                    assert_eq!(function.residue(depth, residue), sp);
                }
                let most = [8, 24, 40, 56].map(|residue| deepest(residue, before, alignment, after));
                let entry = &analysis.entries[0];
                assert_eq!(entry.bound, most.iter().max().map(|bytes| bytes + 8));
                // A host that aligns to a cache line has a residue of 56 after its call.
                assert_eq!(entry.bound_aligned, Some(most[3] + 8));
                assert!(analysis.realigns());
            }
        }
    }
}

#[test]
fn the_part_in_front_of_an_alignment_may_be_the_deepest() {
    let toy = Toy::new("export main: push 200; pop 200; push 8; align 32; leave; ret");
    assert_eq!(toy.bound(), Some(208));
    // Two aligned parts with other paddings.
    let toy =
        Toy::new("export main: push 8; align 32; push 64; leave; push 40; align 32; push 32; leave; ret");
    let most = |residue| deepest(residue, 8, 32, 64).max(deepest(residue, 40, 32, 32));
    assert_eq!(
        toy.bound(),
        [8, 24, 40, 56].map(most).into_iter().max().map(|bytes| bytes + 8)
    );
    assert_eq!(toy.judge().entries[0].bound_aligned, Some(most(56) + 8));
}

#[test]
fn a_callee_is_entered_with_what_its_caller_leaves_of_the_stack_pointer() {
    for own in [8, 24, 40, 56, 72] {
        // After a call and after a jump.
        for (program, pushed) in [
            (
                format!("export main: push {own}; call f; pop {own}; ret; f: align 64; leave; ret"),
                own + 8,
            ),
            ("export main: jmp f; f: align 64; leave; ret".to_owned(), 0),
        ] {
            let toy = Toy::new(&program);
            let below = |residue: u64| {
                pushed + deepest(residue.wrapping_sub(pushed) % MAX_TRACKED_ALIGNMENT, 0, 64, 0)
            };
            let most = [8, 24, 40, 56].map(below);
            let entry = &toy.judge().entries[0];
            assert_eq!(entry.bound, most.iter().max().map(|bytes| bytes + 8), "{program}");
            assert_eq!(entry.bound_aligned, Some(most[3] + 8), "{program}");
        }
    }
    // From an aligned frame a callee always has the same residue.
    let toy = Toy::new(
        "export main: push 8; align 64; push 32; call f; leave; ret; f: push 8; align 64; leave; ret",
    );
    let most = [8, 24, 40, 56].map(|residue| deepest(residue, 8, 64, 32) + 8 + deepest(24, 8, 64, 0));
    assert_eq!(toy.bound(), most.iter().max().map(|bytes| bytes + 8));
}

#[test]
fn depths_of_instructions_for_aligned_hosts() {
    let toy = Toy::new("export main: push 8; align 64; push 64; call f; leave; ret; f: push 16; pop 16; ret");
    let aligned = deepest(56, 8, 64, 0);
    assert_eq!(
        toy.judge().depths(),
        Ok(BTreeMap::from([
            (0, 0),
            (4, 8),
            (8, aligned),
            (12, aligned + 64),
            (16, aligned + 64),
            (20, 0),
            (24, 0),
            (28, 16),
            (32, 0)
        ]))
    );
    assert!(toy.judge().realigns());
    assert!(!Toy::new("export main: ret").judge().realigns());
    let ambiguous = |function: &str, at| {
        Err(Ambiguous {
            function: function.to_owned(),
            at,
        })
    };
    // Padding of more than a cache line.
    let toy = Toy::new("export main: align 64; leave; ret");
    assert!(toy.judge().depths().is_ok());
    let toy = Toy::new("export main: align 128; leave; ret");
    assert_eq!(toy.judge().depths(), ambiguous("main", 4));
    // An aligned function that is entered with two residues.
    let toy = Toy::new("export main: push 8; call f; push 16; call f; pop 24; ret; f: align 64; leave; ret");
    assert_eq!(toy.judge().depths(), ambiguous("f", toy.at("f+4")));
    let toy = Toy::new("export main: push 8; call f; push 64; call f; pop 72; ret; f: align 64; leave; ret");
    assert!(toy.judge().depths().is_ok());
    // Two functions share code.
    let toy = Toy::new(
        "export main: push 8; jz .x; call f; .x: call g; f: push 8; jmp .s; g: push 16; .s: nop; trap",
    );
    assert_eq!(toy.judge().depths().map_err(|error| error.at), Err(toy.at(".s")));
}

#[test]
fn recursion_is_refused() {
    let says = |program: &str| -> Vec<String> {
        Toy::new(program)
            .findings()
            .into_iter()
            .map(|(_, says)| says)
            .collect()
    };
    assert_eq!(
        says("export main: push 8; jz .x; pop 8; ret; .x: call main; pop 8; ret"),
        ["`main` calls itself"]
    );
    assert_eq!(
        says(
            "export main: push 8; call f; pop 8; ret; f: push 8; jz .x; pop 8; ret; .x: call main; pop 8; ret"
        ),
        ["`main` calls `f`, which calls `main` again"]
    );
    assert_eq!(
        says(
            "export main: push 8; call f; pop 8; ret; f: push 8; call g; pop 8; ret; \
             g: push 8; jz .x; pop 8; ret; .x: call main; pop 8; ret"
        ),
        ["`main` calls `f`, which calls `g`, which calls `main` again"]
    );
    // The cycle is below the export, and one step of it is a jump.
    for (one, other) in [
        ("push 8; call g; pop 8; ret", "jz f; ret"),
        ("jmp g", "push 8; jz .x; pop 8; ret; .x: call f; pop 8; ret"),
    ] {
        let program =
            format!("export main: push 8; call f; pop 8; ret; export other: ret; f: {one}; g: {other}");
        assert_eq!(says(&program).len(), 1, "{program}");
        let analysis = Toy::new(&program).judge();
        assert_eq!(analysis.entries[0].bound, None, "{program}");
        assert!(!analysis.entries[0].is_decided && analysis.entries[0].worst_path.is_empty());
        assert_eq!(analysis.entries[1].bound, Some(8), "{program}");
    }
    // The first call of each function in the cycle is a jump.
    assert_eq!(
        says("export main: push 8; call f; pop 8; ret; f: jz g; push 8; call g; pop 8; ret; g: jz f; ret"),
        ["`f` calls `g`, which calls `f` again"]
    );
    // Two cycles are two findings; two in one set of functions are one.
    let mut both = says(
        "export main: push 8; call f; call g; pop 8; ret; f: push 8; jz .x; pop 8; ret; .x: call f; pop 8; ret; \
         g: push 8; jz .y; pop 8; ret; .y: call g; pop 8; ret",
    );
    both.sort();
    assert_eq!(both, ["`f` calls itself", "`g` calls itself"]);
    assert_eq!(
        says(
            "export main: push 8; call f; pop 8; ret; f: push 8; jz .x; jz .y; pop 8; ret; .x: call f; pop 8; ret; \
             .y: call g; pop 8; ret; g: push 8; call f; pop 8; ret"
        ),
        ["`f` calls itself"]
    );
    let toy = Toy::new("export main: push 8; jz .x; pop 8; ret; .x: call main; pop 8; ret");
    assert_eq!(toy.findings()[0].0, toy.at(".x"));
}

#[test]
fn jumps_in_a_circle_take_no_stack() {
    for (one, other) in [(8, 72), (72, 8), (8, 8)] {
        let toy = Toy::new(&format!(
            "export main: push 8; call f; pop 8; ret; f: push {one}; pop {one}; jz g; ret; \
             g: push {other}; pop {other}; jmp f"
        ));
        toy.assert_findings(&[]);
        let analysis = toy.judge();
        let entry = &analysis.entries[0];
        let bound = 8 + 8 + 8 + one.max(other);
        assert_eq!(entry.bound, Some(bound));
        let sum: u64 = entry.worst_path.iter().map(|frame| frame.bytes).sum();
        assert_eq!(sum + 8, bound);
        assert!(crate::Trees::of(&analysis, entry).unwrap().tree().total == bound - 8);
    }
    // The deepest calls something else.
    for callee in ["f", "g"] {
        let code = |name: &str| {
            if name == callee {
                "push 8; call h; pop 8; "
            } else {
                ""
            }
        };
        let toy = Toy::new(&format!(
            "export main: jmp f; f: {}jz g; ret; g: {}jmp f; h: push 24; pop 24; ret",
            code("f"),
            code("g")
        ));
        assert_eq!(toy.bound(), Some(8 + 16 + 24));
    }
}

#[test]
fn the_deepest_path_sums_up_to_the_bound() {
    let toy = Toy::new(
        "export main: push 24; call f; call g; pop 24; jmp h; f: push 8; pop 8; ret; \
         g: push 40; call e; pop 40; ret; h: push 8; pop 8; ret; e: push 16; pop 16; ret",
    );
    let analysis = toy.judge();
    let frame = |function: &str, bytes, calls: Option<&str>| {
        (
            function.to_owned(),
            toy.at(function),
            bytes,
            calls.map(|label| toy.at(label)),
        )
    };
    let path: Vec<_> = analysis.entries[0]
        .worst_path
        .iter()
        .map(
            |Frame {
                 function,
                 start,
                 bytes,
                 calls_at,
             }| {
                (
                    function.clone(),
                    *start,
                    *bytes,
                    calls_at.as_ref().map(|place| place.offset),
                )
            },
        )
        .collect();
    assert_eq!(
        path,
        [
            frame("main", 32, Some("main+8")),
            frame("g", 48, Some("g+4")),
            frame("e", 16, None)
        ]
    );
    assert_eq!(analysis.entries[0].bound, Some(8 + 32 + 48 + 16));
    // A callee that takes nothing is not part of it if the function itself goes deeper.
    let toy = Toy::new("export main: push 8; call f; push 64; pop 72; ret; f: ret");
    assert_eq!(toy.judge().entries[0].worst_path.len(), 1);
    // A callee that goes just as deep is not part of it either.
    let toy = Toy::new("export main: push 8; call f; push 8; pop 16; ret; f: ret");
    assert_eq!(toy.judge().entries[0].worst_path.len(), 1);
    let toy = Toy::new("export main: push 8; call f; pop 8; ret; f: ret");
    assert_eq!(toy.judge().entries[0].worst_path.len(), 2);
    // The first of two that go equally deep.
    for order in ["f g", "g f"] {
        let toy = Toy::new(&format!(
            "export main: push 8; call {order}; pop 8; ret; f: ret; g: ret"
        ));
        assert_eq!(toy.judge().entries[0].worst_path[1].function, "f");
    }
    // It is the path of the residue for which it is the deepest.
    let toy = Toy::new(
        "export main: jz g; jmp f; f: push 8; align 64; push 40; leave; ret; g: push 72; pop 72; ret",
    );
    let analysis = toy.judge();
    let entry = &analysis.entries[0];
    let sum: u64 = entry.worst_path.iter().map(|frame| frame.bytes).sum();
    assert_eq!(Some(sum + 8), entry.bound);
    assert_eq!(entry.worst_path[1].function, "f");
}
