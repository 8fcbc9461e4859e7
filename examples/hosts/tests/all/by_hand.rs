//! The commands that the sources and the READMEs give are run as they stand, and print what is said there.

use std::fs;
use std::process::Command;

use rustgo_hosts::command;

use crate::POINT;

/// Runs a script from the repository's root and returns what it writes to stdout.
fn shell(script: &str) -> String {
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(rustgo_hosts::root());
    let output = command::run(&mut shell).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

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
    shell(&commands.join("\n"))
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

/// Runs each `console` block of a README, and compares what it prints with what the README says.
fn by_readme(readme: &str) {
    let text = read(readme);
    let mut blocks = 0;
    for block in text.split("```console\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block has an end");
        // Blocks in lists are indented.
        let lines = block.lines().map(str::trim_start);
        let (commands, printed): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("$ "));
        let commands: Vec<_> = commands.iter().map(|line| &line[2..]).collect();
        let output = shell(&commands.join("\n"));
        assert_eq!(
            output.trim_end(),
            printed.join("\n").trim_end(),
            "{readme}: {commands:#?}"
        );
        blocks += 1;
    }
    assert_ne!(blocks, 0, "{readme} gives no commands");
}

/// One after the other, as they share the folder that they name.
#[test]
fn every_source_and_readme() {
    for source in ["examples/c/scalar_base_mult.c", "asm/linux/scalar_base_mult.asm"] {
        assert_eq!(by_comment(source), POINT, "{source}");
    }
    for source in ["examples/c/benchmark.c", "asm/linux/benchmark.asm"] {
        let nanoseconds: u64 = by_comment(source).parse().unwrap();
        assert_ne!(nanoseconds, 0, "{source}");
    }
    for readme in ["examples/c/README.md", "asm/README.md"] {
        by_readme(readme);
    }
}
