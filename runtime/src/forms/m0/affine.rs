//! Requantization as one affine function of the accumulator.
//!
//! Requantizing, adding the zero point + 128 and saturating to 0…255 is a staircase of at most 255 steps. Any function with
//! its steps in the same places gives the same bits: here ⌊(⌊acc·m / 2^a⌋ + c) / 2^s⌋ with a multiplier of at most 27 bits
//! and an offset that takes both roundings and the zero point. Ties are rounded away from zero in the definition's shift by
//! s − e, so for negative accumulators c is less by 2^e. The trainer looks for m and c and compares every step.
//!
//! There is no 64-bit product: the multiplier is split into balanced digits of b bits, m = d₀ + 2^b·d₁ (+ 2^2b·d₂), and
//! acc·m is shifted down digit by digit. Nested floors are exact: ⌊(⌊x / 2^a⌋ + y) / 2^b⌋ = ⌊(x + 2^a·y) / 2^(a+b)⌋.

use super::Requantization;
use bytemuck::{Pod, Zeroable};

/// The multiplier, the shift and the offset.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Affine {
    /// The multiplier · 32 + the shift.
    pub factor: u32,
    /// What is added in front of the shift.
    pub offset: i32,
}

impl Affine {
    /// One more than the largest multiplier.
    pub const LIMIT: i64 = 1 << 27;
    /// Widest digit.
    pub const MOST_BITS: u32 = 13;

    /// The multiplier's `digits` digits (2 or 3) of `bits` bits, lowest first.
    #[inline]
    const fn digits(self, bits: u32, digits: u32) -> [i32; 3] {
        let mut m = (self.factor >> 5) as i32;
        let mut all = [0; 3];
        let mut i = 0;
        while i + 1 < digits as usize {
            all[i] = (m << (32 - bits)) >> (32 - bits);
            m = (m - all[i]) >> bits;
            i += 1;
        }
        all[i] = m;
        all
    }

    /// The value + 128 for `acc`, not saturated yet. Exact where no digit's product overflows.
    #[inline]
    pub(crate) const fn apply(self, acc: i32, r: Requantization) -> i32 {
        let Requantization { digits, bits, .. } = r;
        let [d0, d1, d2] = self.digits(bits, digits);
        let mut t = acc.wrapping_mul(d0) >> bits;
        if digits == 3 {
            t = t.wrapping_add(acc.wrapping_mul(d1)) >> bits;
        }
        let highest = acc.wrapping_mul(if digits == 3 { d2 } else { d1 });
        let offset = self.offset.wrapping_sub(if acc < 0 { 1 << r.extra } else { 0 });
        highest.wrapping_add(t).wrapping_add(offset) >> (self.factor & 31)
    }
}
