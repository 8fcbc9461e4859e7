//! Four field elements side by side, in radix 2^25.5: a multiplication of AVX2 takes 32 bits.
//!
//! Bernstein and Schwabe, "NEON crypto" (2012, <https://cr.yp.to/highspeed/neoncrypto-20120320.pdf>), section 4.
//!
//! Ten vectors are too many for the registers beside anything else. So elements live in memory, and functions take
//! pointers.

use core::arch::x86_64::*;
use core::sync::atomic::{Ordering, compiler_fence};

use crate::field::{LIMBS, P};

/// The sum of limb·2^⌈25.5·i⌉, modulo p: limbs of 26 bits, then 25, in turn.
///
/// A product's limbs are below 2^26, the odd ones below 2^25 + 2^17.
#[derive(Clone, Copy)]
pub struct Field4(pub [__m256i; 10]);

/// A factor, after 19 times itself, as 2^255 = 19 (mod p). As one array of twenty limbs, column k of a product takes
/// limb i of the other factor times entry 10 - i + k; entry 0 is never read.
#[repr(C)]
pub struct Factor4 {
    wrapped: Field4,
    pub element: Field4,
}

pub const LOW26: u64 = (1 << 26) - 1;
const LOW25: u64 = (1 << 25) - 1;

/// Evaluates an expression for each limb.
macro_rules! each_limb {
    ($i:ident, $e:expr) => {
        [
            { const $i: usize = 0; $e },
            { const $i: usize = 1; $e },
            { const $i: usize = 2; $e },
            { const $i: usize = 3; $e },
            { const $i: usize = 4; $e },
            { const $i: usize = 5; $e },
            { const $i: usize = 6; $e },
            { const $i: usize = 7; $e },
            { const $i: usize = 8; $e },
            { const $i: usize = 9; $e },
        ]
    };
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn all(x: u64) -> __m256i {
    _mm256_set1_epi64x(x as i64)
}

/// Limb i of an element.
const fn limb(a: &[u64; LIMBS], i: usize) -> u64 {
    if i.is_multiple_of(2) {
        a[i / 2] & LOW26
    } else {
        a[i / 2] >> 26
    }
}

/// a - b + 2p, limb i of it.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn subtract(i: usize, a: __m256i, b: __m256i) -> __m256i {
    _mm256_sub_epi64(_mm256_add_epi64(a, all(2 * limb(&P, i))), b)
}

impl Field4 {
    /// The same element in all lanes, given in limbs of 51 bits.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn splat(limbs: &[u64; LIMBS]) -> Self {
        Self(each_limb!(I, all(limb(limbs, I))))
    }

    /// Multiplies by a factor.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn multiply_by(&mut self, b: &Factor4) {
        let a: *mut Self = self;
        // SAFETY: the pointers are references, of which one is the product too.
        self.0[0] = unsafe { multiply_out_of_line(a, a, b, self.0[0]) };
    }

    /// Brings limbs of any size down to those of a product.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn carry(&mut self) {
        self.0 = carry(self.0);
    }
}

impl Factor4 {
    /// Works out 19 times the element.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn complete(&mut self) {
        for i in 1..10 {
            self.wrapped.0[i] = _mm256_mul_epu32(self.element.0[i], all(19));
        }
    }
}

/// The product of two field elements in each lane.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn multiply(product: &mut Field4, a: &Field4, b: &Factor4) {
    // SAFETY: the pointers are references.
    product.0[0] = unsafe { multiply_out_of_line(product, a, b, a.0[0]) };
}

/// As `multiply`. Ten sums and one factor are what sixteen registers hold: inlined, it would spill them and what its
/// caller has there.
///
/// A vector as argument and as result tells the compiler that vectors live on across the call: without, it clears
/// their upper halves before and after. So the lowest limb of `a` comes in a register, and that of the product leaves
/// in one, not written.
///
/// # Safety
///
/// - `product` is valid for writes, `a` and `b` for reads. `product` may be `a`, which is read first.
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,bmi2")]
#[expect(
    improper_ctypes_definitions,
    reason = "the ABI is for the registers, and both sides are here"
)]
unsafe extern "C" fn multiply_out_of_line(
    product: *mut Field4,
    a: *const Field4,
    b: *const Factor4,
    lowest: __m256i,
) -> __m256i {
    // SAFETY: it reads the limbs 1 to 9 of `a` and 1 to 19 of `b`, and writes those 1 to 9 of the product.
    unsafe {
        let product = product.cast::<__m256i>();
        let a = a.cast::<__m256i>();
        let b = b.cast::<__m256i>().add(10);
        let mut sum = each_limb!(K, _mm256_mul_epu32(lowest, *b.add(K)));
        let mut i = 1;
        loop {
            // Else the compiler keeps entries for the next row, which are too many for the registers.
            compiler_fence(Ordering::SeqCst);
            // Two odd limbs stand for 2^(25.5·i + 1/2) each.
            let odd = *a.add(i);
            let twice = _mm256_add_epi64(odd, odd);
            let row = b.sub(i);
            sum = each_limb!(K, {
                let factor = if K.is_multiple_of(2) { twice } else { odd };
                _mm256_add_epi64(sum[K], _mm256_mul_epu32(factor, *row.add(K)))
            });
            if i == 9 {
                break;
            }
            compiler_fence(Ordering::SeqCst);
            let even = *a.add(i + 1);
            let row = b.sub(i + 1);
            sum = each_limb!(K, _mm256_add_epi64(sum[K], _mm256_mul_epu32(even, *row.add(K))));
            i += 2;
        }
        let limbs = carry(sum);
        for (i, limb) in limbs.iter().enumerate().skip(1) {
            product.add(i).write(*limb);
        }
        limbs[0]
    }
}

