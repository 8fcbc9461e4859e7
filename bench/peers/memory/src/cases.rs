//! What is measured of each function: which sizes, and where the bytes lie.

use std::fmt;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// memcpy
    Copy,
    /// memmove
    Move,
    /// memset
    Set,
    /// memcmp, of equal bytes, so that all are compared
    Compare,
}

impl Operation {
    const ALL: [Self; 4] = [Self::Copy, Self::Move, Self::Set, Self::Compare];

    /// Its name in C.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "memcpy",
            Self::Move => "memmove",
            Self::Set => "memset",
            Self::Compare => "memcmp",
        }
    }

    fn placements(self) -> &'static [Placement] {
        match self {
            Self::Move => &[
                Placement::Apart { dst: 0, src: 0 },
                Placement::Apart { dst: 13, src: 5 },
                Placement::Up,
                Placement::Down,
            ],
            Self::Set => &[
                Placement::Apart { dst: 0, src: 0 },
                Placement::Apart { dst: 1, src: 0 },
                Placement::Apart { dst: 13, src: 0 },
            ],
            Self::Copy | Self::Compare => &[
                Placement::Apart { dst: 0, src: 0 },
                Placement::Apart { dst: 0, src: 1 },
                Placement::Apart { dst: 13, src: 5 },
            ],
        }
    }
}

/// Where the bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In two places, each some bytes after a multiple of 64.
    Apart {
        /// The destination, or the first operand.
        dst: usize,
        /// The source, or the second operand.
        src: usize,
    },
    /// Overlapping, the destination above the source by half the size.
    Up,
    /// Overlapping, the destination below the source by half the size.
    Down,
}

/// A function, a size in bytes and a placement.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The function.
    pub operation: Operation,
    /// Bytes.
    pub size: usize,
    /// Where they lie.
    pub placement: Placement,
}

/// `64/+13+5`, or `64/up`: the size, then the placement.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.size)?;
        match self.placement {
            Placement::Apart { dst, .. } if self.operation == Operation::Set => write!(f, "+{dst}"),
            Placement::Apart { dst, src } => write!(f, "+{dst}+{src}"),
            Placement::Up => f.write_str("up"),
            Placement::Down => f.write_str("down"),
        }
    }
}

/// The largest size, in bytes.
pub const LARGEST: usize = 16 << 20;

/// 1 to 16 bytes, then four sizes for each doubling up to 4096, then each four times the one before.
fn sizes() -> impl Iterator<Item = usize> {
    let doublings =
        (4..12).flat_map(|power| (1..=4).map(move |quarter| (1 << power) + (quarter << (power - 2))));
    let large =
        std::iter::successors(Some(16 << 10), |size| Some(size * 4)).take_while(|&size| size <= LARGEST);
    (1..=16).chain(doublings).chain(large)
}

/// Every case.
pub fn all() -> impl Iterator<Item = Case> {
    Operation::ALL.into_iter().flat_map(|operation| {
        sizes().flat_map(move |size| {
            operation.placements().iter().map(move |&placement| Case {
                operation,
                size,
                placement,
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_and_hit_the_marks() {
        let sizes: Vec<_> = sizes().collect();
        assert!(sizes.is_sorted_by(|a, b| a < b), "{sizes:?}");
        for mark in [1, 16, 32, 48, 64, 4096, 1 << 20, LARGEST] {
            assert!(sizes.contains(&mark), "{mark} is not among {sizes:?}");
        }
    }

    #[test]
    fn no_case_has_the_name_of_another() {
        let mut names: Vec<_> = all()
            .map(|case| format!("{} {case}", case.operation.name()))
            .collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
