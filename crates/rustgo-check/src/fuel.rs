//! Fuel: a limit on the work of the analysis, whatever its input.
//!
//! The analysis follows every path through every function, so code made for that purpose could keep it busy forever:
//! functions that all fall through into one another, tables that lead everywhere, a path of calls for each export.
//! Everything that can grow faster than the file consumes fuel, one step at a time, and an image is refused when the
//! fuel runs out. A step takes about a microsecond, and retains at most about 300 bytes of memory.

use std::cell::Cell;

use crate::finding::{Finding, Place, Rule};
use crate::image::Image;

/// Steps per byte of code. Compiled code takes less than one.
const PER_BYTE: u64 = 32;

/// Steps that every image may take in addition.
const BASE: u64 = 50_000;

/// The fuel ran out: no result so far may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

/// The steps that the analysis may take.
#[derive(Debug)]
pub struct Fuel {
    most: u64,
    left: Cell<u64>,
    /// The offset that is being analysed.
    at: Cell<u64>,
}

impl Fuel {
    /// The most steps that an image may take.
    pub const MOST: u64 = 2_000_000;

    /// The fuel for an image, by its size.
    pub fn of(image: &Image) -> Self {
        let most = BASE
            .saturating_add(image.code_size.saturating_mul(PER_BYTE))
            .min(Self::MOST);
        Self::limited(most)
    }

    /// Unlimited fuel, for what is derived from a finished analysis.
    pub fn unlimited() -> Self {
        Self::limited(u64::MAX)
    }

    /// Fuel for some steps.
    pub(super) fn limited(most: u64) -> Self {
        Self {
            most,
            left: Cell::new(most),
            at: Cell::new(0),
        }
    }

    /// Takes fuel for some steps. Once a request fails, all later ones fail.
    ///
    /// # Errors
    ///
    /// If less fuel is left.
    ///
    /// SOUNDNESS: F6, G4
    pub fn spend(&self, steps: u64) -> Result<(), Exhausted> {
        match self.left.get().checked_sub(steps) {
            Some(left) if left > 0 => {
                self.left.set(left);
                Ok(())
            }
            _ => {
                self.left.set(0);
                Err(Exhausted)
            }
        }
    }

    /// Takes fuel at an offset of the image, which the message will name.
    ///
    /// # Errors
    ///
    /// Those of [`Fuel::spend`].
    pub fn spend_at(&self, at: u64, steps: u64) -> Result<(), Exhausted> {
        self.at.set(at);
        self.spend(steps)
    }

    /// The steps taken so far.
    pub fn spent(&self) -> u64 {
        self.most - self.left.get()
    }

    /// The initial number of steps.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// The finding that reports exhaustion.
    pub fn finding(&self, image: &Image) -> Finding {
        Finding {
            rule: Rule::Undecidable,
            message: format!(
                "the analysis gave up after {} steps, far more than compiled code of {} bytes takes",
                self.most, image.code_size
            ),
            places: vec![Place::at(image, self.at.get())],
            help: "functions that fall through into each other, jump tables that lead into many functions, and long chains \
                   of calls below many exports take so many: end each function with a return or a jump, and split \
                   a large guest into several images"
                .to_owned(),
        }
    }
}
