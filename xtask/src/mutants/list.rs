//! The hand-written mutants: each is planted in the scratch copy, and its command has to fail.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use console::style;

use super::bounded::{self, End};
use super::patch::Patch;
use super::scratch::Scratch;
use super::words::{command, words};
use crate::shell::Shell;
use crate::ui;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its command fails.
    Noticed,
    /// Its command passes.
    Unnoticed,
    /// The code that it changes has changed.
    DoesNotApply(String),
    /// The compiler refuses it, so no test has seen it.
    DoesNotBuild,
    /// Its command was still running at the limit.
    Hung,
    /// Its command fails, or runs for too long, without the fault too.
    BrokenBaseline,
}

/// How long commands may run.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Without a fault; builds everything.
    pub baseline: Duration,
    /// With one.
    pub mutant: Duration,
}

/// Plants each of the mutants, and tells about each.
pub fn run(
    patches: &[Patch],
    scratch: &Scratch,
    shell: &Shell,
    limits: Limits,
) -> Result<Vec<(String, Verdict)>> {
    let shell = scratch.shell(shell);
    let run = Run {
        scratch,
        shell: &shell,
        log: scratch.folder.join("log.txt"),
    };
    // All of them first: that builds the unchanged code once.
    let mut baselines = HashMap::new();
    for patch in patches {
        let line = patch.noticed_by.as_str();
        if !baselines.contains_key(line) {
            let start = Instant::now();
            let end = run.command(line, limits.baseline)?;
            let mark = if end == End::Passed {
                style("✓").green()
            } else {
                style("✗").red()
            };
            println!("  {mark} baseline {}: {line}", ui::duration(start.elapsed()));
            if end != End::Passed {
                println!("{}", run.log_end());
            }
            scratch.revert()?;
            baselines.insert(line, end);
        }
    }
    let mut results = Vec::new();
    for (number, patch) in patches.iter().enumerate() {
        let start = Instant::now();
        let verdict = if baselines[patch.noticed_by.as_str()] == End::Passed {
            run.mutant(patch, limits.mutant)?
        } else {
            Verdict::BrokenBaseline
        };
        let (mark, text) = match &verdict {
            Verdict::Noticed => (style("✓").green(), "noticed".to_owned()),
            Verdict::Unnoticed => (
                style("✗").red(),
                format!("UNNOTICED by `{}`: {}", patch.noticed_by, patch.why),
            ),
            Verdict::DoesNotApply(reason) => (style("✗").red(), format!("DOES NOT APPLY: {reason}")),
            Verdict::DoesNotBuild => (style("✗").red(), format!("DOES NOT BUILD\n{}", run.log_end())),
            Verdict::Hung => (style("✗").red(), format!("HUNG: `{}`", patch.noticed_by)),
            Verdict::BrokenBaseline => (style("✗").red(), "BROKEN BASELINE".to_owned()),
        };
        println!(
            "  {mark} {}/{} {} {}: {text}",
            number + 1,
            patches.len(),
            patch.name,
            style(ui::duration(start.elapsed())).dim()
        );
        results.push((patch.name.clone(), verdict));
    }
    Ok(results)
}

/// Where commands run.
struct Run<'a> {
    scratch: &'a Scratch,
    shell: &'a Shell,
    log: PathBuf,
}

