//! Requantization as one affine function of the accumulator.
//!
//! Requantizing, adding the zero point + 128 and saturating to 0…255 is a staircase of at most 255 steps. Any function with
//! its steps in the same places gives the same bits: here ⌊(⌊acc·m / 2^a⌋ + c) / 2^s⌋ with a multiplier of at most 27 bits
//! and an offset that takes both roundings and the zero point. Ties are rounded away from zero in the definition's shift by
//! s − e, so for negative accumulators c is less by 2^e. The compiler looks for m and c and compares every step.
//!
//! There is no 64-bit product: the multiplier is split into balanced digits of b bits, m = d₀ + 2^b·d₁ (+ 2^2b·d₂), and
//! acc·m is shifted down digit by digit. Nested floors are exact: ⌊(⌊x / 2^a⌋ + y) / 2^b⌋ = ⌊(x + 2^a·y) / 2^(a+b)⌋.

use crate::record::record;

record! {
    /// The multiplier, the shift and the offset.
    #[derive(Eq)]
    pub struct FusedRequant {
        /// The multiplier · 32 + the shift.
        pub factor: u32,
        /// What is added in front of the shift.
        pub offset: i32,
    }
}

/// How the multiplier is split, and what negative accumulators take off: the same for all channels of a stage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Digits {
    /// 2 or 3 digits; 0: the definition requantizes.
    pub(crate) count: u32,
    /// Bits of a digit.
    pub(crate) bits: u32,
    /// 2 to this power is subtracted in front of the shift for negative accumulators.
    pub(crate) negative_bit: u32,
}

#[cfg_attr(picoae_armv6m, allow(dead_code))] // the processor has its own
impl FusedRequant {
    /// One more than the largest multiplier.
    pub const LIMIT: i64 = 1 << 27;
    /// Widest digit.
    pub const MOST_BITS: u32 = 13;

    /// The multiplier's `count` digits (2 or 3) of `bits` bits, lowest first.
    #[inline]
    const fn digits(self, bits: u32, count: u32) -> [i32; 3] {
        let mut m = (self.factor >> 5) as i32;
        let mut all = [0; 3];
        let mut i = 0;
        while i + 1 < count as usize {
            all[i] = (m << (32 - bits)) >> (32 - bits);
            m = (m - all[i]) >> bits;
            i += 1;
        }
        all[i] = m;
        all
    }

    /// The value + 128 for `acc`, not saturated yet. Exact where no digit's product overflows.
    #[inline]
    pub(crate) const fn apply(self, acc: i32, digits: Digits) -> i32 {
        let Digits { count, bits, negative_bit } = digits;
        let [d0, d1, d2] = self.digits(bits, count);
        let mut t = acc.wrapping_mul(d0) >> bits;
        if count == 3 {
            t = t.wrapping_add(acc.wrapping_mul(d1)) >> bits;
        }
        let highest = acc.wrapping_mul(if count == 3 { d2 } else { d1 });
        let offset = self.offset.wrapping_sub(if acc < 0 { 1 << negative_bit } else { 0 });
        highest.wrapping_add(t).wrapping_add(offset) >> (self.factor & 31)
    }
}
