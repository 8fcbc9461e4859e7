//! What the tests and the examples share: the paths of the multiplication, the scalars that try them, and dalek.

#![allow(dead_code, reason = "each of them uses its part")]

use std::io::Write;

use curve25519_dalek::{EdwardsPoint, Scalar};
use fastrand::Rng;
use rustgo_crypto::exports::*;

/// One implementation.
#[derive(Clone, Copy)]
pub struct Path {
    pub name: &'static str,
    pub single: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32]),
    pub batch: unsafe extern "C" fn(*mut [u8; 32], *const [u8; 32], usize),
    /// Whether this processor has what it needs.
    pub available: bool,
}

impl Path {
    /// The point of one scalar.
    pub fn multiply(&self, scalar: &[u8; 32]) -> [u8; 32] {
        let mut point = [0; 32];
        assert!(self.available);
        // SAFETY: the pointers are references, and the processor has what it takes.
        unsafe { (self.single)(&mut point, scalar) };
        point
    }

    /// The points of a batch.
    pub fn multiply_batch(&self, scalars: &[[u8; 32]]) -> Vec<[u8; 32]> {
        let mut points = vec![[0; 32]; scalars.len()];
        assert!(self.available);
        // SAFETY: the pointers are slices of that length, and the processor has what it takes.
        unsafe { (self.batch)(points.as_mut_ptr(), scalars.as_ptr(), scalars.len()) };
        points
    }
}

/// All implementations for this kind of processor.
pub fn paths() -> Vec<Path> {
    vec![
        Path {
            name: "serial",
            single: scalar_base_mult,
            batch: scalar_base_mult_batch,
            available: true,
        },
        #[cfg(target_arch = "x86_64")]
        Path {
            name: "bmi2",
            single: scalar_base_mult_bmi2,
            batch: scalar_base_mult_batch_bmi2,
            available: is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("adx"),
        },
        #[cfg(target_arch = "x86_64")]
        Path {
            name: "avx2",
            single: scalar_base_mult_avx2,
            batch: scalar_base_mult_batch_avx2,
            available: is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2"),
        },
        #[cfg(target_arch = "x86_64")]
        Path {
            name: "ifma",
            single: scalar_base_mult_ifma,
            batch: scalar_base_mult_batch_ifma,
            available: is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512ifma")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2"),
        },
    ]
}

/// The implementations that this processor can run. Says which it can't, past the test harness, which would swallow it.
pub fn available() -> Vec<Path> {
    let (available, missing): (Vec<_>, Vec<_>) = paths().into_iter().partition(|path| path.available);
    for path in missing {
        let message = format!("SKIPPED {}: this processor lacks what it needs\n", path.name);
        std::io::stderr()
            .write_all(message.as_bytes())
            .expect("standard error takes a line");
        // For the summary of `cargo xtask test`.
        if let Some(file) = std::env::var_os("RUSTGO_SKIPS") {
            let file = std::fs::File::options().append(true).create(true).open(file);
            let line = format!("the kernel {}: this processor lacks what it needs\n", path.name);
            file.and_then(|mut file| file.write_all(line.as_bytes()))
                .expect("the file of skips takes a line");
        }
    }
    available
}

/// The point of a scalar, by dalek.
pub fn dalek(scalar: &[u8; 32]) -> [u8; 32] {
    EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(*scalar))
        .compress()
        .to_bytes()
}

/// ℓ, little-endian.
pub const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// a + k, modulo 2^256.
pub fn plus(a: &[u8; 32], k: i64) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = i128::from(k);
    for (sum, a) in sum.iter_mut().zip(a) {
        carry += i128::from(*a);
        *sum = carry as u8;
        carry >>= 8;
    }
    sum
}

/// Scalar number i of a sequence: by turns a random one and one at an edge.
pub fn scalar(i: usize, random: &mut Rng) -> [u8; 32] {
    let mut scalar = [0; 32];
    if i.is_multiple_of(2) {
        random.fill(&mut scalar);
        return scalar;
    }
    let mut power = [0; 32];
    power[31] = 0x10;
    let k = random.i64(-1000..=1000);
    match i / 2 % 12 {
        // 0 ± k, ℓ ± k, multiples of ℓ ± k, 2^252 ± k, all ones less k.
        0 => plus(&[0; 32], k),
        1 => plus(&ORDER, k),
        2 => {
            let times = random.u32(2..16);
            (0..times).fold(plus(&[0; 32], k), |sum, _| add(&sum, &ORDER))
        }
        3 => plus(&power, k),
        4 => plus(&[0xff; 32], -k.abs()),
        // A single bit; sparse; all but a few bits.
        5 => {
            let bit = random.usize(0..256);
            scalar[bit / 8] = 1 << (bit % 8);
            scalar
        }
        6 | 7 => {
            for _ in 0..random.u32(2..6) {
                let bit = random.usize(0..256);
                scalar[bit / 8] |= 1 << (bit % 8);
            }
            if i / 2 % 12 == 7 {
                scalar.map(|byte| !byte)
            } else {
                scalar
            }
        }
        // The same window everywhere, and windows at the turn of the sign.
        8 => [random.u8(0..16) * 0x11; 32],
        9 => scalar.map(|_| if random.bool() { 0x87 } else { 0x78 }),
        10 => scalar.map(|_| [0x00, 0xff, 0x0f, 0xf0, 0x80, 0x08, 0x7f, 0xf7][random.usize(0..8)]),
        // A clamped one, as of Ed25519 and X25519.
        _ => {
            random.fill(&mut scalar);
            scalar[0] &= 248;
            scalar[31] = scalar[31] & 127 | 64;
            scalar
        }
    }
}

/// a + b, modulo 2^256.
fn add(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0;
    for (i, sum) in sum.iter_mut().enumerate() {
        carry += u16::from(a[i]) + u16::from(b[i]);
        *sum = carry as u8;
        carry >>= 8;
    }
    sum
}
