//! Runs test programs with a mutant active.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustgo_hosts::command;

use super::super::bounded::{self, End};
use super::activate::{TRACE, VARIABLE};
use super::build::Program;
use crate::shell::Shell;
use crate::ui;

/// How many mutants run unit tests at a time.
pub const WORKERS: usize = 2;

/// Where programs run.
pub struct Runner {
    shell: Shell,
    /// The folder for logs.
    folder: PathBuf,
    /// The folder of the standard library, which a macro's unit tests load.
    libraries: String,
    /// No program may take longer.
    limit: Duration,
}

/// A program that passes without a fault.
#[derive(Clone, Debug)]
pub struct Timed {
    pub program: Program,
    /// How long it takes, on a machine that has something else to do too.
    pub time: Duration,
    /// `None` if it is not known.
    reach: Option<Reach>,
}

/// Which tests reach a function.
#[derive(Clone, Debug, Default)]
struct Reach {
    /// By function. Work that a test gives to threads without its name, or to other programs, is no test's: "".
    tests: BTreeMap<usize, BTreeSet<String>>,
}

impl Reach {
    /// Reads what programs wrote, and which tests there are.
    fn parse(trace: &str, tests: &BTreeSet<String>) -> Self {
        let mut reach = Self::default();
        for line in trace.lines() {
            let Some((function, test)) = line.split_once(' ') else {
                continue;
            };
            let Ok(function) = function.parse() else {
                continue;
            };
            let test = if tests.contains(test) { test } else { "" };
            reach.tests.entry(function).or_default().insert(test.to_owned());
        }
        reach
    }

    /// The tests that have to run for a mutant of a function, each by its name; `None` if that is all of them.
    fn of(&self, function: usize) -> Option<Vec<&str>> {
        let Some(tests) = self.tests.get(&function) else {
            return Some(Vec::new());
        };
        (!tests.contains("")).then(|| tests.iter().map(String::as_str).collect())
    }
}

impl Runner {
    pub fn new(shell: &Shell, folder: PathBuf, limit: Duration) -> Result<Self> {
        let libraries = command::read(shell.command("rustc").args(["--print", "target-libdir"]))?;
        Ok(Self {
            shell: shell.clone(),
            folder,
            libraries,
            limit,
        })
    }

    /// Runs each of the programs without a fault, and returns them, those that take the least time first.
    pub fn baseline(&self, programs: &[Program]) -> Result<Vec<Timed>> {
        let mut timed = Vec::new();
        for program in programs {
            let trace = self.folder.join("trace.txt");
            fs::write(&trace, "")?;
            let mut reach = None;
            let (mut start, long) = (Instant::now(), Duration::from_secs(3600));
            let mut command = self.command(program);
            command.env(TRACE, &trace);
            let mut end = self.run(command, program, 0, long, 0)?;
            if end == End::Passed {
                // Bytes of a line that a killed program has not written whole are none of a test's name.
                let trace = String::from_utf8_lossy(&fs::read(&trace)?).into_owned();
                reach = Some(Reach::parse(&trace, &self.tests(program)?));
            } else {
                // Tests that count instructions count those of the trace too: all of them have to run.
                start = Instant::now();
                end = self.run(self.command(program), program, 0, long, 0)?;
            }
            ensure!(
                end == End::Passed,
                "{} fails without a fault too; see {}",
                program.name,
                self.log(0).display()
            );
            let time = start.elapsed();
            println!("  baseline {}: {}", ui::duration(time), program.name);
            timed.push(Timed {
                program: program.clone(),
                time,
                reach,
            });
        }
        timed.sort_by_key(|timed| timed.time);
        Ok(timed)
    }

    /// Runs a program with a mutant of a function active: those of its tests that reach the function, as no other can notice.
    pub fn mutant(&self, timed: &Timed, number: usize, function: usize, worker: usize) -> Result<End> {
        let mut command = self.command(&timed.program);
        match timed.reach.as_ref().and_then(|reach| reach.of(function)) {
            Some(tests) if tests.is_empty() => return Ok(End::Passed),
            Some(tests) => command.arg("--exact").args(tests),
            None => &mut command,
        };
        self.run(command, &timed.program, number, self.limit(timed), worker)
    }

