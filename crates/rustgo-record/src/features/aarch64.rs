//! The features of AArch64 processors beyond Armv8-A with NEON.
//!
//! The names and what they imply are rustc's. Features whose instructions the prover does not understand (scalable
//! vectors) are listed too, so that a refusal can name them.

use super::{Feature, Table};

/// All of them, by name.
pub const TABLE: Table = Table { features: &FEATURES };

const FEATURES: [Feature; 31] = [
    feature("aes", &[]),
    feature("bf16", &[]),
    feature("crc", &[]),
    feature("dotprod", &[]),
    feature("f32mm", &["sve"]),
    feature("f64mm", &["sve"]),
    feature("fcma", &[]),
    feature("fhm", &["fp16"]),
    feature("flagm", &[]),
    feature("fp16", &[]),
    feature("frintts", &[]),
    feature("i8mm", &[]),
    feature("jsconv", &[]),
    feature("lor", &[]),
    feature("lse", &[]),
    feature("mte", &[]),
    feature("paca", &[]),
    feature("pacg", &[]),
    feature("rand", &[]),
    feature("rcpc", &[]),
    feature("rcpc2", &["rcpc"]),
    feature("rdm", &[]),
    feature("sb", &[]),
    feature("sha2", &[]),
    feature("sha3", &["sha2"]),
    feature("sm4", &[]),
    feature("sve", &[]),
    feature("sve2", &["sve"]),
    feature("sve2-aes", &["sve2", "aes"]),
    feature("sve2-bitperm", &["sve2"]),
    feature("sve2-sha3", &["sve2", "sha3"]),
];

const fn feature(name: &'static str, implies: &'static [&'static str]) -> Feature {
    Feature {
        name,
        implies,
        detection: None,
    }
}
