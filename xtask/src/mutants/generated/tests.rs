//! Mutants of a package of the tests' own are planted, from the listed change to what the journal says of it.

use super::super::scratch::tests::repository;
use super::*;

const SOURCE: &str = "\
pub fn less(a: u32, b: u32) -> bool { a < b }
pub const fn two() -> u32 { 1 + 1 }
pub fn unused() -> u32 { 3 }
pub fn count(n: u32) -> u32 { let mut i = 0; while i < n { i += 1; } i }
pub fn letters() -> impl Iterator<Item = char> { \"ab\".chars() }
pub fn none() -> impl Iterator<Item = char> { \"\".chars() }
#[cfg(test)]
mod tests {
    #[test]
    fn compares() { assert!(super::less(1, 2)); }
    #[test]
    fn has_two() { assert_eq!(super::two(), 2); }
    #[test]
    fn counts() { assert_eq!(super::count(3), 3); }
    #[test]
    fn has_letters() { assert_eq!(super::letters().count() + super::none().count(), 2); }
}
";

const TEST: &str = "#[test] fn compares() { assert!(!x::less(2, 2)); }";

/// A mutant that replaces a part of a line, counted from 1.
fn mutant(line: usize, old: &str, new: &str) -> Mutant {
    let text = SOURCE.lines().nth(line - 1).unwrap();
    let column = text.find(old).unwrap() + 1;
    let place = |column| mutant::Place { line, column };
    Mutant {
        name: format!("src/lib.rs:{line}:{column}: {old} {new}"),
        file: "src/lib.rs".to_owned(),
        span: mutant::Span {
            start: place(column),
            end: place(column + old.len()),
        },
        replacement: new.to_owned(),
    }
}

#[test]
fn what_becomes_of_mutants() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"x\"\nedition = \"2024\"\n[workspace]\n";
    let root = repository(
        folder.path(),
        &[
            (".gitignore", "target\nCargo.lock"),
            ("Cargo.toml", manifest),
            ("src/lib.rs", SOURCE),
            ("tests/more.rs", TEST),
        ],
    );
    let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
    let path = folder.path().join("journal");
    let plant = |mutants: &[Mutant], one_build: bool| {
        let journal = Journal::open(&path, &scratch.tree).unwrap();
        let planting = Planting {
            rust: Rust {
                files: &[],
                packages: &["x"],
                test: &["--lib", "--tests"],
            },
            scratch: &scratch,
            shell: scratch.shell(&Shell::new().unwrap()),
            limit: Duration::from_secs(10),
            one_build,
            journal: &journal,
        };
        planting.run(mutants).unwrap();
        assert_eq!(
            fs::read_to_string(scratch.root.join("src/lib.rs")).unwrap(),
            SOURCE
        );
        mutants
            .iter()
            .map(|mutant| journal.of(&mutant.name))
            .collect::<Vec<_>>()
    };
    let package = || scratch.root.file_name().unwrap().to_string_lossy().into_owned();
    let (unit, more) = (package(), format!("{}/more", package()));
    let is_passed = |events: &[Event]| {
        let all = [Event::Passed(unit.clone()), Event::Passed(more.clone())];
        events.len() == 2 && all.iter().all(|event| events.contains(event))
    };
    let noticed = |by: &str| Event::Noticed(by.to_owned());

    let mutants = [
        mutant(1, "<", ">"),
        mutant(1, "<", "<="),
        mutant(1, "<", "!="),
        mutant(2, "+", "-"),
        mutant(2, "+", "*"),
        mutant(3, "3", "4"),
        mutant(3, "3", "String::new()"),
        mutant(4, "+=", "*="),
        mutant(5, "\"ab\".chars()", "::std::iter::empty()"),
        mutant(6, "\"\".chars()", "::std::iter::empty()"),
        mutant(6, "\"\".chars()", "()"),
    ];
    let events = plant(&mutants, true);
    let left_out: Vec<_> = (0..mutants.len())
        .filter(|&index| events[index] == [Event::LeftOut])
        .collect();
    assert_eq!(left_out, [3, 4]);
    let events = plant(&mutants, false);
    let last = |index: usize| events[index].last().unwrap().clone();
    assert_eq!(last(0), noticed(&unit));
    assert_eq!(last(1), noticed(&more));
    assert!(is_passed(&events[2]), "{events:?}");
    // Those of a constant, built one by one.
    assert_eq!(last(3), noticed(&unit));
    assert_eq!(last(4), noticed(&unit));
    assert!(is_passed(&events[5]), "{events:?}");
    assert_eq!(events[6], [Event::Unviable]);
    assert_eq!(last(7), Event::Hung(unit.clone()));
    // Their types are not those of the original values.
    assert_eq!(last(8), noticed(&unit));
    assert!(is_passed(&events[9]), "{events:?}");
    assert_eq!(events[10], [Event::Unviable]);

    // All is known: nothing is built, so it does not matter that it could not be.
    fs::remove_dir_all(scratch.root.join("target")).unwrap();
    assert_eq!(plant(&mutants, false), events);
    assert!(!scratch.root.join("target").exists());
}