    /// Runs all of a program that a mutant was built into.
    pub fn whole(&self, timed: &Timed) -> Result<End> {
        let command = self.command(&timed.program);
        self.run(command, &timed.program, 0, self.limit(timed), 0)
    }

    /// As long as it takes without a fault several times, on a machine whose other work comes and goes.
    fn limit(&self, timed: &Timed) -> Duration {
        (timed.time * 5 + Duration::from_secs(20)).min(self.limit)
    }

    fn run(
        &self,
        mut command: Command,
        program: &Program,
        number: usize,
        limit: Duration,
        worker: usize,
    ) -> Result<End> {
        command
            .env(VARIABLE, number.to_string())
            // Two mutants run at a time, or one mutant's tests.
            .env("RUST_TEST_THREADS", if program.is_unit { "1" } else { "2" });
        bounded::run_until(&mut command, limit, &self.log(worker), has_failed)
    }

    /// The names of a program's tests.
    fn tests(&self, program: &Program) -> Result<BTreeSet<String>> {
        let list = command::read(self.command(program).args(["--list", "--format=terse"]))?;
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        Ok(names.map(str::to_owned).collect())
    }

    /// A command that starts a program as cargo does.
    fn command(&self, program: &Program) -> Command {
        // A mutant may take memory, or write, without end.
        let limits = "ulimit -c 0; ulimit -d 4000000; ulimit -f 4000000; exec nice -n 5 \"$0\" \"$@\"";
        let mut command = if cfg!(unix) {
            let mut shell = self.shell.command("sh");
            shell.args(["-c", limits]).arg(&program.executable);
            shell
        } else {
            self.shell.command(&program.executable.to_string_lossy())
        };
        let package = program.name.split('/').next().unwrap_or_default();
        command
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder)
            .env("CARGO_PKG_NAME", package)
            .env("LD_LIBRARY_PATH", &self.libraries)
            .env("DYLD_FALLBACK_LIBRARY_PATH", &self.libraries);
        command
    }

    /// What the last program of a worker has written.
    pub fn log(&self, worker: usize) -> PathBuf {
        self.folder.join(format!("log-{worker}.txt"))
    }
}

/// Whether the lines of the test harness say that a test has failed.
fn has_failed(lines: &str) -> bool {
    lines
        .lines()
        .any(|line| line.starts_with("test ") && line.ends_with(" ... FAILED"))
}

/// Whether these programs, and the tool that some of them run, are the ones that mutants were built into.
pub fn know_mutants(programs: &[Program]) -> Result<bool> {
    let holds = |path: &Path| -> Result<bool> {
        let bytes = fs::read(path).with_context(|| format!("{}", path.display()))?;
        Ok(bytes
            .windows(VARIABLE.len())
            .any(|window| window == VARIABLE.as_bytes()))
    };
    let mut any = false;
    for program in programs {
        any |= holds(&program.executable)?;
        for tool in &program.tools {
            if !holds(tool)? {
                return Ok(false);
            }
        }
    }
    Ok(any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_test_is_seen() {
        assert!(has_failed(
            "running 2 tests\ntest a::b ... ok\ntest a::c ... FAILED\n"
        ));
        assert!(!has_failed(
            "test a::b ... ok\ntest c ... ignored\nthe word FAILED\n"
        ));
        // One thread alone writes the name before the test has ended, and what a test writes may come between.
        assert!(!has_failed("test result: FAILED. 1 passed\n"));
    }

    #[test]
    fn tests_that_reach_a_function_are_chosen() {
        let tests = ["a::b", "c"].map(str::to_owned).into();
        let reach = Reach::parse("7 a::b\n7 c\n8 c\n9 c\n9 \n10 main\nhalf\n", &tests);
        assert_eq!(reach.of(7), Some(vec!["a::b", "c"]));
        assert_eq!(reach.of(8), Some(vec!["c"]));
        // Something else reaches it too, for whichever test.
        assert_eq!(reach.of(9), None);
        assert_eq!(reach.of(10), None);
        assert_eq!(reach.of(11), Some(vec![]));
    }
}
