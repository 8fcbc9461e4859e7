//! Four field elements side by side, in radix 2^51: integers in floating-point numbers, which AVX2 multiplies wider
//! than integers. A fused multiply-add gives the upper half of a product, another one the lower half.
//!
//! Emmart, Zheng and Weems, "Faster modular exponentiation using double precision floating point arithmetic on the GPU"
//! (ARITH 2018, <https://doi.org/10.1109/ARITH.2018.8464792>). Here halves are signed, so every rounding mode will do.
//!
//! Products leave few registers for anything else, so elements are kept in memory, and functions take pointers.

use core::arch::x86_64::*;
use core::sync::atomic::{Ordering, compiler_fence};

use super::LANES;
use crate::field::{FieldElement, LIMB_BITS, LIMBS, MASK, P};

/// The sum of limb·2^(51·i), modulo p: a factor. Limbs are signed integers, below 2^51 in absolute value.
#[derive(Clone, Copy)]
pub struct Field4(pub [__m256d; LIMBS]);

/// The sum of (column - BIAS)·2^(51·i), modulo p: a product, or a value in the same form.
#[derive(Clone, Copy)]
pub struct Product4(pub [__m256i; LIMBS]);

/// The offset of the columns: it makes everything that is carried positive, and centres limbs around 0.
///
/// A column is at most 20 times five sums of two halves below 2^51, which is 2^58.7, and a carry is of at most three.
pub const BIAS: u64 = (1 << 61) + BIAS_BELOW;
const BIAS_BELOW: u64 = 5 << 47;

#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn all(x: u64) -> __m256i {
    _mm256_set1_epi64x(x as i64)
}

#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn add(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi64(a, b)
}

/// a - b for two columns.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn subtract(a: __m256i, b: __m256i) -> __m256i {
    _mm256_sub_epi64(add(a, all(BIAS)), b)
}

/// The bits of a number in [2^52, 2^53) are those of 2^52 plus, as an integer, the number minus 2^52.
const INTEGER: f64 = (1u64 << 52) as f64;
/// The same, with room for 2^51 in both directions.
const SIGNED: f64 = 1.5 * INTEGER;
/// The same for multiples of 2^51, with room for 2^102.
const UPPER: f64 = SIGNED * (1u64 << LIMB_BITS) as f64;

/// Integers below 2^52 as floating-point numbers.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn number(integer: __m256i) -> __m256d {
    let bits = _mm256_or_si256(integer, all(INTEGER.to_bits()));
    _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(INTEGER))
}

/// Floating-point numbers below 2^51 in absolute value as integers.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn integer(number: __m256d) -> __m256i {
    let bits = _mm256_castpd_si256(_mm256_add_pd(number, _mm256_set1_pd(SIGNED)));
    _mm256_sub_epi64(bits, all(SIGNED.to_bits()))
}

impl Field4 {
    /// The same element in all lanes, given in limbs of 51 bits.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn splat(limbs: &[u64; LIMBS]) -> Self {
        Self(each_limb!(I, _mm256_set1_pd(limbs[I] as f64)))
    }

    /// Carries a sum of products, whose columns have an offset of `N` times `BIAS`, at most three.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn carry<const N: u64>(column: [__m256i; LIMBS]) -> Self {
        let above = |i: usize| _mm256_srli_epi64::<51>(column[i]);
        Self(each_limb!(I, {
            let times = if I == 0 { 19 } else { 1 };
            let carry = if I == 0 {
                // 2^255 = 19 (mod p).
                _mm256_mul_epu32(above(4), all(19))
            } else {
                above(I - 1)
            };
            let below = _mm256_and_si256(column[I], all(MASK));
            let bits = add(_mm256_or_si256(below, all(INTEGER.to_bits())), carry);
            let moved = N * (BIAS_BELOW + times * (BIAS >> LIMB_BITS));
            _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(INTEGER + moved as f64))
        }))
    }
}

impl Product4 {
    /// As a factor.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn carry(&self) -> Field4 {
        Field4::carry::<1>(self.0)
    }

    /// The elements in the lanes.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn elements(&self) -> [FieldElement; LANES] {
        // A multiple of p makes them positive.
        let column = each_limb!(I, add(self.0[I], all((P[I] << 12) - BIAS)));
        let mut limbs = [[0; LIMBS]; LANES];
        for k in 0..LIMBS {
            let above = _mm256_srli_epi64::<51>(column[(k + 4) % LIMBS]);
            let carry = if k == 0 {
                _mm256_mul_epu32(above, all(19))
            } else {
                above
            };
            let limb = add(_mm256_and_si256(column[k], all(MASK)), carry);
            let mut lanes = [0; LANES];
            // SAFETY: the array has 32 bytes, as the vector has; the access needs no alignment.
            unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), limb) };
            for (limbs, lane) in limbs.iter_mut().zip(lanes) {
                limbs[k] = lane;
            }
        }
        limbs.map(FieldElement::from_loose_limbs)
    }
}

/// The product of two field elements in each lane.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn multiply(product: &mut Product4, a: &Field4, b: &Field4) {
    let [a0, a1, a2, a3, a4] = a.0;
    // SAFETY: the pointers are references.
    product.0[0] = unsafe { multiply_out_of_line(product, b, a0, a1, a2, a3, a4) };
}

