//! AArch64: how code reaches the constants that hold addresses, wherever the host's linker places them.
//!
//! An instruction that takes the address of another part of the image contains the distance (`adr`). The distance to
//! these constants is only known to the linker, and takes two instructions, `adrp` and `add`, that it fills in
//! together. So the original instruction becomes a branch to a veneer after the image, which takes the address and
//! branches back.

use crate::image::Image;

/// The size of a veneer in bytes: `adrp`, `add`, and the branch back.
pub const SIZE: u64 = 12;

/// A veneer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Veneer {
    /// Its offset from the image's start, in bytes.
    pub at: u64,
    /// The instruction that it replaces.
    pub replaces: u64,
    /// The register for the address.
    pub register: u32,
    /// The address, in bytes from the first of these constants. It may be negative, if later code adds something to it.
    pub offset: i64,
}

impl Veneer {
    /// The branch to the veneer.
    pub fn branch(&self) -> u32 {
        branch(self.replaces, self.at)
    }

    /// The branch back, the veneer's last instruction.
    pub fn branch_back(&self) -> u32 {
        branch(self.at + SIZE - 4, self.replaces + 4)
    }
}

/// The veneers that an image needs, consecutive from the first instruction slot after its end.
pub fn veneers(image: &Image) -> Vec<Veneer> {
    let start = (image.text().len() as u64).next_multiple_of(4);
    let mut veneers: Vec<Veneer> = Vec::new();
    for used in &image.relro.uses {
        let Some((register, distance)) = address(image, used.at) else {
            // The second half of an address, which stays the same for every first half.
            continue;
        };
        veneers.push(Veneer {
            at: start + veneers.len() as u64 * SIZE,
            replaces: used.at,
            register,
            offset: used.at as i64 + distance - image.relro.start as i64,
        });
    }
    veneers
}

/// The register and the distance of an `adr`. `None` for another instruction.
fn address(image: &Image, at: u64) -> Option<(u32, i64)> {
    let bytes = image.bytes.get(at as usize..)?.first_chunk()?;
    let word = u32::from_le_bytes(*bytes);
    let distance = (word >> 5 & 0x7_ffff) << 2 | word >> 29 & 3;
    let is_adr = word & 0x9f00_0000 == 0x1000_0000;
    is_adr.then_some((word & 0x1f, i64::from((distance << 11) as i32 >> 11)))
}

/// `b` from one place to another.
fn branch(from: u64, to: u64) -> u32 {
    let words = (to as i64 - from as i64) >> 2;
    0x1400_0000 | words as u32 & 0x03ff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Reference;
    use crate::processor::Processor;
    use crate::testing::{image, words};

    /// `adr` of 21 bits: the least, the greatest, and those around zero. Other instructions have no distance.
    #[test]
    fn distances_have_a_sign() {
        for (word, expected) in [
            (0x1000_0000, Some((0, 0))),
            (0x3000_0001, Some((1, 1))),
            (0x1000_0022, Some((2, 4))),
            (0x70ff_ffe3, Some((3, -1))),
            (0x107f_ffe4, Some((4, 0xf_fffc))),
            (0x707f_ffe5, Some((5, 0xf_ffff))),
            (0x1080_001e, Some((30, -0x10_0000))),
            // adrp, add, and a word of data.
            (0x9000_0000, None),
            (0x9100_0000, None),
            (0x0000_0000, None),
        ] {
            let image = image(Processor::Aarch64, &words(&[word]));
            assert_eq!(address(&image, 0), expected, "{word:#x}");
        }
        let image = image(Processor::Aarch64, &[0; 3]);
        assert_eq!(address(&image, 0), None, "cut short");
    }

    /// They start at the first multiple of four after the image, whatever is at its end.
    #[test]
    fn veneers_lie_behind_the_image() {
        for (length, first) in [(8, 8), (9, 12), (11, 12), (12, 12)] {
            let mut image = image(Processor::Aarch64, &words(&[0x1000_0203, 0x1000_01e4]));
            image
                .edit(|image| {
                    image.bytes.resize(length, 0);
                    image.relro.start = length as u64;
                    image.relro.uses = [0, 4].map(|at| Reference { at, target: 64 }).to_vec();
                })
                .unwrap();
            let offset = 64 - length as i64;
            let veneer = |at, replaces, register| Veneer {
                at,
                replaces,
                register,
                offset,
            };
            assert_eq!(veneers(&image), [veneer(first, 0, 3), veneer(first + 12, 4, 4)]);
        }
    }

    #[test]
    fn branches_lead_there_and_back() {
        let veneer = Veneer {
            at: 0x100,
            replaces: 0x10,
            register: 3,
            offset: -8,
        };
        // b #0xf0; b #-0xf4
        assert_eq!(
            (veneer.branch(), veneer.branch_back()),
            (0x1400_003c, 0x17ff_ffc3)
        );
    }
}
