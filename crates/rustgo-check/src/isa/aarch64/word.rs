//! The 32 bits of an instruction, and the numbers in their fields.

/// An instruction's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(pub u32);

impl Word {
    /// Some bits from the given one on.
    pub fn bits(self, from: u32, count: u32) -> u32 {
        self.0 >> from & (u32::MAX >> (32 - count))
    }

    /// A single bit.
    pub fn bit(self, number: u32) -> bool {
        self.bits(number, 1) == 1
    }

    /// Some bits as a signed number.
    pub fn signed(self, from: u32, count: u32) -> i64 {
        i64::from((self.bits(from, count) << (32 - count)) as i32 >> (32 - count))
    }

    /// The immediate operand of a logical instruction: a run of ones, rotated and repeated (DecodeBitMasks in the Arm
    /// Architecture Reference Manual). `None` if the encoding is reserved.
    pub fn mask(self) -> Option<u64> {
        let (n, rotate, last) = (self.bits(22, 1), self.bits(16, 6), self.bits(10, 6));
        let size = 1 << (n << 6 | !last & 0x3f).checked_ilog2()?;
        let levels = size - 1;
        if size < 2 || last & levels == levels || n == 1 && !self.bit(31) {
            return None;
        }
        let ones = |count: u32| u64::MAX >> (64 - count);
        let run = ones((last & levels) + 1);
        let element = match rotate & levels {
            0 => run,
            rotate => (run >> rotate | run << (size - rotate)) & ones(size),
        };
        let mask = (0..64 / size).fold(0, |mask, copy| mask | element << (copy * size));
        Some(if self.bit(31) { mask } else { mask & ones(32) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_runs_of_ones_rotated_and_repeated() {
        for (word, expected) in [
            (0x927a_e41f, Some(0xffff_ffff_ffff_ffc0)),
            (0x1200_1c00, Some(0xff)),
            (0x9240_0c00, Some(0xf)),
            (0x9200_e400, Some(0x3333_3333_3333_3333)),
            (0x9200_f000, Some(0x5555_5555_5555_5555)),
            (0x9201_f000, Some(0xaaaa_aaaa_aaaa_aaaa)),
            (0x9241_0000, Some(0x8000_0000_0000_0000)),
            // A register full of ones is no mask, an element of one bit either; nor are 64 bits in 32.
            (0x9240_fc00, None),
            (0x9200_f800, None),
            (0x1240_0000, None),
        ] {
            assert_eq!(Word(word).mask(), expected, "{word:#010x}");
        }
    }
}