/// The excess that column k of a product accumulates: for each lower half the bits of `SIGNED`, for each upper half of
/// the column before those of `UPPER`.
const fn excess(k: usize) -> u64 {
    const fn products(k: usize) -> u64 {
        if k < LIMBS {
            k as u64 + 1
        } else {
            2 * LIMBS as u64 - 1 - k as u64
        }
    }
    let upper = if k == 0 {
        0
    } else {
        products(k - 1).wrapping_mul(UPPER.to_bits())
    };
    products(k).wrapping_mul(SIGNED.to_bits()).wrapping_add(upper)
}

/// The correction of each column, after the column five above has been added to it.
const CORRECTIONS: [u64; LIMBS] = each_limb!(I, {
    let wrapped = 19u64.wrapping_mul(excess(I + LIMBS));
    BIAS.wrapping_sub(excess(I)).wrapping_sub(wrapped)
});

/// Makes the compiler store everything, and load anew what it loaded before: otherwise it starts with all products,
/// which are more than the registers hold.
#[inline(always)]
fn forget() {
    compiler_fence(Ordering::SeqCst);
}

/// The sum of column `K`'s lower halves, and the sum of its upper halves, which belong to the column above.
///
/// # Safety
///
/// - `b` is valid for reads of all limbs.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
unsafe fn column<const K: usize>(a: &[__m256d; LIMBS], b: *const __m256d) -> (__m256i, __m256i) {
    let mut sums = None;
    let mut i = K.saturating_sub(LIMBS - 1);
    while i <= K && i < LIMBS {
        // SAFETY: both indices are below `LIMBS`.
        let (x, y) = (a[i], unsafe { b.add(K - i).read() });
        // The product rounded to a multiple of 2^51, plus UPPER; then the rounding error, plus SIGNED, which is exact.
        let upper = _mm256_fmadd_pd(x, y, _mm256_set1_pd(UPPER));
        let rest = _mm256_sub_pd(_mm256_set1_pd(UPPER + SIGNED), upper);
        let lower = _mm256_castpd_si256(_mm256_fmadd_pd(x, y, rest));
        let upper = _mm256_castpd_si256(upper);
        sums = Some(match sums {
            None => (lower, upper),
            Some((l, u)) => (add(l, lower), add(u, upper)),
        });
        i += 1;
    }
    forget();
    sums.expect("a column has a product")
}

/// The body of `multiply`. Inlined, it would spill the registers of its caller.
///
/// It spills nothing itself: the stack is not aligned for vectors here, and a vector that crosses a page costs as much
/// as half a multiplication. Therefore its sums are in memory too, which is aligned.
///
/// Vectors as arguments and as the result tell the compiler that vectors stay live across the call. Otherwise it clears
/// their upper halves before and after. So `a` and the product's lowest column are in registers.
///
/// # Safety
///
/// - `product` is valid for writes, `b` for reads, and they don't overlap.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
#[expect(
    improper_ctypes_definitions,
    reason = "the ABI is for the registers, and both sides are here"
)]
unsafe extern "C" fn multiply_out_of_line(
    product: *mut Product4,
    b: *const Field4,
    a0: __m256d,
    a1: __m256d,
    a2: __m256d,
    a3: __m256d,
    a4: __m256d,
) -> __m256i {
    let (sums, a, b) = (product.cast::<__m256i>(), &[a0, a1, a2, a3, a4], b.cast());
    // SAFETY: the pointers are valid, and all indices below `LIMBS`.
    unsafe {
        let get = |k: usize| sums.add(k).read();
        let put = |k: usize, x: __m256i| sums.add(k).write(x);
        // Column k takes the one five above, which is in its place, nineteen times: 3 and 16. This is hidden from the
        // compiler, which would otherwise multiply, twice.
        let wrap = |k: usize, x: __m256i| {
            let high = get(k);
            let three_times = add(high, add(high, high));
            let sum = add(three_times, add(x, all(CORRECTIONS[k])));
            forget();
            put(k, add(sum, _mm256_slli_epi64::<4>(get(k))));
            forget();
        };
        macro_rules! high {
            ($k:literal) => {{
                let (sum, above) = column::<{ $k + LIMBS }>(a, b);
                put($k, add(get($k), sum));
                put($k + 1, above);
                forget();
            }};
        }
        macro_rules! low {
            ($k:literal) => {{
                let (sum, above) = column::<$k>(a, b);
                put($k, add(get($k), sum));
                wrap($k + 1, above);
            }};
        }
        put(0, _mm256_setzero_si256());
        high!(0);
        high!(1);
        high!(2);
        high!(3);
        let (sum, above) = column::<4>(a, b);
        put(0, add(get(0), above));
        wrap(4, sum);
        wrap(0, _mm256_setzero_si256());
        low!(0);
        low!(1);
        low!(2);
        let (sum, above) = column::<3>(a, b);
        put(3, add(get(3), sum));
        put(4, add(get(4), above));
        get(0)
    }
}

