//! Requantization by any scale without a 64-bit product, for the portable operators.
//!
//! The multiplier is split into balanced digits, m = d₀ + 2^a·d₁ + …, and acc·m is shifted down digit by digit. Nested
//! floors are exact: ⌊(⌊x / 2^a⌋ + y) / 2^b⌋ = ⌊(x + 2^a·y) / 2^(a+b)⌋. The bit that falls out last rounds the doubling
//! high multiplication; subtracting 1 from negative products beforehand turns ties upwards into ties away from zero, so
//! the right shift rounds with the bit that it drops, too.

use super::scale::Scale;

/// Largest |acc| for which no digit's product overflows: digits of 8, 8, 8 and 7 bits.
pub(crate) const LARGEST: i32 = (1 << 24) - (1 << 17);

/// A multiplier in digits, and a right shift of at least 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SplitMultiplier {
    /// Lowest first.
    pub(crate) digits: [i32; 4],
    /// To the right.
    pub(crate) shift: u32,
}

/// The lowest `bits` of `m` as a signed number.
const fn low(m: i32, bits: u32) -> i32 {
    (m << (32 - bits)) >> (32 - bits)
}

impl SplitMultiplier {
    /// Whether `scale` can be applied in digits: a right shift, and a multiplier that is not negative.
    pub(crate) const fn can(scale: Scale) -> bool {
        scale.shift < 0 && scale.shift >= -31 && scale.multiplier >= 0
    }

    /// Splits the multiplier of `scale`, for which [`Digits::can`] holds.
    #[inline]
    pub(crate) const fn new(scale: Scale) -> Self {
        let mut m = scale.multiplier as u32;
        let mut digits = [0; 4];
        let mut i = 0;
        while i < 3 {
            digits[i] = low(m as i32, 8);
            // The multiplier is below 2³¹, so this does not wrap around.
            m = m.wrapping_sub(digits[i] as u32) >> 8;
            i += 1;
        }
        digits[3] = m as i32;
        Self { digits, shift: scale.shift.unsigned_abs() }
    }

    /// The requantized `acc`, whose absolute value is at most [`LARGEST`].
    #[inline]
    pub(crate) const fn apply(&self, acc: i32) -> i32 {
        let [d0, d1, d2, d3] = self.digits;
        let sign = acc >> 31;
        let t = ((acc.wrapping_mul(d0) >> 8).wrapping_add(acc.wrapping_mul(d1))) >> 8;
        let t = t.wrapping_add(acc.wrapping_mul(d2)) >> 8;
        let t = t.wrapping_add(acc.wrapping_mul(d3));
        let high = (t >> 7) + ((t >> 6) & 1);
        let t = high + sign;
        (t >> self.shift) + ((t >> (self.shift - 1)) & 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::requantize::exact;

    #[test]
    fn agrees_with_the_definition_at_ties_and_limits() {
        let mut state = 1_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        for round in 0..if cfg!(miri) { 60 } else { 20_000_u32 } {
            let multiplier = match round % 8 {
                0 => 1 << 30,
                1 => i32::MAX,
                2 => (1 << 30) | 1,
                _ => (1 << 30) | (next() >> 2) as i32,
            };
            let shift = -1 - (next() % if round % 2 == 0 { 14 } else { 31 }) as i32;
            let scale = Scale { multiplier, shift };
            assert!(SplitMultiplier::can(scale));
            let digits = SplitMultiplier::new(scale);
            let tie = (((next() % 256) as i32 - 128).wrapping_shl(-shift as u32)).wrapping_add(1 << (-shift - 1));
            let near = tie.wrapping_add((next() % 9) as i32 - 4).clamp(-LARGEST, LARGEST);
            let random = (next() as i32 >> (7 + next() % 16)).clamp(-LARGEST, LARGEST);
            for acc in [near, near.wrapping_mul(2).clamp(-LARGEST, LARGEST), random, LARGEST, -LARGEST, 0, 1, -1] {
                assert_eq!(digits.apply(acc), exact(acc, scale), "{acc} {scale:?}");
            }
        }
    }
}
