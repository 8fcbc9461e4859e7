//! Runs the commands of a step, and records failures.
//!
//! Every command of a step goes through a [`Run`], which remembers a failure whatever follows. So a step passes only if
//! all its commands passed, and if there was at least one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use rustgo_hosts::command;
use tempfile::NamedTempFile;

use crate::shell::Shell;
use crate::ui;

/// The variable with the name of a file to which a test appends a line for each part that it skips on this system.
const SKIPS: &str = "RUSTGO_SKIPS";

/// The commands of one step.
pub struct Run<'a> {
    pub shell: &'a Shell,
    /// What takes the output; without one it is shown.
    log: Option<&'a File>,
    done: usize,
    failures: Vec<String>,
    skips: NamedTempFile,
}

impl<'a> Run<'a> {
    /// Runs the commands that `step` asks for, in the open or with their output in a file, and returns what they skipped.
    ///
    /// # Errors
    ///
    /// One of them failed, `step` itself did, or there was none.
    pub fn of(
        shell: &'a Shell,
        log: Option<&'a File>,
        step: fn(&mut Run) -> Result<()>,
    ) -> Result<Vec<String>> {
        let mut run = Run {
            shell,
            log,
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

    /// Runs a command whose output is shown. One that fails doesn't keep the next from running.
    pub fn show(&mut self, command: &mut Command) {
        command.env(SKIPS, self.skips.path());
        let result = match self.log {
            Some(log) => self.shell.log(command, log),
            None => self.shell.show(command),
        };
        self.check(result);
    }

    /// Shows a line.
    pub fn say(&mut self, line: &str) {
        let result = match self.log {
            Some(mut log) => writeln!(log, "{line}"),
            None => writeln!(std::io::stdout(), "{line}"),
        };
        if let Err(error) = result {
            self.failures.push(error.to_string());
        }
    }

    /// Runs a command, and returns what it wrote if it passed.
    pub fn read(&mut self, command: &mut Command) -> Option<String> {
        self.say(&ui::command_line(&command::line(command)));
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

    /// Records what this system can't do.
    pub fn skip(&mut self, what: &str) -> Result<()> {
        // As tests do, at the end of what is there.
        let file = fs::OpenOptions::new().append(true).open(self.skips.path());
        let written = file.and_then(|mut file| writeln!(file, "{what}"));
        written.context("the skips can't be written")
    }

    /// Records the result of something else that the step does.
    pub fn check(&mut self, result: Result<()>) {
        self.done += 1;
        if let Err(error) = result {
            self.failures.push(format!("{error:#}"));
        }
    }
}

/// What a log has taken.
pub fn read_log(mut log: &File) -> Result<String> {
    log.rewind()?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs these programs in one step.
    macro_rules! run {
        ($($program:literal)*) => {
            Run::of(&Shell::new().unwrap(), None, |run| {
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
        let error = Run::of(&Shell::new().unwrap(), None, |run| {
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
        let error = Run::of(&Shell::new().unwrap(), None, |_| Ok(()));
        assert_eq!(error.unwrap_err().to_string(), "nothing was run");
        Run::of(&Shell::new().unwrap(), None, |run| {
            run.check(Ok(()));
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn skips_are_returned() {
        let skips = Run::of(&Shell::new().unwrap(), None, |run| {
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
        Run::of(&shell, None, |run| {
            let text = run.read(run.shell.command("echo").arg(" a b "));
            assert_eq!(text.as_deref(), Some("a b"));
            Ok(())
        })
        .unwrap();
        let failed = Run::of(&shell, None, |run| {
            assert_eq!(run.read(&mut run.shell.command("false")), None);
            run.show(&mut run.shell.command("true"));
            Ok(())
        });
        assert!(failed.is_err());
    }

    #[test]
    fn a_log_takes_all_that_is_shown() {
        let log = tempfile::tempfile().unwrap();
        let result = Run::of(&Shell::new().unwrap(), Some(&log), |run| {
            run.say("said");
            run.show(run.shell.command("echo").arg("written"));
            run.show(run.shell.command("sh").args(["-c", "echo beside >&2; exit 3"]));
            Ok(())
        });
        assert!(result.is_err());
        let text = read_log(&log).unwrap();
        let text = console::strip_ansi_codes(&text);
        assert_eq!(
            text,
            "said\n$ echo written\nwritten\n$ sh -c echo beside >&2; exit 3\nbeside\n"
        );
    }
}
