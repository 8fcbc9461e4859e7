//! What callers rely on: whether a callee returns, which registers it preserves, what it writes above its return
//! address.

use super::toy::Toy;

fn loses(registers: &str) -> Vec<(&'static str, String)> {
    vec![("main", format!("the export loses {registers}"))]
}

fn assert_loses(program: &str, registers: &str) {
    let expected = loses(registers);
    let expected: Vec<(&str, &str)> = expected.iter().map(|(at, says)| (*at, says.as_str())).collect();
    let toy = Toy::new(program);
    toy.assert_findings(if registers == "[]" { &[] } else { &expected });
}

#[test]
fn a_callee_loses_registers_for_its_caller() {
    assert_loses("export main: push 8; call f; pop 8; ret; f: lose 3; ret", "[3]");
    assert_loses(
        "export main: save 3; call f; restore 3; ret; f: lose 3; ret",
        "[]",
    );
    assert_loses(
        "export main: push 8; call f; pop 8; ret; f: save 3; lose 3; restore 3; ret",
        "[]",
    );
    // One path returns without it.
    for (one, other) in [("nop", "lose 3"), ("lose 3", "nop")] {
        assert_loses(
            &format!("export main: push 8; call f; pop 8; ret; f: jz .x; {one}; ret; .x: {other}; ret"),
            "[3]",
        );
    }
    // Through two calls.
    assert_loses(
        "export main: push 8; call f; pop 8; ret; f: push 8; call g; pop 8; ret; g: lose 12; ret",
        "[12]",
    );
}

#[test]
fn a_tail_called_function_loses_registers_for_the_caller() {
    assert_loses("export main: jmp f; f: lose 3; ret", "[3]");
    assert_loses("export main: lose 12; jmp f; f: lose 3; ret", "[3, 12]");
    assert_loses("export main: jz f; ret; f: lose 3; ret", "[3]");
    assert_loses(
        "export main: push 8; call f; pop 8; ret; f: jmp g; g: lose 3; ret",
        "[3]",
    );
    // What the caller has lost stays lost.
    assert_loses("export main: lose 3; jmp f; f: ret", "[3]");
    // By falling through into it.
    assert_loses("export main: lose 12; f: lose 3; ret", "[3, 12]");
}

#[test]
fn each_of_several_callees_counts() {
    for order in ["a b c", "b a c", "b c a", "a", "a a"] {
        let callees = "a: lose 3; ret; b: ret; c: lose 12; ret";
        let lost = if order.contains('c') { "[3, 12]" } else { "[3]" };
        assert_loses(
            &format!("export main: push 8; call {order}; pop 8; ret; {callees}"),
            lost,
        );
        assert_loses(&format!("export main: jmp {order}; {callees}"), lost);
    }
}

#[test]
fn a_call_comes_back_where_one_of_its_callees_does() {
    for (order, is_reached) in [
        ("yes no", true),
        ("no yes", true),
        ("no no2", false),
        ("no", false),
        ("yes", true),
        ("", true),
    ] {
        let toy = Toy::new(&format!(
            "export main: push 8; call {order}; break system 1; pop 8; ret; \
             yes: ret; no: trap; no2: jmp no"
        ));
        let said = toy.findings().iter().any(|(_, says)| says == "system 1");
        assert_eq!(said, is_reached, "{order}");
    }
}

#[test]
fn code_behind_a_call_that_never_comes_back_is_not_reached() {
    for callee in [
        "trap",
        ".l: jmp .l",
        "push 8; call g; ret; g: trap",
        "jmp g; g: trap",
        "jz g; .l: jmp .l; g: trap",
        // Each calls the other first.
        "push 8; call g; pop 8; ret; g: push 8; call f; pop 8; ret",
        "push 8; call f; pop 8; ret",
    ] {
        let toy = Toy::new(&format!(
            "export main: push 8; call f; break system 1; pop 8; ret; f: {callee}"
        ));
        let findings = toy.findings();
        assert!(
            findings.iter().all(|(_, says)| says != "system 1"),
            "{callee}: {findings:?}"
        );
    }
    let toy = Toy::new("import never noreturn; export main: push 8; call never; break system 1; pop 8; ret");
    toy.assert_findings(&[]);
    let toy = Toy::new("import once; export main: push 8; call once; break system 1; pop 8; ret");
    toy.assert_findings(&[("main+8", "system 1")]);
}

