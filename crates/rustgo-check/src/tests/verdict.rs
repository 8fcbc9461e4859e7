//! Verdicts on exports: budgets, imports, places of findings, advice.

use super::toy::Toy;
use crate::finding::Rule;

fn places(toy: &Toy, number: usize) -> Vec<u64> {
    let findings = toy.judge().findings;
    findings[number].places.iter().map(|place| place.offset).collect()
}

#[test]
fn a_budget_is_compared_with_the_bound_of_ordinary_hosts() {
    // 8 + 24 + 40 for hosts that align to a cache line, 8 + 24 + 48 for others.
    let program = "export main: push 24; align 64; leave; ret";
    let entry = &Toy::new(program).judge().entries[0];
    assert_eq!((entry.bound, entry.bound_aligned), (Some(80), Some(64)));
    for (budget, over) in [
        (81, None),
        (80, None),
        (79, Some(1)),
        (72, Some(8)),
        (64, Some(16)),
        (0, Some(80)),
    ] {
        let toy = Toy::new(program).declare(Some(budget), false);
        let analysis = toy.judge();
        assert_eq!(analysis.entries[0].budget, Some(budget));
        assert_eq!(analysis.entries[0].stack(), Some(budget));
        let said: Vec<(Rule, String)> = analysis
            .findings
            .iter()
            .map(|finding| (finding.rule, finding.message.clone()))
            .collect();
        let message = |over| {
            format!("export `main` takes up to 80 bytes of stack, {over} more than its budget of {budget}")
        };
        let expected: Vec<(Rule, String)> = over
            .map(|over| (Rule::Budget, message(over)))
            .into_iter()
            .collect();
        assert_eq!(said, expected);
        assert!(said.is_empty() || analysis.findings[0].help.contains("stack = 80)"));
    }
    // Budgets are multiples of 16.
    let toy = Toy::new("export main: push 32; pop 32; ret").declare(Some(32), false);
    assert!(toy.judge().findings[0].help.contains("stack = 48)"));
    assert_eq!(
        Toy::new("export main: push 32; pop 32; ret").judge().entries[0].stack(),
        Some(48)
    );
    // Nothing is reported about an export without a bound.
    let toy = Toy::new("export main: lost").declare(Some(0), false);
    assert_eq!(toy.judge().findings.len(), 1);
    assert_eq!(Toy::new("export main: lost").judge().entries[0].stack(), None);
}

#[test]
fn without_a_budget_the_stack_has_a_limit() {
    let said = |bytes: u64, is_declared: bool| -> Vec<(String, String)> {
        let mut toy = Toy::new(&format!("export main: push {bytes}; pop {bytes}; ret"));
        toy.image
            .edit(|parts| parts.entries[0].export.is_declared = is_declared)
            .unwrap();
        let findings = toy.judge().findings.into_iter();
        findings.map(|finding| (finding.message, finding.help)).collect()
    };
    // 8 for the return address.
    assert!(said(65528, true).is_empty());
    let [(message, help)] = &said(65536, true)[..] else {
        panic!("the limit is 65536 bytes");
    };
    assert_eq!(
        message,
        "export `main` takes up to 65544 bytes of stack, 8 more than the limit without a budget of 65536"
    );
    assert!(
        help.contains("as `&mut [T]`") && help.contains("stack = 65552)"),
        "{help}"
    );
    // No budget helps.
    let help = &said(1 << 24, true)[0].1;
    assert!(
        help.starts_with("no budget is larger than 16777216 bytes"),
        "{help}"
    );
    // Nobody could declare a budget for a function of an object.
    assert!(said(1 << 24, false).is_empty());
}

#[test]
fn a_budget_shows_the_deepest_path_from_its_end() {
    let toy = Toy::new("export main: push 8; call f; pop 8; ret; f: push 8; call g; pop 8; ret; g: ret");
    let toy = toy.declare(Some(16), false);
    assert_eq!(places(&toy, 0), ["g", "f+4", "main+4"].map(|label| toy.at(label)));
}

#[test]
fn what_hides_what_it_does_has_no_bound() {
    for (code, is_decided) in [
        ("lost", false),
        ("push 8; call; pop 8; ret", false),
        ("break frame 1; ret", false),
        ("break system 1; ret", true),
        ("break red-zone 1; ret", true),
        ("break alignment 1; ret", true),
        ("break pointer 1; ret", true),
        ("break reserved 1; ret", true),
        ("ret", true),
    ] {
        for program in [
            format!("export main: {code}; export other: ret"),
            format!("export main: push 8; call f; pop 8; ret; export other: ret; f: {code}"),
            format!("export main: jmp f; export other: ret; f: {code}"),
        ] {
            let analysis = Toy::new(&program).judge();
            let [main, other] = &analysis.entries[..] else {
                panic!("two exports");
            };
            assert_eq!(main.is_decided, is_decided, "{program}");
            assert_eq!(main.bound.is_some(), is_decided, "{program}");
            assert_eq!(main.bound_aligned.is_some(), is_decided, "{program}");
            assert_eq!(main.worst_path.is_empty(), !is_decided, "{program}");
            assert!(other.is_decided && other.bound == Some(8));
        }
    }
}

