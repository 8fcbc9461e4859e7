//! Compressed points of 32 bytes (RFC 8032, section 5.1.2).

use crate::field::FieldElement;

/// (X : Y : Z) with x = X/Z, y = Y/Z.
#[derive(Clone, Copy)]
pub struct Projective {
    pub x: FieldElement,
    pub y: FieldElement,
    pub z: FieldElement,
}

impl Projective {
    pub const IDENTITY: Self = Self {
        x: FieldElement::ZERO,
        y: FieldElement::ONE,
        z: FieldElement::ONE,
    };

    /// y in 255 bits, with the lowest bit of x on top.
    #[inline(always)]
    fn with_inverse(&self, inverse_z: &FieldElement) -> [u8; 32] {
        let x = self.x.mul(inverse_z).to_words();
        let mut y = self.y.mul(inverse_z).to_words();
        y[3] |= x[0] << 63;
        bytes(&y)
    }

    /// The compressed point.
    #[inline(always)]
    pub fn compress(&self, invert: impl Fn(&FieldElement) -> FieldElement) -> [u8; 32] {
        self.with_inverse(&invert(&self.z))
    }
}

/// 256-bit little-endian words as bytes.
#[inline(always)]
pub fn bytes(words: &[u64; 4]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    bytes
}

/// Compresses the first `count` points with one inversion: Montgomery's trick.
///
/// # Safety
///
/// - `compressed` is valid for writes of `count` points, at most `MOST`.
#[inline(always)]
pub unsafe fn compress_all<const MOST: usize>(
    compressed: *mut [u8; 32],
    points: &[Projective; MOST],
    count: usize,
    invert: impl Fn(&FieldElement) -> FieldElement,
) {
    let count = count.min(MOST);
    // The product of the z before each one.
    let mut before = [FieldElement::ONE; MOST];
    let mut product = FieldElement::ONE;
    for i in 0..count {
        before[i] = product;
        product = product.mul(&points[i].z);
    }
    let mut inverse = invert(&product);
    for i in (0..count).rev() {
        // SAFETY: the caller guarantees `count` writable points, and `i` is below `count`.
        unsafe {
            compressed
                .add(i)
                .write(points[i].with_inverse(&inverse.mul(&before[i])))
        };
        inverse = inverse.mul(&points[i].z);
    }
}
