//! The field for building the table: limbs of 51 bits take the compiler far fewer steps than words with carries.

/// The sum of limb·2^(51·i), modulo p = 2^255 - 19, in limbs below 2^52.
#[derive(Clone, Copy)]
pub struct Element(pub [u64; 5]);

const MASK: u64 = (1 << 51) - 1;

impl Element {
    pub const ONE: Self = Self::small(1);

    pub const fn small(n: u64) -> Self {
        Self([n, 0, 0, 0, 0])
    }

    const fn carry(a: [u64; 5]) -> Self {
        Self([
            (a[0] & MASK) + 19 * (a[4] >> 51),
            (a[1] & MASK) + (a[0] >> 51),
            (a[2] & MASK) + (a[1] >> 51),
            (a[3] & MASK) + (a[2] >> 51),
            (a[4] & MASK) + (a[3] >> 51),
        ])
    }

    pub const fn add(&self, b: &Self) -> Self {
        let (a, b) = (&self.0, &b.0);
        Self::carry([a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]])
    }

    pub const fn sub(&self, b: &Self) -> Self {
        // 4p keeps the difference positive.
        let (a, b) = (&self.0, &b.0);
        Self::carry([
            a[0] + 4 * (MASK - 18) - b[0],
            a[1] + 4 * MASK - b[1],
            a[2] + 4 * MASK - b[2],
            a[3] + 4 * MASK - b[3],
            a[4] + 4 * MASK - b[4],
        ])
    }

    pub const fn mul(&self, b: &Self) -> Self {
        let [a0, a1, a2, a3, a4] = self.0;
        let [b0, b1, b2, b3, b4] = b.0;
        let [a0, a1, a2, a3, a4] = [a0 as u128, a1 as u128, a2 as u128, a3 as u128, a4 as u128];
        let [b0, b1, b2, b3, b4] = [b0 as u128, b1 as u128, b2 as u128, b3 as u128, b4 as u128];
        let c0 = a0 * b0 + 19 * (a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1);
        let c1 = a0 * b1 + a1 * b0 + 19 * (a2 * b4 + a3 * b3 + a4 * b2) + (c0 >> 51);
        let c2 = a0 * b2 + a1 * b1 + a2 * b0 + 19 * (a3 * b4 + a4 * b3) + (c1 >> 51);
        let c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + 19 * (a4 * b4) + (c2 >> 51);
        let c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (c3 >> 51);
        let [c0, c1, c2, c3, top] = [c0 as u64, c1 as u64, c2 as u64, c3 as u64, c4 as u64];
        let c0 = (c0 & MASK) + 19 * (c4 >> 51) as u64;
        Self([
            c0 & MASK,
            (c1 & MASK) + (c0 >> 51),
            c2 & MASK,
            c3 & MASK,
            top & MASK,
        ])
    }

    /// x^(p - 2), by Fermat's little theorem.
    pub const fn inverse(&self) -> Self {
        // p - 2 = 2^255 - 21 has all 255 bits set except 2^2 and 2^4.
        let mut power = Self::ONE;
        let mut bit = 255;
        while bit > 0 {
            bit -= 1;
            power = power.mul(&power);
            if bit != 2 && bit != 4 {
                power = power.mul(self);
            }
        }
        power
    }

    /// The limbs of the number below p.
    pub const fn limbs(&self) -> [u64; 5] {
        let mut a = self.0;
        // Two rounds bring it below 2^255. Then it is p or more exactly if adding 19 reaches 2^255.
        let mut round = 0;
        let mut add = 0;
        while round < 3 {
            if round == 2 {
                add = (a[0] + 19) >> 51;
                add = (a[1] + add) >> 51;
                add = (a[2] + add) >> 51;
                add = (a[3] + add) >> 51;
                add = (a[4] + add) >> 51;
            }
            a[0] += 19 * add;
            a[1] += a[0] >> 51;
            a[2] += a[1] >> 51;
            a[3] += a[2] >> 51;
            a[4] += a[3] >> 51;
            add = a[4] >> 51;
            a = [a[0] & MASK, a[1] & MASK, a[2] & MASK, a[3] & MASK, a[4] & MASK];
            round += 1;
        }
        a
    }
}