#[test]
fn an_import_keeps_registers_and_comes_back_as_declared() {
    assert_loses("import i; export main: push 8; call i; pop 8; ret", "[]");
    assert_loses("import i; export main: lose 3; jmp i", "[3]");
    let toy = Toy::new("import i; export main: jmp i");
    assert_eq!(toy.judge().entries[0].panic, None);
    assert_eq!(toy.judge().entries[0].imports, ["i"]);
}

#[test]
fn a_tail_call_needs_the_stack_as_it_was() {
    // `.x` leads to an import with something on the stack: its branch belongs to no function of the image.
    let toy = Toy::new("import i; export main: push 8; jmp i");
    assert_eq!(toy.findings().len(), 1);
    // The machine checks the state there.
    let toy = Toy::new("export main: set 5 8; jmp f; f: ret");
    toy.assert_findings(&[
        ("main", "the export loses [5]"),
        ("main+4", "lost at a tail call"),
    ]);
}

/// The caller was followed with an older summary of the callee.
#[test]
fn a_summary_that_changes_later_reaches_the_callers() {
    // `f` first returns on its short path, preserving everything.
    assert_loses(
        "export main: push 8; call f; pop 8; ret; \
         f: jz .x; ret; .x: push 8; call g; pop 8; ret; g: nop; lose 3; ret",
        "[3]",
    );
    assert_loses(
        "export main: jmp f; f: jz g; ret; g: jz h; ret; h: lose 3; ret",
        "[3]",
    );
    // Each jumps to the other, and one of them returns.
    for (one, other) in [("nop", "lose 12"), ("lose 12", "nop")] {
        assert_loses(
            &format!("export main: push 8; call a; pop 8; ret; a: {one}; jz b; ret; b: {other}; jmp a"),
            "[12]",
        );
        assert_loses(
            &format!("export main: push 8; call a; pop 8; ret; a: {one}; jmp b; b: {other}; jz a; ret"),
            "[12]",
        );
    }
    // A long cycle of jumps: what the last one loses reaches the first.
    assert_loses(
        "export main: push 8; call b; pop 8; ret; a: jz b; ret; b: jz c; ret; c: jz d; ret; d: jz a; lose 13; ret",
        "[13]",
    );
    // Two callers wait for the same callee: its lost register does not matter to the first, but to the second.
    let callee = "f: jz .x; ret; .x: push 8; call h; pop 8; ret; h: lose 3; ret";
    assert_loses(
        &format!("export main: save 3; call f; restore 3; jmp g; g: push 8; call f; pop 8; ret; {callee}"),
        "[3]",
    );
    // Two calls of one caller, in each order.
    assert_loses(
        &format!(
            "export main: jz .b; save 3; call f; restore 3; ret; .b: push 8; call f; pop 8; ret; {callee}"
        ),
        "[3]",
    );
    assert_loses(
        &format!(
            "export main: jz .b; push 8; call f; pop 8; ret; .b: save 3; call f; restore 3; ret; {callee}"
        ),
        "[3]",
    );
    // Two jumps.
    assert_loses(
        &format!("export main: jz .b; jmp f; .b: lose 12; jmp f; {callee}"),
        "[3, 12]",
    );
}

#[test]
fn a_function_that_calls_itself_knows_what_it_loses() {
    let toy =
        Toy::new("export main: jz .x; set 12 4; ret; .x: set 12 8; push 8; call main; want 12 8; pop 8; ret");
    let findings = toy.findings();
    assert!(
        findings.contains(&(toy.at(".x+12"), "register 12 is Unknown".to_owned())),
        "{findings:?}"
    );
}

