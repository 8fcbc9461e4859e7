//! Runs a command with a time limit, and kills it with all its children when that is exceeded.

use std::fs::File;
use std::io::Read;
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::interrupt;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Passed,
    Failed,
    /// It was still running at the limit.
    Hung,
}

/// Runs a command in a process group of its own. Its output goes to the file `log`.
pub fn run(command: &mut Command, limit: Duration, log: &Path) -> Result<End> {
    run_until(command, limit, log, |_| false)
}

/// The same, for a command that has failed as soon as `has_failed` says so of what it has written since the last time.
pub fn run_until(
    command: &mut Command,
    limit: Duration,
    log: &Path,
    has_failed: impl Fn(&str) -> bool,
) -> Result<End> {
    let start = Instant::now();
    let unwritable = || format!("{} can't be written", log.display());
    let output = File::create(log).with_context(unwritable)?;
    let mut written = File::open(log).with_context(unwritable)?;
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| command::unstarted(command, error))?;
    interrupt::began(child.id());
    let mut pause = Duration::from_millis(5);
    let mut news = Vec::new();
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break if status.success() {
                End::Passed
            } else {
                End::Failed
            };
        }
        if start.elapsed() >= limit {
            break End::Hung;
        }
        written.read_to_end(&mut news)?;
        // A line that is not whole yet stays for the next time.
        let whole = news
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |last| last + 1);
        if has_failed(&String::from_utf8_lossy(&news[..whole])) {
            break End::Failed;
        }
        news.drain(..whole);
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(200));
    };
    // Also after a command that ended: processes that it left running would disturb the next one.
    kill_all(&mut child);
    child.wait()?;
    interrupt::ended(child.id());
    Ok(end)
}

/// Kills the processes of a child's group that still run.
#[cfg(unix)]
fn kill_all(child: &mut Child) {
    interrupt::kill(child.id());
}

/// Kills the child, if it still runs.
#[cfg(not(unix))]
fn kill_all(child: &mut Child) {
    let _ = child.kill();
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use nix::sys::signal::kill;
    use nix::unistd::Pid;

    use super::*;

    fn end(script: &str, limit: Duration) -> (End, String) {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let end = run(Command::new("sh").args(["-c", script]), limit, &log).unwrap();
        (end, fs::read_to_string(&log).unwrap())
    }

    #[test]
    fn ends() {
        let long = Duration::from_secs(60);
        assert_eq!(end("exit 0", long).0, End::Passed);
        assert_eq!(end("exit 3", long).0, End::Failed);
        assert_eq!(end("kill -9 $$", long).0, End::Failed);
        assert_eq!(
            end("echo a; echo b >&2", long),
            (End::Passed, "a\nb\n".to_owned())
        );
    }

    #[test]
    fn a_failure_ends_the_command() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let start = Instant::now();
        let end = run_until(
            Command::new("sh").args(["-c", "echo fine; printf fai; sleep 0.3; echo led; sleep 100"]),
            Duration::from_secs(60),
            &log,
            |news| news.lines().any(|line| line == "failed"),
        );
        assert_eq!(end.unwrap(), End::Failed);
        assert!(start.elapsed() < Duration::from_secs(50));
    }

    #[test]
    fn children_end_with_their_parent() {
        for (script, expected) in [
            ("sleep 100 & echo $!; wait", End::Hung),
            ("sleep 100 & echo $!", End::Passed),
        ] {
            let start = Instant::now();
            let (end, output) = end(script, Duration::from_millis(300));
            assert_eq!(end, expected);
            assert!(start.elapsed() < Duration::from_secs(50));
            let sleeping = Pid::from_raw(output.trim().parse().unwrap());
            // The process that inherits it may take a moment to reap it.
            let is_gone = || {
                let status = fs::read_to_string(format!("/proc/{sleeping}/stat")).unwrap_or_default();
                kill(sleeping, None).is_err() || status.contains(") Z ")
            };
            assert!((0..100).any(|_| is_gone() || {
                thread::sleep(Duration::from_millis(20));
                false
            }));
        }
    }
}
