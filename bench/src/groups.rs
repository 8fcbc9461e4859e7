//! What is measured together, what each table compares with, and how long it is measured.

use serde::Serialize;

/// A part of the benchmark that can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A scalar to a compressed point
    Scalar,
    /// The same with nothing in the caches
    Cold,
    /// Many scalars at once
    Batch,
    /// What a call costs
    Calls,
    /// memcpy, memmove, memset, memcmp
    Memory,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Scalar, Self::Cold, Self::Batch, Self::Calls, Self::Memory];

    /// The tables of this part.
    pub fn groups(self) -> impl Iterator<Item = &'static Group> {
        GROUPS.iter().filter(move |group| group.part == self)
    }

    /// The groups in which peers list the implementations that this part measures.
    pub fn listed(self) -> impl Iterator<Item = &'static str> {
        self.groups().map(|group| group.listed)
    }
}

/// A table.
#[derive(Debug)]
pub struct Group {
    /// What it is called in the results.
    pub name: &'static str,
    /// The part it belongs to.
    pub part: Part,
    /// The group in which peers list its implementations.
    pub listed: &'static str,
    /// What stands above it.
    pub title: &'static str,
    /// The implementation that all others are compared with.
    pub baseline: &'static str,
}

/// curve25519-dalek.
const DALEK: &str = "dalek, from Rust";
const LIBC: &str = "libc";

/// All tables.
pub const GROUPS: [Group; 8] = [
    Group {
        name: "scalar",
        part: Part::Scalar,
        listed: "scalar",
        title: "Scalar to compressed point",
        baseline: DALEK,
    },
    Group {
        name: "cold",
        part: Part::Cold,
        listed: "scalar",
        title: "Scalar to compressed point, code and tables not in any cache",
        baseline: DALEK,
    },
    Group {
        name: "batch",
        part: Part::Batch,
        listed: "batch",
        title: "Many scalars to compressed points, time per scalar",
        baseline: "dalek, from Rust, one by one",
    },
    Group {
        name: "calls",
        part: Part::Calls,
        listed: "calls",
        title: "A call from Go",
        baseline: "assembly",
    },
    memory("memcpy", "memcpy"),
    memory("memmove", "memmove"),
    memory("memset", "memset"),
    memory("memcmp", "memcmp of equal bytes"),
];

const fn memory(name: &'static str, title: &'static str) -> Group {
    Group {
        name,
        part: Part::Memory,
        listed: name,
        title,
        baseline: LIBC,
    }
}

/// How long is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often the peers are started anew: where the system puts their memory differs each time, and with it what the
    /// processor's predictors mistake for each other.
    pub launches: usize,
    scale: f64,
}

/// How long one implementation is measured.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// Samples per launch.
    pub rounds: usize,
    /// How long each takes at least, in nanoseconds, if one call takes no longer.
    pub sample: u64,
}

impl Effort {
    /// For results that are shown.
    pub const FULL: Self = Self {
        launches: 9,
        scale: 1.0,
    };
    /// For a look.
    pub const QUICK: Self = Self {
        launches: 2,
        scale: 0.5,
    };

    /// How long the implementations of a part are measured.
    pub fn amount(&self, part: Part) -> Amount {
        let (rounds, sample) = match part {
            Part::Scalar => (17, 1_000_000),
            Part::Cold => (9, 0),
            Part::Batch => (7, 1_000_000),
            // Each sample starts a program, which takes longer than what it measures.
            Part::Calls => (5, 4_000_000),
            // There are thousands of cases, over which the tables take means.
            Part::Memory => (3, 50_000),
        };
        Amount {
            rounds: ((rounds as f64 * self.scale) as usize).max(3),
            sample: (sample as f64 * self.scale) as u64,
        }
    }
}
