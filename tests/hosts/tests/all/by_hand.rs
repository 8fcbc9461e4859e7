//! Runs the commands in the sources' comments and the READMEs as they are, and compares their output.

use std::fs;

use rustgo_hosts::readme;

use crate::POINT;

fn read(path: &str) -> String {
    fs::read_to_string(rustgo_hosts::root().join(path)).unwrap()
}

/// Runs the lines of a source's comments that begin with `$ `, and returns the last line they print.
fn by_comment(source: &str) -> String {
    let commands: Vec<_> = read(source)
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '*', ';']).strip_prefix("$ "))
        .map(str::to_owned)
        .collect();
    assert!(!commands.is_empty(), "{source} gives no commands");
    readme::shell(&commands.join("\n"))
        .unwrap()
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

/// One after the other, because they share the folder that they name.
#[test]
fn every_source_and_readme() {
    for source in ["examples/c/scalar_base_mult.c", "asm/linux/scalar_base_mult.asm"] {
        assert_eq!(by_comment(source), POINT, "{source}");
    }
    for source in ["examples/c/benchmark.c", "asm/linux/benchmark.asm"] {
        let nanoseconds: u64 = by_comment(source).parse().unwrap();
        assert_ne!(nanoseconds, 0, "{source}");
    }
    for path in ["examples/c/README.md", "asm/README.md"] {
        readme::check(path).unwrap();
    }
}