/// Brings sums of products down to limbs of 26 and 25 bits, and a little more in some odd ones.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn carry(mut sum: [__m256i; 10]) -> [__m256i; 10] {
    let (low26, low25) = (all(LOW26), all(LOW25));
    macro_rules! carry {
        ($($i:literal),*) => {
            $(
                let (above, mask) = if $i % 2 == 0 {
                    (_mm256_srli_epi64::<26>(sum[$i]), low26)
                } else {
                    (_mm256_srli_epi64::<25>(sum[$i]), low25)
                };
                sum[$i + 1] = _mm256_add_epi64(sum[$i + 1], above);
                sum[$i] = _mm256_and_si256(sum[$i], mask);
            )*
        };
    }
    // Two chains beside each other.
    carry!(0, 4, 1, 5, 2, 6, 3, 7, 4, 8);
    // The carry out of the top may exceed 32 bits: it is multiplied in two parts.
    let above = _mm256_srli_epi64::<25>(sum[9]);
    sum[9] = _mm256_and_si256(sum[9], low25);
    let (low, high) = (_mm256_and_si256(above, low26), _mm256_srli_epi64::<26>(above));
    sum[0] = _mm256_add_epi64(sum[0], _mm256_mul_epu32(low, all(19)));
    sum[1] = _mm256_add_epi64(sum[1], _mm256_mul_epu32(high, all(19)));
    carry!(0);
    sum
}

#[cfg(test)]
mod tests {
    use core::array::from_fn;

    use fastrand::Rng;

    use super::*;
    use crate::reference::{from_limbs, p, skipped};

    /// Where limbs are: 26 bits, then 25, in turn.
    fn position(i: usize) -> usize {
        51 * (i / 2) + 26 * (i % 2)
    }

    /// Limbs up to so many units of a product's, by lane.
    fn limbs(units: u64, random: &mut Rng) -> [[u64; 10]; 4] {
        from_fn(|_| {
            let kind = random.u8(0..4);
            from_fn(|i| {
                let most = units * if i % 2 == 0 { LOW26 } else { LOW25 + (1 << 17) };
                match kind {
                    0 => most,
                    1 => [0, most][random.usize(0..2)],
                    _ => random.u64(0..=most),
                }
            })
        })
    }

    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn field(limbs: &[[u64; 10]; 4]) -> Field4 {
        Field4(from_fn(|i| {
            let [a, b, c, d] = limbs.map(|limbs| limbs[i] as i64);
            _mm256_set_epi64x(d, c, b, a)
        }))
    }

    fn lanes(field: &Field4) -> [[u64; 10]; 4] {
        // SAFETY: as large, and integers.
        let vectors: [[u64; 4]; 10] = unsafe { core::mem::transmute(*field) };
        from_fn(|lane| from_fn(|i| vectors[i][lane]))
    }

    /// The first factor may be five units, the second three and a bit.
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn products() {
        let mut random = Rng::with_seed(5);
        for i in 0..100_000 {
            let (a, b) = (
                limbs(random.u64(1..=5), &mut random),
                limbs(random.u64(1..=3), &mut random),
            );
            let mut factor = Factor4 {
                wrapped: field(&b),
                element: field(&b),
            };
            factor.complete();
            let mut product = field(&a);
            if i % 2 == 0 {
                multiply(&mut product, &field(&a), &factor);
            } else {
                product.multiply_by(&factor);
            }
            for ((a, b), product) in a.iter().zip(&b).zip(lanes(&product)) {
                let wanted = from_limbs(a, position) * from_limbs(b, position) % p();
                assert_eq!(from_limbs(&product, position), wanted, "{a:x?} · {b:x?}");
                for (i, limb) in product.into_iter().enumerate() {
                    let most = if i % 2 == 0 { LOW26 } else { LOW25 + (1 << 17) };
                    assert!(limb <= most, "limb {i} of {a:x?} · {b:x?} is {limb:x}");
                }
            }
        }
    }

    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn differences() {
        let mut random = Rng::with_seed(6);
        for _ in 0..10_000 {
            let (a, b) = (limbs(2, &mut random), limbs(1, &mut random));
            let (x, y) = (field(&a), field(&b));
            let difference = lanes(&Field4(from_fn(|i| subtract(i, x.0[i], y.0[i]))));
            for ((a, b), difference) in a.iter().zip(&b).zip(difference) {
                let wanted = (from_limbs(a, position) + p() - from_limbs(b, position)) % p();
                assert_eq!(from_limbs(&difference, position), wanted, "{a:x?} - {b:x?}");
            }
        }
    }

    #[test]
    fn arithmetic_at_the_bounds() {
        if !super::super::tests::has_features() {
            return skipped("avx2: field");
        }
        // SAFETY: the processor has the features.
        unsafe {
            products();
            differences();
        }
    }
}
