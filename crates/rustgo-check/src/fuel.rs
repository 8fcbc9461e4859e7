//! Fuel: a limit on the work of the analysis, whatever its input.
//!
//! The analysis follows each way through each function, so code that was made for it could keep it busy for ever:
//! functions that all run into one another, tables that lead everywhere, a path of calls for each export. Everything
//! that can grow faster than the file consumes fuel, a step at a time, and when that runs out the image is
//! refused. A step stands for about a microsecond, and for at most some 300 bytes of memory that are kept.

use std::cell::Cell;

use crate::finding::{Finding, Place, Rule};
use crate::image::Image;

/// Steps for each byte of code. Compiled code takes less than one.
const PER_BYTE: u64 = 32;

/// Steps that small images may take besides.
const BASE: u64 = 50_000;

/// The fuel ran out: nothing learnt so far may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

/// The steps that the analysis may take.
#[derive(Debug)]
pub struct Fuel {
    most: u64,
    left: Cell<u64>,
    /// The offset that the analysis is at.
    at: Cell<u64>,
}

impl Fuel {
    /// Steps that the largest image may take.
    pub const MOST: u64 = 2_000_000;

    /// The fuel for an image of its size.
    pub fn of(image: &Image) -> Self {
        let most = BASE
            .saturating_add(image.code_size.saturating_mul(PER_BYTE))
            .min(Self::MOST);
        Self::limited(most)
    }

    /// Fuel without a limit, for what is derived from a finished analysis.
    pub fn unlimited() -> Self {
        Self::limited(u64::MAX)
    }

    /// So many steps.
    pub(super) fn limited(most: u64) -> Self {
        Self {
            most,
            left: Cell::new(most),
            at: Cell::new(0),
        }
    }

    /// Pays for some steps. What could not be paid for once, nothing can be paid for afterwards.
    ///
    /// # Errors
    ///
    /// That was more than was left.
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

    /// The same at an offset of the image, for the message.
    ///
    /// # Errors
    ///
    /// As [`Fuel::spend`].
    pub fn spend_at(&self, at: u64, steps: u64) -> Result<(), Exhausted> {
        self.at.set(at);
        self.spend(steps)
    }

    /// How many steps were paid for.
    pub fn spent(&self) -> u64 {
        self.most - self.left.get()
    }

    /// How many steps there were in the beginning.
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
            help: "functions that run into each other, tables of jumps that lead into many functions, and long chains \
                   of calls below many exports take that much: end each function with a return or a jump, and split \
                   the guest into several images where it is large"
                .to_owned(),
        }
    }
}
