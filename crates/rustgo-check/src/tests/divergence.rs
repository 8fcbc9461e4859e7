//! Where execution never returns, and what that means for an export.

use super::toy::Toy;
use crate::{Divergence, DivergenceKind, DivergenceReason};

/// The divergences of a function, with labels instead of offsets.
fn assert_stops(program: &str, expected: &[(&str, &str, DivergenceReason)]) {
    let toy = Toy::new(program);
    let stops = toy.judge().functions[&toy.at("main")].divergences.clone();
    let expected: Vec<Divergence> = expected
        .iter()
        .map(|(at, cause, reason)| Divergence {
            at: toy.at(at),
            cause: toy.at(cause),
            reason: *reason,
        })
        .collect();
    assert_eq!(stops, expected, "{program}");
}

fn call(program: &str, callee: &str) -> DivergenceReason {
    DivergenceReason::Call(Toy::new(program).at(callee))
}

#[test]
fn a_stop_is_the_first_instruction_without_a_way_back() {
    assert_stops("export main: ret", &[]);
    assert_stops("export main: trap", &[("main", "main", DivergenceReason::Trap)]);
    assert_stops(
        "export main: nop; nop; trap",
        &[("main", "main+8", DivergenceReason::Trap)],
    );
    assert_stops(
        "export main: jz .t; ret; .t: nop; trap",
        &[(".t", ".t+4", DivergenceReason::Trap)],
    );
    assert_stops(
        "export main: jz .l; ret; .l: nop; jmp .l",
        &[(".l", ".l", DivergenceReason::Loop)],
    );
    // A loop with an exit does not diverge.
    assert_stops("export main: .l: nop; jz .l; ret", &[]);
    assert_stops("export main: .l: jz .m; jmp .l; .m: ret", &[]);
    // Two on different paths. Two paths to one are one.
    assert_stops(
        "export main: jz .t; jz .u; ret; .t: trap; .u: nop; trap",
        &[
            (".t", ".t", DivergenceReason::Trap),
            (".u", ".u+4", DivergenceReason::Trap),
        ],
    );
    assert_stops(
        "export main: jz .t; jz .t; ret; .t: trap",
        &[(".t", ".t", DivergenceReason::Trap)],
    );
    // Further on there is a choice between two ends: the nearer one is the cause.
    assert_stops(
        "export main: jz .t; ret; .t: jz .v; nop; trap; .v: trap",
        &[(".t", ".v", DivergenceReason::Trap)],
    );
    assert_stops(
        "export main: jz .t; ret; .t: jz .v; trap; .v: nop; trap",
        &[(".t", ".t+4", DivergenceReason::Trap)],
    );
    // It may be in a loop that has no other exit.
    assert_stops(
        "export main: jz .t; ret; .t: nop; jz .u; jmp .t; .u: trap",
        &[(".t", ".u", DivergenceReason::Trap)],
    );
}

#[test]
fn a_call_of_what_never_returns_is_a_stop() {
    let program = "export main: push 8; jz .t; pop 8; ret; .t: nop; call f; f: trap";
    assert_stops(program, &[(".t", ".t+4", call(program, "f"))]);
    let program = "import i noreturn; export main: push 8; jz .t; pop 8; ret; .t: call i";
    assert_stops(program, &[(".t", ".t", call(program, "i"))]);
    let program = "import i; export main: push 8; jz .t; pop 8; ret; .t: call i; trap";
    assert_stops(program, &[(".t", ".t+4", DivergenceReason::Trap)]);
    let program = "export main: jz .t; ret; .t: jmp f; f: trap";
    assert_stops(program, &[(".t", ".t", call(program, "f"))]);
    // Of several callees that never return the first is named.
    let program = "export main: push 8; jz .t; pop 8; ret; .t: call g f; f: trap; g: trap";
    assert_stops(program, &[(".t", ".t", call(program, "f"))]);
}

