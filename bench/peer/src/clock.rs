//! The clock, and whether the system let the thread run.

use std::time::{Duration, Instant};

use crate::Measurement;

/// Runs `calls` once and says how long it took. When the system took the core away, that is the time for which the
/// thread had it.
pub fn measure(calls: impl FnOnce()) -> Measurement {
    let (switches, own) = (involuntary_switches(), thread_time());
    let start = Instant::now();
    calls();
    let elapsed = start.elapsed();
    let interrupted = involuntary_switches() != switches;
    let time = if interrupted { thread_time() - own } else { elapsed };
    Measurement {
        nanoseconds: time.as_nanos().try_into().unwrap_or(u64::MAX),
        interrupted,
    }
}

/// How long this thread has had a core (clock_gettime(2)).
fn thread_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the structure is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
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
