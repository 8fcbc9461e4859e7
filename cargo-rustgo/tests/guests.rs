//! Each file in `guests/` is a guest that violates one rule when it is compiled with `--cfg bad`, and none otherwise.
//! Its first lines name the rule, the expected message and the function, and what is proven about the correct version:
//!
//! ```text
//! //@ rule: recursion
//! //@ says: `walk` calls itself
//! //@ in: walk
//! //@ help: use a loop
//! //@ bound: tree 24
//! //@ on: amd64 arm64
//! ```
//!
//! A guest with a `help` line expects that text in the help. A guest without an `on` line is for amd64 only, as is
//! assembly. Bounds are those on amd64.

mod common;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use cargo_rustgo::processor::Processor;
use common::{check, compile_for};
use serde_json::Value;

/// What a guest's first lines say.
struct Expected {
    rule: String,
    says: String,
    function: Option<String>,
    help: Option<String>,
    bounds: Vec<(String, u64)>,
    processors: Vec<Processor>,
}

impl Expected {
    fn read(file: &Path) -> Self {
        let source = std::fs::read_to_string(file).unwrap();
        let all = |key: &str| -> Vec<String> {
            let prefix = format!("//@ {key}: ");
            source
                .lines()
                .filter_map(|line| line.strip_prefix(&prefix))
                .map(str::to_owned)
                .collect()
        };
        let one = |key| all(key).pop();
        Self {
            rule: one("rule").expect("a guest says which rule it breaks"),
            says: one("says").expect("a guest says what the tool has to say"),
            function: one("in"),
            help: one("help"),
            bounds: all("bound")
                .iter()
                .map(|line| line.split_once(' ').expect("an export and a number"))
                .map(|(name, bytes)| (name.to_owned(), bytes.parse().unwrap()))
                .collect(),
            processors: one("on")
                .as_deref()
                .unwrap_or("amd64")
                .split(' ')
                .map(|name| Processor::named(name).expect("a processor"))
                .collect(),
        }
    }
}

fn guests() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// A guest for a processor.
struct Case {
    file: PathBuf,
    processor: Processor,
    expected: Expected,
}

impl Case {
    fn name(&self) -> String {
        let name = self.file.file_stem().unwrap().to_str().unwrap();
        format!("{name}_{}", self.processor.go_name())
    }

    /// What the tool says of the guest, compiled with the given `--cfg`s.
    fn check(&self, cfgs: &[&str]) -> Result<(Value, Option<i32>), String> {
        let name = format!("{}_{}", self.name(), if cfgs.is_empty() { "good" } else { "bad" });
        let library = compile_for(self.processor, &self.file, cfgs, &name)?;
        let said = check(&library);
        // Each has four megabytes, and there are more than a hundred.
        std::fs::remove_file(library).map_err(|error| error.to_string())?;
        Ok(said)
    }
}

/// Runs a check on every guest, two at a time, and lists all failures.
fn each(check: impl Fn(&Case) -> Result<(), String> + Sync) {
    let files = guests();
    assert!(files.len() >= 20, "the guests are gone");
    let cases = files.iter().flat_map(|file| {
        let processors = Expected::read(file).processors;
        processors.into_iter().map(|processor| Case {
            file: file.clone(),
            processor,
            expected: Expected::read(file),
        })
    });
    let todo = Mutex::new(cases.collect::<Vec<_>>());
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(case) = todo.lock().unwrap().pop() else {
                        return;
                    };
                    if let Err(failure) = check(&case) {
                        failures
                            .lock()
                            .unwrap()
                            .push(format!("{}: {failure}", case.name()));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

#[test]
fn a_bad_guest_is_refused_with_the_right_message() {
    each(|case| {
        let expected = &case.expected;
        let (report, status) = case.check(&["bad"])?;
        let findings = report["findings"].as_array().unwrap();
        let [finding] = &findings[..] else {
            return Err(format!("expected one finding: {report:#}"));
        };
        let function = finding["places"][0]["function"].as_str().unwrap_or_default();
        let is_right = status == Some(1)
            && finding["rule"] == expected.rule.as_str()
            && finding["message"].as_str().unwrap().contains(&expected.says)
            && expected
                .function
                .as_deref()
                .is_none_or(|wanted| function.contains(wanted))
            && finding["help"].as_str().is_some_and(|help| {
                !help.is_empty() && help.contains(expected.help.as_deref().unwrap_or_default())
            });
        if is_right {
            Ok(())
        } else {
            Err(format!("status {status:?}, {finding:#}"))
        }
    });
}

#[test]
fn its_corrected_twin_is_proven() {
    each(|case| {
        let (report, status) = case.check(&[])?;
        if status != Some(0) || report["findings"] != Value::Array(Vec::new()) {
            return Err(format!("status {status:?}, {report:#}"));
        }
        let amd64 = case.processor == Processor::X86_64;
        for (export, bytes) in case.expected.bounds.iter().filter(|_| amd64) {
            let exports = report["exports"].as_array().unwrap();
            let bound = exports
                .iter()
                .find(|verdict| verdict["name"] == export.as_str())
                .map(|v| &v["bound"]);
            if bound != Some(&Value::from(*bytes)) {
                return Err(format!("the bound of {export} is {bound:?}, not {bytes}"));
            }
        }
        Ok(())
    });
}
