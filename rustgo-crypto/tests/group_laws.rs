//! What holds for multiples of the basepoint, whoever computes them.

mod common;

use common::{ORDER, available, scalar};
use curve25519_dalek::Scalar;
use curve25519_dalek::edwards::CompressedEdwardsY;
use fastrand::Rng;

const WANTED: usize = 100_000;

/// (a + b)·B = a·B + b·B.
#[test]
fn sums() {
    for path in available() {
        let mut random = Rng::with_seed(3);
        let point = |bytes: &[u8; 32]| {
            let compressed = CompressedEdwardsY(path.multiply(bytes));
            compressed
                .decompress()
                .unwrap_or_else(|| panic!("{}: {bytes:02x?} is no point", path.name))
        };
        for i in 0..WANTED {
            let (a, b) = (scalar(i, &mut random), scalar(i / 2, &mut random));
            let sum = Scalar::from_bytes_mod_order(a) + Scalar::from_bytes_mod_order(b);
            let wanted = (point(&a) + point(&b)).compress().to_bytes();
            assert_eq!(
                path.multiply(&sum.to_bytes()),
                wanted,
                "{}: {a:02x?} {b:02x?}",
                path.name
            );
        }
    }
}

/// (ℓ - a)·B = -a·B: the same y, and the other x.
#[test]
fn negatives() {
    for path in available() {
        let mut random = Rng::with_seed(4);
        for i in 0..WANTED {
            let a = Scalar::from_bytes_mod_order(scalar(i, &mut random));
            let negative = (-a).to_bytes();
            let mut wanted = path.multiply(&a.to_bytes());
            if a != Scalar::ZERO {
                wanted[31] ^= 0x80;
            }
            assert_eq!(
                path.multiply(&negative),
                wanted,
                "{}: {:02x?}",
                path.name,
                a.to_bytes()
            );
        }
    }
}

/// ℓ·B is the neutral point.
#[test]
fn order() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for path in available() {
        assert_eq!(path.multiply(&ORDER), neutral, "{}", path.name);
    }
}
