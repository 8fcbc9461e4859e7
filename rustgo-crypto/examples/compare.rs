//! Compares every path with dalek on a given number of scalars, half of them edge cases.
//!
//! ```text
//! cargo run --release -p rustgo-crypto --no-default-features --example compare -- 10000000
//! ```

use std::env::args;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;
use indicatif::{ProgressBar, ProgressStyle};

#[path = "../tests/common/mod.rs"]
mod common;

/// Scalars that a thread takes at a time.
const PIECE: usize = 1000;

fn main() -> ExitCode {
    let Some(wanted) = args()
        .nth(1)
        .map_or(Some(10_000_000), |number| number.parse::<usize>().ok())
    else {
        eprintln!("usage: compare [SCALARS], a number (default: 10000000)");
        return ExitCode::from(2);
    };
    let paths = common::available();
    let progress = ProgressBar::new(wanted as u64).with_style(
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} scalars, {eta} left")
            .expect("the template is one"),
    );
    let next = AtomicUsize::new(0);
    let differences = Mutex::new(vec![0u64; paths.len()]);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let start = next.fetch_add(PIECE, Ordering::Relaxed);
                    if start >= wanted {
                        break;
                    }
                    let end = wanted.min(start + PIECE);
                    // Each piece has scalars of its own, whichever thread takes it.
                    let mut random = Rng::with_seed(start as u64);
                    let scalars: Vec<_> = (start..end).map(|i| common::scalar(i, &mut random)).collect();
                    let points: Vec<_> = scalars.iter().map(common::dalek).collect();
                    for (i, path) in paths.iter().enumerate() {
                        let mut different = 0;
                        for (scalar, point) in scalars.iter().zip(&points) {
                            different += u64::from(path.multiply(scalar) != *point);
                        }
                        let batch = path.multiply_batch(&scalars);
                        different += batch.iter().zip(&points).filter(|(a, b)| a != b).count() as u64;
                        differences.lock().expect("no thread panics")[i] += different;
                    }
                    progress.inc((end - start) as u64);
                }
            });
        }
    });
    progress.finish_and_clear();
    let differences = differences.into_inner().expect("no thread panics");
    for (path, differences) in paths.iter().zip(&differences) {
        println!(
            "{:<8} {wanted} scalars one by one and {wanted} in batches: {differences} differences",
            path.name
        );
    }
    ExitCode::from(u8::from(differences.iter().any(|differences| *differences > 0)))
}
