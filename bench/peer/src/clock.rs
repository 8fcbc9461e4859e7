//! The clock, and whether the system let the thread run.

use std::time::Instant;

use crate::Measurement;

/// Runs `calls` once and says how long it took.
pub fn measure(calls: impl FnOnce()) -> Measurement {
    let switches = involuntary_switches();
    let start = Instant::now();
    calls();
    let elapsed = start.elapsed();
    Measurement {
        nanoseconds: elapsed.as_nanos().try_into().unwrap_or(u64::MAX),
        interrupted: involuntary_switches() != switches,
    }
}

/// How often the system has taken the core from this thread (getrusage(2), `ru_nivcsw`).
fn involuntary_switches() -> i64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the structure is writable, and all zeros are a valid value of it if the call fails.
    unsafe {
        libc::getrusage(libc::RUSAGE_THREAD, usage.as_mut_ptr());
        usage.assume_init().ru_nivcsw
    }
}
