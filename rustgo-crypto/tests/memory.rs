//! The exports' promises about memory: any length of a batch, any overlap, and nothing written outside of it.

mod common;

use common::{available, dalek, scalar};
use fastrand::Rng;

/// Longer than two groups of any backend, and a rest.
const LONGEST: usize = 40;

#[test]
fn destination_may_be_the_scalar() {
    let mut random = Rng::with_seed(5);
    for path in available() {
        for distance in 0..64 {
            let scalar = scalar(distance, &mut random);
            let mut memory = [0x55; 96];
            memory[32..64].copy_from_slice(&scalar);
            let start = memory.as_mut_ptr();
            // SAFETY: both lie in `memory`.
            unsafe { (path.single)(start.add(distance).cast(), start.add(32).cast_const().cast()) };
            assert_eq!(
                memory[distance..distance + 32],
                dalek(&scalar),
                "{} at {distance}",
                path.name
            );
        }
    }
}

#[test]
fn batches_of_any_length() {
    let mut random = Rng::with_seed(6);
    let scalars: Vec<_> = (0..LONGEST).map(|i| scalar(i, &mut random)).collect();
    let points: Vec<_> = scalars.iter().map(dalek).collect();
    for path in available() {
        for length in 0..=LONGEST {
            let mut written = [[0x55; 32]; LONGEST + 2];
            // SAFETY: one point less than `written` has at either end, and as many scalars as there are at most.
            unsafe { (path.batch)(written.as_mut_ptr().add(1), scalars.as_ptr(), length) };
            assert_eq!(
                written[1..=length],
                points[..length],
                "{}, {length} scalars",
                path.name
            );
            let beside = written[..1].iter().chain(&written[length + 1..]);
            assert!(
                beside.flatten().all(|byte| *byte == 0x55),
                "{}, {length} scalars",
                path.name
            );
        }
    }
}

/// The destination starts anywhere from a batch before the scalars to a batch after them, also between two of them.
#[test]
fn batches_that_overlap() {
    let mut random = Rng::with_seed(7);
    for path in available() {
        for length in [1, 2, 3, 7, 8, 12, 16, 17, 31, LONGEST] {
            let scalars: Vec<_> = (0..length).map(|i| scalar(i, &mut random)).collect();
            let points: Vec<_> = scalars.iter().map(dalek).collect();
            let bytes = 32 * length;
            for distance in (0..=2 * bytes)
                .step_by(32)
                .chain([bytes - 31, bytes - 1, bytes + 1, bytes + 33])
            {
                let mut memory = vec![0x55; 3 * bytes + 33];
                memory[bytes..2 * bytes].copy_from_slice(scalars.as_flattened());
                let start = memory.as_mut_ptr();
                // SAFETY: both lie in `memory`.
                unsafe {
                    let (dst, src) = (start.add(distance).cast(), start.add(bytes).cast_const().cast());
                    (path.batch)(dst, src, length);
                }
                let written = &memory[distance..distance + bytes];
                assert_eq!(
                    written,
                    points.as_flattened(),
                    "{}, {length} at {distance}",
                    path.name
                );
            }
        }
    }
}
