//! The requests and responses, as they are in JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A scalar or a seed: 32 bytes, scalars little-endian.
pub type Scalar = [u8; 32];

/// What the benchmark asks of a peer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Which implementations do you have? The response is a [`Listing`].
    List {},
    /// Use these inputs, in hex, for what you measure from now on. The response is `null`.
    Inputs(Vec<String>),
    /// What does this implementation make of these inputs? The response is a string in hex.
    Answer {
        /// Index into the listing.
        benchmark: usize,
        /// Each in hex.
        inputs: Vec<String>,
    },
    /// How long does this implementation take? The response is a [`Measurement`].
    Measure {
        /// Index into the listing.
        benchmark: usize,
        /// Calls before the clock starts.
        warm_up: u64,
        /// Calls while it runs.
        calls: u64,
    },
}

/// What a peer has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Listing {
    /// The implementations.
    pub benchmarks: Vec<Benchmark>,
    /// Versions of what is measured, by name, where only the peer knows them.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
}

/// One implementation of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benchmark {
    /// The table it belongs to, such as `scalar` or `memcpy`.
    pub group: String,
    /// What it is called in that table.
    pub name: String,
    /// The size or arrangement measured, or nothing; only equal cases are compared.
    #[serde(default)]
    pub case: String,
    /// How many scalars or bytes one call handles.
    pub items: u64,
    /// What it makes its answer of.
    pub input: Input,
    /// Why it can't be measured here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// What an implementation makes its answer of, which says what the answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// Scalars below the group order, each of which gives a compressed point.
    Scalar,
    /// Seeds, each of which gives an Ed25519 public key (RFC 8032, section 5.1.5).
    Seed,
    /// 32 bytes, whose SHA-512 is the answer.
    Digest,
    /// Memory that every implementation fills alike; the answer is what became of it.
    Memory,
    /// The program has tests of its own, and answers with nothing once they pass.
    Tested,
}

/// What a measurement took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Measurement {
    /// All calls together. When interrupted, only the time for which the thread had the core.
    pub nanoseconds: u64,
    /// The system took the core away meanwhile.
    pub interrupted: bool,
}
