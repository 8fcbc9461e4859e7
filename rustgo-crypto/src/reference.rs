//! For tests: the field again, slow and simple, on big integers; and numbers that are hard on the fast one.

use std::format;
use std::io::Write;

use fastrand::Rng;
use num_bigint::BigUint;

use crate::field::FieldElement;

pub fn p() -> BigUint {
    (BigUint::from(1u8) << 255) - 19u8
}

pub fn from_words(words: &[u64; 4]) -> BigUint {
    words
        .iter()
        .rev()
        .fold(BigUint::ZERO, |sum, word| (sum << 64) + *word)
}

/// The sum of limb·2^(position of limb), modulo p.
pub fn from_limbs(limbs: &[u64], position: impl Fn(usize) -> usize) -> BigUint {
    let sum: BigUint = limbs
        .iter()
        .enumerate()
        .map(|(i, limb)| BigUint::from(*limb) << position(i))
        .sum();
    sum % p()
}

pub fn value(x: &FieldElement) -> BigUint {
    from_words(&x.0) % p()
}

/// x^(p - 2).
pub fn inverse(x: &BigUint) -> BigUint {
    x.modpow(&(p() - 2u8), &p())
}

/// Element i of a sequence: random, or near 0, p, 2p or 2^256, or with words and bits at their extremes.
pub fn element(i: usize, random: &mut Rng) -> FieldElement {
    let ends = [
        0,
        1,
        18,
        19,
        20,
        37,
        38,
        39,
        1 << 63,
        u64::MAX >> 1,
        u64::MAX - 38,
        u64::MAX - 18,
        u64::MAX,
    ];
    let words = [(); 4].map(|()| match i % 4 {
        0 | 1 => random.u64(..),
        2 => ends[random.usize(0..ends.len())],
        _ => [0, u64::MAX][random.usize(0..2)],
    });
    match i % 16 {
        5 => FieldElement([random.u64(0..100), 0, 0, 0]),
        9 => FieldElement([u64::MAX - random.u64(0..100), u64::MAX, u64::MAX, u64::MAX >> 1]),
        13 => FieldElement([u64::MAX - random.u64(0..100), u64::MAX, u64::MAX, u64::MAX]),
        _ => FieldElement(words),
    }
}

/// Reports, past the test harness's capture, that the processor can't run a test.
pub fn skipped(test: &str) {
    let message = format!("SKIPPED {test}: this processor lacks what it needs\n");
    std::io::stderr()
        .write_all(message.as_bytes())
        .expect("standard error takes a line");
}

/// Compares inverses of random numbers with Fermat's.
pub fn check_inversion(invert: impl Fn(&FieldElement) -> FieldElement) {
    let mut random = Rng::with_seed(8);
    let mut zeros = 0;
    for i in 0..100_000 {
        let x = element(i, &mut random);
        let inverted = invert(&x);
        assert!(from_words(&inverted.0) < p(), "{:x?}", x.0);
        if i % 100 == 0 {
            assert_eq!(value(&inverted), inverse(&value(&x)), "{:x?}", x.0);
        }
        let product = value(&x.mul(&inverted));
        if value(&x) == BigUint::ZERO {
            assert_eq!(value(&inverted), BigUint::ZERO);
            zeros += 1;
        } else {
            assert_eq!(product, BigUint::from(1u8), "{:x?}", x.0);
        }
    }
    assert!(zeros > 0, "0 was among them");
}
