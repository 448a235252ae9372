//! The requantization of accumulators on processors that have the upper half of a product in one instruction.

use crate::record::record;

record! {
    /// Requantizes with the upper half of one product.
    ///
    /// Requantizing, adding the zero point + 128 and saturating to 0…255 is a staircase of at most 255 steps. Any function
    /// with its steps in the same places gives the same bits: here ⌊(⌊2⁹ · acc · multiplier / 2³²⌋ + offset) / 2^shift⌋, with
    /// one offset for accumulators that are not negative and one for those that are, because the definition rounds ties away
    /// from zero. The compiler looks for multiplier and offsets and compares every step; the shift is the same for all
    /// channels of a stage.
    #[derive(Eq)]
    pub struct MulhRequant {
        /// At least 0.
        pub multiplier: i32,
        /// For accumulators from 0 on.
        pub offset: i32,
        /// For negative accumulators.
        pub negative_offset: i32,
    }
}

impl MulhRequant {
    /// Accumulators come times 2 to this power.
    pub const SCALED: u32 = 9;

    /// The value + 128 for an accumulator times 2⁹, not saturated yet.
    #[inline]
    #[cfg_attr(picoae_riscv32, expect(dead_code, reason = "the processor has its own"))]
    pub(crate) const fn apply(self, scaled: i32, shift: u32) -> i32 {
        let high = ((scaled as i64 * self.multiplier as i64) >> 32) as i32;
        high.wrapping_add(if scaled < 0 { self.negative_offset } else { self.offset }) >> (shift & 31)
    }
}