#[cfg(test)]
mod tests {
    use core::array::from_fn;

    use fastrand::Rng;
    use num_bigint::{BigInt, BigUint};

    use super::*;
    use crate::reference::{p, skipped, value};

    /// The largest limb of a factor. Those of a table's entries are all positive.
    const MOST: i64 = (1 << 51) - 1;

    /// Limbs up to the largest, by lane.
    fn limbs(random: &mut Rng) -> [[i64; LIMBS]; LANES] {
        from_fn(|_| {
            let kind = random.u8(0..6);
            from_fn(|_| match kind {
                0 => MOST,
                1 => -MOST,
                2 => [-MOST, MOST][random.usize(0..2)],
                3 => [-MOST, -1, 0, 1, MOST][random.usize(0..5)],
                _ => random.i64(-MOST..=MOST),
            })
        })
    }

    fn element(limbs: &[i64; LIMBS]) -> BigInt {
        limbs
            .iter()
            .rev()
            .fold(BigInt::ZERO, |sum, limb| (sum << 51) + limb)
    }

    /// Modulo p.
    fn modulo(x: BigInt) -> BigUint {
        let p = BigInt::from(p());
        (((x % &p) + &p) % p)
            .to_biguint()
            .expect("a remainder is positive")
    }

    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn field(limbs: &[[i64; LIMBS]; LANES]) -> Field4 {
        Field4(from_fn(|i| {
            let [a, b, c, d] = limbs.map(|limbs| limbs[i] as f64);
            _mm256_set_pd(d, c, b, a)
        }))
    }

    fn lanes(field: &Field4) -> [[i64; LIMBS]; LANES] {
        // SAFETY: both types have the same size, and every bit pattern is a value of either.
        let vectors: [[f64; LANES]; LIMBS] = unsafe { core::mem::transmute(*field) };
        from_fn(|lane| from_fn(|i| vectors[i][lane] as i64))
    }

    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn product(a: &Field4, b: &Field4) -> Product4 {
        let mut product = Product4([_mm256_setzero_si256(); LIMBS]);
        multiply(&mut product, a, b);
        product
    }

    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn products() {
        let mut random = Rng::with_seed(5);
        for _ in 0..100_000 {
            let (a, b) = (limbs(&mut random), limbs(&mut random));
            let product = product(&field(&a), &field(&b));
            let carried = lanes(&product.carry());
            for (lane, whole) in product.elements().iter().enumerate() {
                let wanted = modulo(element(&a[lane]) * element(&b[lane]));
                assert_eq!(value(whole), wanted, "{:x?} · {:x?}", a[lane], b[lane]);
                assert_eq!(
                    modulo(element(&carried[lane])),
                    wanted,
                    "{:x?} · {:x?}",
                    a[lane],
                    b[lane]
                );
            }
        }
    }

    /// The terms of points: sums of up to three products, one of which may be subtracted.
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn sums() {
        let mut random = Rng::with_seed(6);
        for _ in 0..30_000 {
            let factors = [(); 2].map(|()| [limbs(&mut random), limbs(&mut random)]);
            let [x, y] = factors.map(|[a, b]| product(&field(&a), &field(&b)).0);
            let double = each_limb!(I, add(x[I], x[I]));
            let sums = [
                (1, -1, Field4::carry::<1>(each_limb!(I, subtract(x[I], y[I])))),
                (1, 1, Field4::carry::<2>(each_limb!(I, add(x[I], y[I])))),
                (
                    2,
                    -1,
                    Field4::carry::<1>(each_limb!(I, _mm256_sub_epi64(double[I], y[I]))),
                ),
                (2, 1, Field4::carry::<3>(each_limb!(I, add(double[I], y[I])))),
            ];
            for (m, n, sum) in sums {
                for (lane, limbs) in lanes(&sum).iter().enumerate() {
                    let [x, y] = factors.map(|[a, b]| element(&a[lane]) * element(&b[lane]));
                    assert_eq!(
                        modulo(element(limbs)),
                        modulo(x * m + y * n),
                        "{m}, {n}: {factors:x?}"
                    );
                    assert!(
                        limbs.iter().all(|limb| limb.abs() <= MOST),
                        "{m}, {n}: {limbs:x?}"
                    );
                }
            }
        }
    }

    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn conversions() {
        let mut random = Rng::with_seed(7);
        for _ in 0..10_000 {
            let limbs = limbs(&mut random);
            let integers = field(&limbs).0.map(|limb| integer(limb));
            // SAFETY: both types have the same size, and every bit pattern is a value of either.
            let integers: [[i64; LANES]; LIMBS] = unsafe { core::mem::transmute(integers) };
            for lane in 0..LANES {
                assert_eq!(integers.map(|limb| limb[lane]), limbs[lane]);
            }
            let positive = limbs.map(|limbs| limbs.map(i64::abs));
            let numbers = from_fn(|i| {
                let [a, b, c, d] = positive.map(|limbs| limbs[i]);
                number(_mm256_set_epi64x(d, c, b, a))
            });
            assert_eq!(lanes(&Field4(numbers)), positive);
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
            sums();
            conversions();
        }
    }
}
