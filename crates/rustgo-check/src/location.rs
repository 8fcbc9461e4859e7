//! Where words are kept: registers, and addresses on the stack.

/// A general-purpose register, by the processor's number. Numbers from 32 on are further callee-saved registers.
pub type Register = u8;

/// The number of registers that a state tracks: that of the processor with the most.
pub const REGISTERS: usize = 40;

/// Stack alignment that both C ABIs require at calls, in bytes.
pub const ALIGNMENT: u64 = 16;

/// The place that a stack address is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anchor {
    /// The stack pointer at the function's first instruction.
    Entry,
    /// The same, minus the padding that an instruction inserted when it aligned the stack pointer.
    Realigned {
        /// Offset of that instruction from the image's start.
        at: u64,
        /// The depth before it, in bytes: everything further down has this anchor.
        before: i64,
        /// The alignment in bytes, a power of two.
        alignment: u64,
    },
}

/// An address on the stack. A negative offset is below the function's entry, in its own frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackAddress {
    /// The place that it is relative to.
    pub anchor: Anchor,
    /// The distance, in bytes.
    pub offset: i64,
}

impl StackAddress {
    /// The stack pointer at a function's first instruction.
    pub const ENTRY: Self = Self {
        anchor: Anchor::Entry,
        offset: 0,
    };

    /// The address some bytes further up.
    pub fn plus(self, bytes: i64) -> Self {
        Self {
            offset: self.offset.wrapping_add(bytes),
            ..self
        }
    }

    /// Whether the address is `other` or above it, whatever the padding, which moves a realigned place down.
    ///
    /// SOUNDNESS: D3
    pub fn is_from(self, other: Self) -> bool {
        self.offset >= other.offset && (self.anchor == other.anchor || self.anchor == Anchor::Entry)
    }

    /// How many bytes the address is above a multiple of [`ALIGNMENT`], if the function's entry is `entry` bytes above
    /// one.
    pub fn beyond_alignment(self, entry: u64) -> u64 {
        let aligned = match self.anchor {
            Anchor::Entry => entry,
            Anchor::Realigned {
                before, alignment, ..
            } => {
                let sp = entry.wrapping_sub(before as u64);
                (sp & alignment.wrapping_neg()).wrapping_add(before as u64)
            }
        };
        aligned.wrapping_add(self.offset as u64) % ALIGNMENT
    }
}
