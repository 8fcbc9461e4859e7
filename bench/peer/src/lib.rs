//! What the benchmark and its peers say to each other, and the loop of a peer that is written in Rust.
//!
//! A peer is a program that holds implementations to measure. It reads one request a line from stdin and writes one
//! response a line to stdout, both in JSON, so that implementations in any language are measured in the same way, and
//! in turns. `go/serve.go` is this file's twin in Go.

pub mod clock;
pub mod message;
pub mod serve;

pub use message::{Benchmark, Input, Listing, Measurement, Request, Scalar};
pub use serve::{Entry, Peer};
