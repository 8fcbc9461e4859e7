//! Ctrl-C ends the commands too that run in process groups of their own, where a terminal's signal does not reach them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// The process groups that run.
static GROUPS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Enters a process group.
pub fn began(group: u32) {
    GROUPS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(group);
}

/// Removes one.
pub fn ended(group: u32) {
    GROUPS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&group);
}

/// From now on, what interrupts this process kills the groups that run, and ends it.
///
/// Threads that are started before don't take part: a signal may reach one of them, and end the process alone.
#[cfg(unix)]
pub fn handle() -> Result<()> {
    use nix::sys::signal::{SigSet, Signal};
    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]);
    // Commands begin with none blocked, whatever is blocked here: the standard library sees to that.
    signals.thread_block()?;
    std::thread::spawn(move || {
        let signal = signals.wait().unwrap_or(Signal::SIGTERM);
        let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        for &group in &*groups {
            kill(group);
        }
        std::process::exit(128 + signal as i32)
    });
    Ok(())
}

/// Nothing: children get a terminal's signal here.
#[cfg(not(unix))]
pub fn handle() -> Result<()> {
    Ok(())
}

/// Kills the processes of a group that still run.
#[cfg(unix)]
pub fn kill(group: u32) {
    use nix::sys::signal::{Signal, killpg};
    if let Ok(group) = i32::try_from(group) {
        // An error says that there are none.
        let _ = killpg(nix::unistd::Pid::from_raw(group), Signal::SIGKILL);
    }
}
