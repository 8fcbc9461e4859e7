//! Every kernel against curve25519-dalek, on random scalars and on those around which a carry or a reduction may go wrong.
#![cfg(target_arch = "x86_64")]

use curve25519_dalek::{EdwardsPoint, Scalar};
use rustgo_crypto::exports;

type Single = unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32]);
type Batch = unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32], usize);

/// A generator with a fixed seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn scalar(&mut self) -> [u8; 32] {
        let mut scalar = [0; 32];
        for part in scalar.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes());
        }
        match self.next() % 4 {
            // Near 0, near 2^256, and near a multiple of the order.
            0 => scalar[2..].fill(0),
            1 => scalar[2..].fill(0xff),
            2 => {
                let order = Scalar::from_bytes_mod_order([0; 32]) - Scalar::ONE;
                scalar = order.to_bytes();
                scalar[0] = scalar[0].wrapping_add(self.next() as u8 & 7).wrapping_sub(3);
            }
            _ => {}
        }
        scalar
    }
}

fn dalek(scalar: &[u8; 32]) -> [u8; 32] {
    EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(*scalar))
        .compress()
        .to_bytes()
}

fn compare(name: &str, is_there: bool, single: Single, batch: Batch) {
    if !is_there {
        println!("SKIPPED: this processor lacks what {name} needs");
        return;
    }
    let samples = if cfg!(debug_assertions) { 1_000 } else { 20_000 };
    let mut random = Random(1);
    let scalars: Vec<[u8; 32]> = (0..samples).map(|_| random.scalar()).collect();
    let expected: Vec<[u8; 32]> = scalars.iter().map(dalek).collect();
    for (scalar, expected) in scalars.iter().zip(&expected) {
        let mut point = [0; 32];
        // SAFETY: both pointers are to arrays of this function, and the processor has what the kernel needs.
        unsafe { single(&mut point, scalar) };
        assert_eq!(point, *expected, "{name}, scalar {scalar:02x?}");
    }
    for count in (0..20).chain([100, samples]) {
        let mut points = vec![[0xaa; 32]; count];
        // SAFETY: both pointers are to `count` arrays.
        unsafe { batch(points.as_mut_ptr(), scalars.as_ptr(), count) };
        assert!(points == expected[..count], "{name}, a batch of {count}");
    }
}

#[test]
fn baseline() {
    compare(
        "the baseline",
        true,
        exports::scalar_base_mult,
        exports::scalar_base_mult_batch,
    );
}

#[test]
fn bmi2() {
    let is_there = is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("adx");
    compare(
        "BMI2",
        is_there,
        exports::scalar_base_mult_bmi2,
        exports::scalar_base_mult_batch_bmi2,
    );
}

#[test]
fn avx2() {
    let is_there = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    compare(
        "AVX2",
        is_there,
        exports::scalar_base_mult_avx2,
        exports::scalar_base_mult_batch_avx2,
    );
}

#[test]
fn ifma() {
    let is_there = is_x86_feature_detected!("avx512ifma")
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    compare(
        "IFMA",
        is_there,
        exports::scalar_base_mult_ifma,
        exports::scalar_base_mult_batch_ifma,
    );
}