#[test]
fn imports_are_those_that_an_export_reaches() {
    let toy = Toy::new(
        "import c; import a; import b; export main: push 8; call f; call a; pop 8; jmp c; export other: jmp b; \
         f: jmp a",
    );
    let entries = toy.judge().entries;
    assert_eq!(entries[0].imports, ["a", "c"]);
    assert_eq!(entries[1].imports, ["b"]);
}

#[test]
fn a_finding_shows_the_shortest_way_to_it() {
    let toy = Toy::new(
        "export main: push 8; call f; call h; pop 8; ret; f: push 8; call g; pop 8; ret; \
         g: push 8; call h; pop 8; ret; h: nop; break system 1; ret",
    );
    assert_eq!(places(&toy, 0), ["h+4", "main+8"].map(|label| toy.at(label)));
    let toy = Toy::new(
        "export main: push 8; call f; pop 8; ret; f: push 8; call g; pop 8; ret; g: break system 1; ret",
    );
    assert_eq!(places(&toy, 0), ["g", "f+4", "main+4"].map(|label| toy.at(label)));
    // In an export itself there is none.
    let toy = Toy::new("export main: push 8; call other; pop 8; ret; export other: break system 1; ret");
    assert_eq!(places(&toy, 0), [toy.at("other")]);
    // The first of two exports.
    let toy = Toy::new("export a: jmp f; export b: jmp f; f: break system 1; ret");
    assert_eq!(places(&toy, 0), [toy.at("f"), toy.at("a")]);
}

#[test]
fn shared_code_is_complained_about_once() {
    let toy = Toy::new(
        "export main: push 8; jz .x; call f; .x: call g; f: push 8; jmp .s; g: push 8; jmp .s; .s: break system 1; break system 2; trap",
    );
    toy.assert_findings(&[(".s", "system 1"), (".s+4", "system 2")]);
    // Different messages about the same place are both reported.
    let toy = Toy::new(
        "export main: push 8; jz .x; call f; .x: call g; f: push 8; set 1 4; jmp .s; g: push 8; jmp .s; .s: want 1 8; trap",
    );
    assert_eq!(toy.findings().len(), 2);
}

#[test]
fn what_no_export_reaches_is_not_looked_at() {
    let toy = Toy::new("export main: ret; other: break system 1; lost; routine third: lose 3; ret");
    toy.assert_findings(&[]);
    assert_eq!(toy.judge().functions.len(), 1);
}

#[test]
fn names_of_functions_and_of_places_inside() {
    let toy = Toy::new("export main: push 8; call f; call f+4; pop 8; ret; f: nop; ret");
    let names: Vec<String> = toy.judge().functions.values().map(|f| f.name.clone()).collect();
    assert_eq!(names, ["main", "f", "f+0x4"]);
}

#[test]
fn the_standard_library_comes_with_advice() {
    let help = |program: &str| Toy::new(program).judge().findings[0].help.clone();
    let program = |name: &str| format!("export main: jmp {name}; {name}: break system 1; ret");
    assert!(help(&program("core..fmt..write")).contains("itoa"));
    assert_eq!(help(&program("guest..write")), "");
    let recursive = |name: &str| {
        format!(
            "export main: push 8; call {name}; pop 8; ret; {name}: push 8; jz .x; pop 8; ret; .x: call {name}; pop 8; ret"
        )
    };
    assert!(help(&recursive("core..slice..sort..quicksort")).contains("heap sort"));
    assert!(help(&recursive("guest..sort")).contains("recursion has no bound on its stack"));
}

#[test]
fn an_analysis_that_takes_too_much_says_only_that() {
    use crate::fuel::Fuel;
    let toy = Toy::new("export main: push 8; call f; pop 8; ret; export other: ret; f: ret")
        .declare(Some(16), true);
    let analysis = crate::verdict::give_up(&toy.image, &Fuel::of(&toy.image));
    let [main, other] = &analysis.entries[..] else {
        panic!("two exports");
    };
    assert_eq!(
        (main.name.as_str(), main.start, main.budget, main.no_panic),
        ("main", 0, Some(16), true)
    );
    assert_eq!((other.name.as_str(), other.start), ("other", toy.at("other")));
    for entry in [main, other] {
        assert!(!entry.is_decided && entry.panic.is_none() && entry.imports.is_empty());
        assert_eq!((entry.bound, entry.bound_aligned), (None, None));
    }
    assert_eq!(analysis.findings.len(), 1);
    assert!(analysis.functions.is_empty());
}