/// The instruction has another path, which returns.
#[test]
fn a_conditional_tail_call_of_what_never_returns_is_a_stop() {
    let program = "import i noreturn; export main: nop; jz i; ret";
    assert_stops(program, &[("main+4", "main+4", call(program, "i"))]);
    assert_eq!(panic_of(program), Some(DivergenceKind::Import));
    let program = "export main: nop; jz f; ret; f: trap";
    assert_stops(program, &[("main+4", "main+4", call(program, "f"))]);
    let program = "import i noreturn; export main: jmp f i; f: ret";
    assert_stops(program, &[("main", "main", call(program, "i"))]);
    for order in ["f i", "i f"] {
        let program = format!("import i noreturn; export main: push 8; call {order}; pop 8; ret; f: ret");
        assert_stops(&program, &[("main+4", "main+4", call(&program, "i"))]);
        assert_eq!(panic_of(&program), Some(DivergenceKind::Import));
    }
    assert_stops("import i; export main: nop; jz i; ret", &[]);
    // In the order of their places.
    let program = "export main: jz .t; jz f; ret; .t: trap; f: trap";
    assert_stops(
        program,
        &[
            ("main+4", "main+4", call(program, "f")),
            (".t", ".t", DivergenceReason::Trap),
        ],
    );
}

fn panic_of(program: &str) -> Option<DivergenceKind> {
    Toy::new(program).judge().entries[0]
        .panic
        .as_ref()
        .map(|panic| panic.kind)
}

#[test]
fn the_kind_of_an_end() {
    let calls = |callee: &str| format!("export main: push 8; jz .t; pop 8; ret; .t: call f; f: {callee}");
    for (program, kind) in [
        ("export main: ret".to_owned(), None),
        ("export main: trap".to_owned(), Some(DivergenceKind::Trap)),
        ("export main: .l: jmp .l".to_owned(), Some(DivergenceKind::Loop)),
        (calls("trap"), Some(DivergenceKind::Trap)),
        (calls(".l: jmp .l"), Some(DivergenceKind::Loop)),
        (calls("ret"), None),
        // A function that calls itself forever.
        (calls("push 8; call f"), Some(DivergenceKind::Loop)),
        (calls("push 8; call g; g: push 8; call f"), Some(DivergenceKind::Loop)),
        ("import i noreturn; export main: push 8; call i".to_owned(), Some(DivergenceKind::Import)),
        ("import i; export main: push 8; call i; pop 8; ret".to_owned(), None),
        ("import rustgo_panic noreturn; export main: push 8; call rustgo_panic".to_owned(), Some(DivergenceKind::Panic)),
        ("export main: push 8; call rust_begin_unwind; rust_begin_unwind: .l: jmp .l".to_owned(), Some(DivergenceKind::Panic)),
        ("export main: push 8; call core..panicking..panic; core..panicking..panic: trap".to_owned(), Some(DivergenceKind::Panic)),
        ("export main: push 8; call core..slice..index_fail; core..slice..index_fail: trap".to_owned(), Some(DivergenceKind::Panic)),
        ("export main: push 8; call guest..index_fail; guest..index_fail: trap".to_owned(), Some(DivergenceKind::Trap)),
        ("export main: push 8; call core..abort; core..abort: trap".to_owned(), Some(DivergenceKind::Trap)),
        // Through another function, and from inside the panic machinery.
        ("export main: push 8; call f; f: push 8; call core..panicking..panic; core..panicking..panic: push 8; call g; g: .l: jmp .l".to_owned(), Some(DivergenceKind::Panic)),
        ("import i noreturn; export main: push 8; call core..panicking..panic; core..panicking..panic: jmp i".to_owned(), Some(DivergenceKind::Panic)),
    ] {
        assert_eq!(panic_of(&program), kind, "{program}");
    }
    // Only reachable code counts.
    assert_eq!(panic_of("export main: ret; export other: trap"), None);
}

