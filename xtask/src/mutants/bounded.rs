//! Runs a command for a limited time, and ends it with all its children when the time is over.

use std::fs::File;
#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustgo_hosts::command;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Passed,
    Failed,
    /// It was still running at the limit.
    Hung,
}

/// Runs a command in a process group of its own. What it writes goes to the file `log`.
pub fn run(command: &mut Command, limit: Duration, log: &Path) -> Result<End> {
    let start = Instant::now();
    let output = File::create(log).with_context(|| format!("{} can't be written", log.display()))?;
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| command::unstarted(command, error))?;
    let mut pause = Duration::from_millis(5);
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
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(200));
    };
    // Also after a command that ended: what it left running would disturb the next one.
    kill_all(&mut child);
    child.wait()?;
    Ok(end)
}

/// Kills the processes of a child's group that still run.
#[cfg(unix)]
fn kill_all(child: &mut Child) {
    use nix::sys::signal::{Signal, killpg};
    if let Ok(group) = i32::try_from(child.id()) {
        // An error says that there are none.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
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
            // Whoever inherits it may take a moment to collect it.
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
