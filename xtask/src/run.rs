//! What a step runs, and what of that failed.
//!
//! Every command of a step goes through a [`Run`], which remembers a failure whatever comes after it. So a step passes only if
//! each of its commands did, and if there was one.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Result, bail, ensure};
use rustgo_hosts::command;
use tempfile::NamedTempFile;

use crate::shell::Shell;
use crate::ui;

/// The variable that names a file to which a test appends a line for each part that it skips on this system.
const SKIPS: &str = "RUSTGO_SKIPS";

/// The commands of one step.
pub struct Run<'a> {
    pub shell: &'a Shell,
    done: usize,
    failures: Vec<String>,
    skips: NamedTempFile,
}

impl<'a> Run<'a> {
    /// Runs the commands that `step` asks for, and returns what they skipped.
    ///
    /// # Errors
    ///
    /// One of them failed, `step` itself did, or there was none.
    pub fn of(shell: &'a Shell, step: fn(&mut Run) -> Result<()>) -> Result<Vec<String>> {
        let mut run = Run {
            shell,
            done: 0,
            failures: Vec::new(),
            skips: NamedTempFile::new()?,
        };
        if let Err(error) = step(&mut run) {
            run.failures.push(format!("{error:#}"));
        }
        if !run.failures.is_empty() {
            bail!("{}", run.failures.join("; "));
        }
        ensure!(run.done > 0, "nothing was run");
        let skips = fs::read_to_string(run.skips.path())?;
        let skips: BTreeSet<_> = skips.lines().collect();
        Ok(skips.into_iter().map(str::to_owned).collect())
    }

    /// Runs a command in the open. One that fails doesn't keep the next from running.
    pub fn show(&mut self, command: &mut Command) {
        let result = self.shell.show(command.env(SKIPS, self.skips.path()));
        self.check(result);
    }

    /// Runs a command, and returns what it wrote if it passed.
    pub fn read(&mut self, command: &mut Command) -> Option<String> {
        ui::command(&command::line(command));
        match command::read(command) {
            Ok(text) => {
                self.done += 1;
                Some(text)
            }
            Err(error) => {
                self.check(Err(error));
                None
            }
        }
    }

    /// Enters what became of something else that the step does.
    pub fn check(&mut self, result: Result<()>) {
        self.done += 1;
        if let Err(error) = result {
            self.failures.push(format!("{error:#}"));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs these programs in one step.
    macro_rules! run {
        ($($program:literal)*) => {
            Run::of(&Shell::new().unwrap(), |run| {
                $(run.show(&mut run.shell.command($program));)*
                Ok(())
            })
        };
    }

    #[test]
    fn a_failure_counts_wherever_it_is() {
        run!("true").unwrap();
        run!("true" "true" "true").unwrap();
        for result in [
            run!("false"),
            run!("false" "true" "true"),
            run!("true" "false" "true"),
            run!("true" "true" "false"),
            run!("no-such-program-anywhere" "true"),
        ] {
            assert!(result.is_err());
        }
        let error = run!("false" "true").unwrap_err();
        assert_eq!(error.to_string(), "`false` failed (exit status: 1)");
    }

    #[test]
    fn those_after_a_failure_run_too() {
        let error = Run::of(&Shell::new().unwrap(), |run| {
            run.show(&mut run.shell.command("false"));
            run.show(run.shell.command("ls").arg("/no-such-folder"));
            bail!("and more")
        });
        let error = error.unwrap_err().to_string();
        for part in ["`false` failed", "; `ls /no-such-folder` failed", "; and more"] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_step_that_runs_nothing_fails() {
        let error = Run::of(&Shell::new().unwrap(), |_| Ok(()));
        assert_eq!(error.unwrap_err().to_string(), "nothing was run");
        Run::of(&Shell::new().unwrap(), |run| {
            run.check(Ok(()));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn skips_are_returned() {
        let skips = Run::of(&Shell::new().unwrap(), |run| {
            for line in ["b", "a", "b"] {
                let script = format!("echo {line} >> $RUSTGO_SKIPS");
                run.show(run.shell.command("sh").args(["-c", &script]));
            }
            Ok(())
        });
        assert_eq!(skips.unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_read_counts() {
        let shell = Shell::new().unwrap();
        Run::of(&shell, |run| {
            let text = run.read(run.shell.command("echo").arg(" a b "));
            assert_eq!(text.as_deref(), Some("a b"));
            Ok(())
        })
        .unwrap();
        let failed = Run::of(&shell, |run| {
            assert_eq!(run.read(&mut run.shell.command("false")), None);
            run.show(&mut run.shell.command("true"));
            Ok(())
        });
        assert!(failed.is_err());
    }
}