#[test]
fn an_export_does_not_write_above_its_return_address() {
    let says = |bytes: u64| {
        format!("the export writes {bytes} bytes above its return address, where the host's own frame is")
    };
    Toy::new("export main: nop; above 8; ret").assert_findings(&[("main+4", &says(8))]);
    // The place is that of the first, the size that of the largest.
    for (first, second, most) in [(8, 16, 16), (16, 8, 16)] {
        let toy = Toy::new(&format!("export main: nop; above {first}; above {second}; ret"));
        toy.assert_findings(&[("main+4", &says(most))]);
    }
    // By a jump to a function that does.
    Toy::new("export main: nop; jmp f; f: above 8; ret").assert_findings(&[("main", &says(8))]);
    for order in ["f g", "g f"] {
        let toy = Toy::new(&format!(
            "export main: jmp {order}; f: above 8; ret; g: above 24; ret"
        ));
        toy.assert_findings(&[("main", &says(24))]);
    }
    Toy::new("export main: nop; above 16; jmp f; f: above 8; ret").assert_findings(&[("main+4", &says(16))]);
    // Even if it never returns.
    Toy::new("export main: jz f; ret; f: above 8; trap").assert_findings(&[("main", &says(8))]);
    Toy::new("export main: ret").assert_findings(&[]);
}

#[test]
fn a_callee_writes_into_the_arguments_that_its_caller_has_put_there() {
    let says = |bytes: u64| {
        format!(
            "the called function writes {bytes} bytes above its return address, beyond the end of this \
             function's frame"
        )
    };
    for (room, above, is_right) in [
        (16, 8, true),
        (16, 16, true),
        (16, 17, false),
        (16, 24, false),
        (0, 1, false),
        (0, 0, true),
    ] {
        let toy = Toy::new(&format!(
            "export main: push {room}; call f; pop {room}; ret; f: above {above}; ret"
        ));
        let message = says(above);
        let expected = [("main+4", message.as_str())];
        toy.assert_findings(if is_right { &[] } else { &expected });
    }
    // The largest of several counts.
    for order in ["f g", "g f"] {
        let toy = Toy::new(&format!(
            "export main: push 8; call {order}; pop 8; ret; f: above 8; ret; g: above 16; ret"
        ));
        toy.assert_findings(&[("main+4", &says(16))]);
        // The code after it is not explored, but it is assumed to return.
        assert_eq!(toy.judge().entries[0].panic, None);
    }
    // Through a jump, and known only after the caller was followed.
    let toy =
        Toy::new("export main: push 8; call f; pop 8; ret; f: jz g; ret; g: jz h; ret; h: above 16; ret");
    toy.assert_findings(&[("main+4", &says(16))]);
    // A call of a function that has arguments on the stack writes nothing above the caller's own return address.
    Toy::new("export main: push 8; call f; pop 8; ret; f: push 16; call g; pop 16; ret; g: above 16; ret")
        .assert_findings(&[]);
}

#[test]
fn saved_registers_among_arguments_are_lost() {
    for (room, lost) in [(0, true), (8, false), (16, false)] {
        let toy = Toy::new(&format!(
            "export main: save 3; push {room}; call f; pop {room}; lose 3; restore 3; ret; f: above 8; ret"
        ));
        let expected: &[_] = &[("main", "the export loses [3]")];
        toy.assert_findings(if lost { expected } else { &[] });
    }
}

#[test]
fn a_routine_keeps_registers_like_an_export() {
    let toy = Toy::new(
        "export main: save 3; call f; restore 3; ret; routine f: lose 3; ret; routine g: lose 12; ret",
    );
    toy.assert_findings(&[("f", "`f`, which the guest calls, loses [3]")]);
    // It may write to its arguments.
    Toy::new("export main: push 8; call f; pop 8; ret; routine f: above 8; ret").assert_findings(&[]);
    // A routine outside of every function.
    let mut toy = Toy::new("export main: push 8; call f; pop 8; ret; f: ret; gap");
    toy.image.edit(|image| image.routines.push(20)).unwrap();
    toy.assert_findings(&[]);
}

#[test]
fn every_export_is_judged() {
    for order in [
        "export a: lose 3; ret; export b: lose 12; ret",
        "export b: lose 12; ret; export a: lose 3; ret",
    ] {
        let findings = Toy::new(order).findings();
        assert_eq!(findings.len(), 2, "{findings:?}");
    }
    // An export that others call.
    let toy = Toy::new("export a: save 3; call b; restore 3; ret; export b: lose 3; ret; c: lose 12; ret");
    toy.assert_findings(&[("b", "the export loses [3]")]);
}
