//! Leaks that are planted to try the checks: a check that doesn't find each of them says nothing about the exports.

use std::fmt;
use std::hint::black_box;

use anyhow::{Context, Result};

use crate::target::BATCH;

/// What depends on a secret.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Whether a jump is taken.
    Jump,
    /// Where a load loads from.
    Load,
    /// Where a store stores to.
    Store,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Jump, Self::Load, Self::Store];

    fn name(self) -> &'static str {
        match self {
            Self::Jump => "jump",
            Self::Load => "load",
            Self::Store => "store",
        }
    }
}

/// A leak of one byte of one scalar of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plant {
    pub kind: Kind,
    scalar: usize,
    byte: usize,
}

/// The first, a middle and the last byte of the first scalar; bytes of a middle and of the last scalar.
const PLACES: [(usize, usize); 5] = [(0, 0), (0, 15), (0, 31), (BATCH / 2, 16), (BATCH - 1, 31)];

impl Plant {
    /// All plants.
    pub fn all() -> Vec<Self> {
        let places = |kind| PLACES.map(|(scalar, byte)| Self { kind, scalar, byte });
        Kind::ALL.into_iter().flat_map(places).collect()
    }

    /// Takes what [`Plant::argument`] gave.
    pub fn parse(text: &str) -> Result<Self> {
        let plant = Self::all().into_iter().find(|plant| plant.argument() == text);
        plant.with_context(|| format!("`{text}` is no plant"))
    }

    pub fn argument(&self) -> String {
        format!("{}:{}:{}", self.kind.name(), self.scalar, self.byte)
    }

    /// Does what depends on the secret, among other things that don't.
    #[inline(never)]
    pub fn leak(&self, scalars: &[[u8; 32]; BATCH]) {
        let mut memory = black_box([1u8; 256]);
        for (i, byte) in memory.iter_mut().enumerate() {
            *byte = black_box(i as u8);
        }
        let secret = black_box(scalars)[self.scalar][self.byte];
        match self.kind {
            Kind::Jump => {
                if secret & 16 != 0 {
                    // More than one instruction, so that it stays a jump.
                    for i in 0..10 {
                        black_box(i);
                    }
                }
            }
            Kind::Load => {
                black_box(black_box(&memory)[usize::from(secret)]);
            }
            Kind::Store => black_box(&mut memory)[usize::from(secret)] = 2,
        }
        black_box(&memory);
    }
}

impl fmt::Display for Plant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "planted {}, scalar {}, byte {}",
            self.kind.name(),
            self.scalar,
            self.byte
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plants_of_every_kind_are_at_both_ends_and_between() {
        for kind in Kind::ALL {
            let places: Vec<_> = Plant::all()
                .into_iter()
                .filter(|plant| plant.kind == kind)
                .map(|plant| (plant.scalar, plant.byte))
                .collect();
            for place in [(0, 0), (0, 31), (BATCH - 1, 31)] {
                assert!(places.contains(&place), "{kind:?} {place:?}");
            }
            let is_between =
                |(scalar, byte): &(usize, usize)| (1..BATCH - 1).contains(scalar) && (1..31).contains(byte);
            assert!(places.iter().any(is_between), "{kind:?}");
        }
        for plant in Plant::all() {
            assert_eq!(Plant::parse(&plant.argument()).unwrap(), plant);
        }
        assert!(Plant::parse("jump:0:1").is_err());
    }
}