#[test]
fn a_panic_says_more_than_another_end_and_a_short_way_more_than_a_long_one() {
    let path = |program: &str| -> Vec<u64> {
        let analysis = Toy::new(program).judge();
        let panic = analysis.entries[0].panic.as_ref().expect("an end");
        panic.path.iter().map(|place| place.offset).collect()
    };
    let core = "core..panicking..panic: nop; trap";
    for order in ["jz .a; jz .b", "jz .b; jz .a"] {
        let program = format!(
            "export main: push 8; {order}; pop 8; ret; .a: trap; .b: call f; f: push 8; call core..panicking..panic; {core}"
        );
        assert_eq!(panic_of(&program), Some(DivergenceKind::Panic));
        // From `.b` on, as one function after the other panics: the shortest is inside the machinery.
        assert_eq!(path(&program), [24, 32, 40]);
        let program = format!("export main: push 8; {order}; pop 8; ret; .a: call f; .b: trap; f: nop; trap");
        assert_eq!(path(&program).len(), 1, "{program}");
    }
    // Between functions.
    for order in ["call f; call g", "call g; call f"] {
        let program = format!(
            "export main: push 8; {order}; pop 8; ret; f: jz .x; ret; .x: trap; g: push 8; jz .y; pop 8; ret; .y: call h; h: .l: jmp .l"
        );
        assert_eq!(panic_of(&program), Some(DivergenceKind::Trap), "{program}");
        let program = format!(
            "export main: push 8; {order}; pop 8; ret; f: jz .x; ret; .x: trap; g: push 8; jz .y; pop 8; ret; .y: call core..panicking..panic; {core}"
        );
        assert_eq!(panic_of(&program), Some(DivergenceKind::Panic), "{program}");
    }
}

#[test]
fn the_places_of_a_panic() {
    let toy = Toy::new(
        "export main: push 8; call f; jz .t; pop 8; ret; .t: trap; \
         f: push 8; jz .x; jz .y; pop 8; ret; .x: call g; .y: nop; trap; g: nop; trap",
    );
    let panic = toy.judge().entries[0].panic.clone().unwrap();
    let offsets: Vec<u64> = panic.places.iter().map(|place| place.offset).collect();
    // Divergences of `g`, which never returns itself, are reported at its callers.
    assert_eq!(offsets, [".t", ".x", ".y+4"].map(|label| toy.at(label)));
    let path: Vec<u64> = panic.path.iter().map(|place| place.offset).collect();
    assert_eq!(path, [toy.at(".t")]);
    // Calls lead to the place of the divergence, and from there on to its causes.
    let toy = Toy::new(
        "export main: push 8; call e; pop 8; ret; e: push 8; call f; pop 8; ret; \
         f: push 8; jz .x; pop 8; ret; .x: call g; g: nop; .l: jmp .l",
    );
    let panic = toy.judge().entries[0].panic.clone().unwrap();
    let path: Vec<u64> = panic.path.iter().map(|place| place.offset).collect();
    // `g` alone is the shortest end; the way there is by calls.
    assert_eq!(path, ["main+4", "e+4", ".x", "g"].map(|label| toy.at(label)));
}

#[test]
fn a_promise_not_to_panic_is_kept_or_broken() {
    let says = |program: &str| -> Option<String> {
        let toy = Toy::new(program).declare(None, true);
        let findings = toy.judge().findings;
        findings
            .into_iter()
            .find(|finding| finding.rule == crate::finding::Rule::Panic)
            .map(|finding| finding.message)
    };
    for (program, what) in [
        (
            "export main: push 8; jz .t; pop 8; ret; .t: call core..panicking..panic; core..panicking..panic: trap",
            "can panic",
        ),
        (
            "export main: jz .t; ret; .t: trap",
            "can reach a trap instruction",
        ),
        ("export main: jz .t; ret; .t: jmp .t", "can enter an endless loop"),
        (
            "import i noreturn; export main: nop; jz i; ret",
            "can call a host import that does not return",
        ),
        (
            "export main: jz .t; jz .u; ret; .t: trap; .u: trap",
            "can reach a trap instruction (at 2 places)",
        ),
        (
            "export main: jz .t; jz .u; jz .v; ret; .t: trap; .u: trap; .v: trap",
            "can reach a trap instruction (at 3 places)",
        ),
        ("export main: trap", "can reach a trap instruction"),
    ] {
        let expected = format!("export `main` promises `no_panic`, but {what}");
        assert_eq!(says(program), Some(expected), "{program}");
    }
    assert_eq!(says("export main: ret"), None);
    // An export that promises nothing violates nothing.
    assert!(Toy::new("export main: trap").findings().is_empty());
    let toy =
        Toy::new("export main: push 8; call f; pop 8; ret; f: jz .t; ret; .t: trap").declare(None, true);
    let places: Vec<u64> = toy.judge().findings[0]
        .places
        .iter()
        .map(|place| place.offset)
        .collect();
    assert_eq!(places, [toy.at(".t"), toy.at("main+4")]);
}
