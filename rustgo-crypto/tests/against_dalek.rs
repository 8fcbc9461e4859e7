//! Every path against dalek, on random scalars and on those at the edges. The example `compare` does more of them.

mod common;

use common::{Path, available, dalek, scalar};
use fastrand::Rng;

const WANTED: usize = 100_000;

/// One by one, and in batches of changing lengths.
fn compare(path: &Path, scalars: &[[u8; 32]], points: &[[u8; 32]], random: &mut Rng) {
    for (scalar, point) in scalars.iter().zip(points) {
        assert_eq!(path.multiply(scalar), *point, "{}: {scalar:02x?}", path.name);
    }
    let mut start = 0;
    while start < scalars.len() {
        let end = scalars.len().min(start + random.usize(1..100));
        let batch = &scalars[start..end];
        assert_eq!(
            path.multiply_batch(batch),
            points[start..end],
            "{}: batch {batch:02x?}",
            path.name
        );
        start = end;
    }
}

#[test]
fn points_are_those_of_dalek() {
    let mut random = Rng::with_seed(1);
    let scalars: Vec<_> = (0..WANTED).map(|i| scalar(i, &mut random)).collect();
    let points: Vec<_> = scalars.iter().map(dalek).collect();
    for path in available() {
        compare(&path, &scalars, &points, &mut random);
    }
}

/// The comparison notices a wrong point.
#[test]
#[should_panic(expected = "serial")]
fn a_wrong_point_is_noticed() {
    let mut random = Rng::with_seed(2);
    let scalar = scalar(0, &mut random);
    let mut point = dalek(&scalar);
    point[7] ^= 1;
    compare(&available()[0], &[scalar], &[point], &mut random);
}
