//! Times every path against dalek, alternating, and prints ratios.
//!
//! ```text
//! cargo run --release -p rustgo-crypto --no-default-features --example ratios
//! ```

use std::hint::black_box;
use std::time::{Duration, Instant};

use fastrand::Rng;

#[path = "../tests/common/mod.rs"]
mod common;

/// Scalars per measurement, and measurements per path, of which the median is used.
const SCALARS: usize = 64;
const ROUNDS: usize = 200;

type Multiply = Box<dyn Fn(&[[u8; 32]], &mut [[u8; 32]])>;

fn main() {
    let mut contenders: Vec<(String, Multiply)> = vec![(
        "dalek".to_owned(),
        Box::new(|scalars, points| {
            for (scalar, point) in scalars.iter().zip(points) {
                *point = common::dalek(scalar);
            }
        }),
    )];
    for path in common::available() {
        let single = move |scalars: &[[u8; 32]], points: &mut [[u8; 32]]| {
            for (scalar, point) in scalars.iter().zip(points) {
                *point = path.multiply(scalar);
            }
        };
        contenders.push((path.name.to_owned(), Box::new(single)));
        let batch = move |scalars: &[[u8; 32]], points: &mut [[u8; 32]]| {
            // SAFETY: the pointers are slices of that length, and the processor has what it takes.
            unsafe { (path.batch)(points.as_mut_ptr(), scalars.as_ptr(), scalars.len()) };
        };
        contenders.push((format!("{}, {SCALARS} at a time", path.name), Box::new(batch)));
    }

    let mut random = Rng::with_seed(1);
    let scalars: Vec<_> = (0..SCALARS).map(|i| common::scalar(2 * i, &mut random)).collect();
    let mut points = vec![[0; 32]; SCALARS];
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for ((_, multiply), times) in contenders.iter().zip(&mut times) {
            let start = Instant::now();
            multiply(black_box(&scalars), &mut points);
            black_box(&points);
            times.push(start.elapsed());
        }
    }
    let mut medians = times.into_iter().map(|mut times| {
        times.sort();
        times[ROUNDS / 2] / SCALARS as u32
    });
    let mut base = Duration::ZERO;
    for ((name, _), median) in contenders.iter().zip(&mut medians) {
        if base.is_zero() {
            base = median;
        }
        let ratio = median.as_secs_f64() / base.as_secs_f64();
        println!(
            "{name:<24} {:>8.2} µs per scalar {ratio:>8.3} of dalek",
            median.as_secs_f64() * 1e6
        );
    }
}