impl Run<'_> {
    fn mutant(&self, patch: &Patch, limit: Duration) -> Result<Verdict> {
        if let Some(reason) = self.scratch.apply(&patch.file)? {
            return Ok(Verdict::DoesNotApply(reason));
        }
        let verdict = self.planted(patch, limit);
        self.scratch.revert()?;
        verdict
    }

    fn planted(&self, patch: &Patch, limit: Duration) -> Result<Verdict> {
        if let Some(build) = build_alone(&words(&patch.noticed_by)?)
            && self.words(&build, limit)? != End::Passed
        {
            return Ok(Verdict::DoesNotBuild);
        }
        Ok(match self.command(&patch.noticed_by, limit)? {
            End::Failed => Verdict::Noticed,
            End::Passed => Verdict::Unnoticed,
            End::Hung => Verdict::Hung,
        })
    }

    fn command(&self, line: &str, limit: Duration) -> Result<End> {
        self.words(&words(line)?, limit)
    }

    fn words(&self, words: &[String], limit: Duration) -> Result<End> {
        let mut command = command(self.shell, words)?;
        // The copy has a target folder of its own.
        command
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_BUILD_TARGET_DIR");
        bounded::run(&mut command, limit, &self.log)
    }

    /// The last lines of what the last command wrote.
    fn log_end(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// The command that builds what another one runs: where that fails, the other would fail for no good reason.
///
/// There is none for a command that builds and no more, such as `cargo check` and `go vet`: its failure is what is wanted.
fn build_alone(words: &[String]) -> Option<Vec<String>> {
    let cargo = words.iter().position(|word| word == "cargo");
    let go = words.iter().position(|word| word == "go");
    let insert = |at: usize, options: &[&str]| {
        let mut build = words.to_vec();
        build.splice(at..at, options.iter().map(|word| (*word).to_owned()));
        build
    };
    if let Some(cargo) = cargo {
        return match words.get(cargo + 1).map(String::as_str) {
            // It can't leave documentation tests unrun.
            Some("test") if words.iter().any(|word| word == "--doc") => None,
            Some("test") => Some(insert(cargo + 2, &["--no-run"])),
            Some("run") => {
                let mut build = words.to_vec();
                "build".clone_into(&mut build[cargo + 1]);
                let end = build.iter().position(|word| word == "--").unwrap_or(build.len());
                build.truncate(end);
                Some(build)
            }
            Some("xtask") => Some(
                ["cargo", "build", "--package", "xtask"]
                    .map(str::to_owned)
                    .to_vec(),
            ),
            Some("rustgo-here") => Some(
                ["cargo", "build", "--package", "cargo-rustgo"]
                    .map(str::to_owned)
                    .to_vec(),
            ),
            _ => None,
        };
    }
    let test = words
        .iter()
        .position(|word| word == "test")
        .filter(|test| Some(*test) > go)?;
    go?;
    if words.iter().any(|word| word.starts_with("-exec")) {
        return None;
    }
    // The tests are built, and `true` runs instead of them.
    Some(insert(test + 1, &["-exec=true", "-vet=off"]))
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::areas::Area;
    use super::super::scratch::tests::{repository, write};
    use super::*;

    const LIMITS: Limits = Limits {
        baseline: Duration::from_secs(60),
        mutant: Duration::from_secs(3),
    };

    /// A patch that replaces the only line of a file.
    fn patch(name: &str, (from, to): (&str, &str), noticed_by: &str) -> String {
        format!(
            "Why: so\nNoticed-by: {noticed_by}\n\ndiff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n\
             @@ -1 +1 @@\n-{from}\n+{to}\n"
        )
    }

    /// What becomes of these patches in a repository of these files.
    fn verdicts(files: &[(&str, &str)], patches: &[(&str, String)]) -> Vec<Verdict> {
        let folder = tempfile::tempdir().unwrap();
        let root = repository(folder.path(), &[files, &[(".gitignore", "target\n")]].concat());
        let list = folder.path().join("mutants");
        fs::create_dir(&list).unwrap();
        for (name, text) in patches {
            write(&list, &[(&format!("xtask/{name}.patch"), text)]);
        }
        let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
        let patches = Patch::all(&list, Area::Xtask).unwrap();
        let results = run(&patches, &scratch, &Shell::new().unwrap(), LIMITS).unwrap();
        for (name, text) in files {
            assert_eq!(fs::read_to_string(scratch.root.join(name)).unwrap(), *text);
            assert_eq!(fs::read_to_string(root.join(name)).unwrap(), *text);
        }
        results.into_iter().map(|(_, verdict)| verdict).collect()
    }

    #[test]
    fn every_verdict() {
        let files = [("script", "exit 0\n"), ("word", "right\n")];
        let fail = ("exit 0", "exit 1");
        let verdicts = verdicts(
            &files,
            &[
                ("1-noticed", patch("script", fail, "sh script")),
                ("2-unnoticed", patch("script", fail, "true")),
                (
                    "3-does-not-apply",
                    patch("script", ("exit 2", "exit 1"), "sh script"),
                ),
                (
                    "4-hung",
                    patch("script", ("exit 0", "sleep 1000; exit 1"), "sh script"),
                ),
                ("5-broken-baseline", patch("script", fail, "false")),
                // What one mutant left is gone when the next is planted.
                (
                    "6-noticed",
                    patch("word", ("right", "wrong"), "grep -q '^right$' word"),
                ),
                ("7-noticed", patch("script", fail, "sh script")),
            ],
        );
        use Verdict::*;
        assert!(matches!(&verdicts[2], DoesNotApply(reason) if reason.contains("does not apply")));
        let others = [&verdicts[..2], &verdicts[3..]].concat();
        assert_eq!(
            others,
            [Noticed, Unnoticed, Hung, BrokenBaseline, Noticed, Noticed]
        );
    }

    /// A command that can't be run is an error, not a mutant that was noticed.
    #[test]
    fn a_missing_program_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let root = repository(folder.path(), &[("a", "b\n"), (".gitignore", "target\n")]);
        let list = folder.path().join("list");
        write(
            &list,
            &[("go/x.patch", &patch("a", ("b", "c"), "no-such-program-anywhere"))],
        );
        let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
        let patches = Patch::all(&list, Area::Go).unwrap();
        assert!(run(&patches, &scratch, &Shell::new().unwrap(), LIMITS).is_err());
    }

    #[test]
    fn what_the_compiler_refuses_is_not_noticed() {
        let line = "pub fn two() -> u8 { 2 }";
        let test = "#[test] fn is_two() { assert_eq!(tiny::two(), 2); }\n";
        let files = [
            (
                "Cargo.toml",
                "[package]\nname = \"tiny\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[workspace]\n",
            ),
            ("src/lib.rs", &format!("{line}\n")),
            ("tests/two.rs", test),
        ];
        let cargo = "cargo test --offline --test two";
        let limits = Limits {
            mutant: Duration::from_secs(60),
            ..LIMITS
        };
        let folder = tempfile::tempdir().unwrap();
        let root = repository(
            folder.path(),
            &[&files[..], &[(".gitignore", "target\n")]].concat(),
        );
        let list = folder.path().join("list");
        let of = |to: &str| patch("src/lib.rs", (line, to), cargo);
        write(
            &list,
            &[
                ("rt/1.patch", &of("pub fn two() -> u8 { 3 }")),
                ("rt/2.patch", &of("pub fn two() -> u8 { true }")),
                ("rt/3.patch", &of("pub fn two() -> u8 { 1 + 1 }")),
            ],
        );
        let scratch = Scratch::of(&root, &root.join("target/mutants")).unwrap();
        let patches = Patch::all(&list, Area::Rt).unwrap();
        let results = run(&patches, &scratch, &Shell::new().unwrap(), limits).unwrap();
        use Verdict::*;
        assert_eq!(
            results,
            [
                ("rt/1".to_owned(), Noticed),
                ("rt/2".to_owned(), DoesNotBuild),
                ("rt/3".to_owned(), Unnoticed)
            ]
        );
    }

    #[test]
    fn builds() {
        for (line, expected) in [
            (
                "cargo test -p x --test y name",
                Some("cargo test --no-run -p x --test y name"),
            ),
            ("A=1 cargo run -q -p x -- y", Some("A=1 cargo build -q -p x")),
            ("cargo xtask test --only fmt", Some("cargo build --package xtask")),
            (
                "cargo rustgo-here verify go",
                Some("cargo build --package cargo-rustgo"),
            ),
            ("cargo check", None),
            ("cargo test --doc -p x", None),
            (
                "GOARCH=arm64 go -C go test -run X ./cpu",
                Some("GOARCH=arm64 go -C go test -exec=true -vet=off -run X ./cpu"),
            ),
            ("go test -exec=qemu-aarch64 .", None),
            ("go vet ./...", None),
            ("test -f x", None),
            ("sh x", None),
        ] {
            let build = build_alone(&words(line).unwrap());
            let expected = expected.map(|line| words(line).unwrap());
            assert_eq!(build, expected, "{line}");
        }
    }
}
