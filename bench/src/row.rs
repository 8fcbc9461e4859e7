//! A row of a table while it is measured.

use rustgo_bench_peer::Benchmark;

/// An implementation, and what its samples took.
#[derive(Clone, Debug)]
pub struct Row {
    pub benchmark: Benchmark,
    /// Which peer has it, and where in the peer's listing.
    pub place: (usize, usize),
    /// Calls per sample.
    pub calls: u64,
    /// Nanoseconds per item, one for each round, so that those of one round can be compared.
    pub samples: Vec<f64>,
}

impl Row {
    pub fn missing(benchmark: Benchmark) -> Self {
        Self {
            benchmark,
            place: (0, 0),
            calls: 0,
            samples: Vec::new(),
        }
    }

    /// Whether it can be measured.
    pub fn runs(&self) -> bool {
        self.benchmark.missing.is_none()
    }

    /// Where it is: the peer, and the index in the peer's listing.
    pub fn place(&self) -> (usize, usize) {
        self.place
    }
}
