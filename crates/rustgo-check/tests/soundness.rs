//! SOUNDNESS.md and the code name each other: a type or function keeps every numbered statement of the page and says so
//! (`SOUNDNESS: T4`), and every number in the code is on the page.

use std::collections::BTreeSet;
use std::path::Path;

/// The numbers of the statements: the first cells of the tables' rows, such as `| T4 |`.
fn stated(page: &str) -> BTreeSet<String> {
    let cells = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.filter(|cell| is_number(cell)).map(str::to_owned).collect()
}

/// The numbers that a source names after `SOUNDNESS:`.
fn named(source: &str) -> BTreeSet<String> {
    let lists = source.lines().filter_map(|line| line.split_once("SOUNDNESS: "));
    let numbers = lists.flat_map(|(_, list)| list.split(", "));
    numbers.map(|number| number.trim().to_owned()).collect()
}

fn is_number(cell: &str) -> bool {
    let (letter, digits) = cell.split_at(cell.len().min(1));
    letter.chars().all(|c| c.is_ascii_uppercase())
        && !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit())
}

fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_statement_is_kept_by_code_that_names_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let stated = stated(&std::fs::read_to_string(folder.join("SOUNDNESS.md")).unwrap());
    let mut source = String::new();
    sources(&folder.join("src"), &mut source);
    let named = named(&source);
    assert!(stated.len() > 40, "{stated:?}");
    let unkept: Vec<_> = stated.difference(&named).collect();
    assert!(unkept.is_empty(), "no code names {unkept:?}");
    let unstated: Vec<_> = named.difference(&stated).collect();
    assert!(unstated.is_empty(), "the page does not state {unstated:?}");
}
