//! The requantization of accumulators that were made of doubled activations.

use crate::record::record;

record! {
    /// Turns twice an accumulator into an output value with both roundings of [`crate::requantize()`].
    ///
    /// For a right shift r ≥ 1, no left shift and |accumulator| < 2³⁰: `rounding` = 2^(r−1) + (zero point · 2^r), and
    /// (⌊(2·acc · multiplier + 2³¹) / 2³²⌋ + rounding − 1 for a negative acc) >> r. The high half of the product is the first rounding;
    /// adding half of 2^r, less one where the accumulator is negative, makes the shift round ties away from zero.
    #[derive(Eq)]
    pub struct HighMulRequant {
        /// Twice the bias, the input's zero point not folded in.
        pub bias: i32,
        /// As in `Scale`.
        pub multiplier: i32,
        /// See above.
        pub rounding: i32,
        /// The right shift r.
        pub shift: u32,
    }
}

impl HighMulRequant {
    /// The value, not clamped yet.
    #[inline]
    pub fn value(&self, doubled: i32) -> i32 {
        self.high(doubled).wrapping_add(self.rounding).wrapping_add(doubled >> 31) >> self.shift
    }

    /// The value, not clamped yet; one less for some ties of a negative accumulator.
    #[inline]
    pub fn value_if_positive(&self, doubled: i32) -> i32 {
        self.high(doubled).wrapping_add(self.rounding) >> self.shift
    }

    fn high(&self, doubled: i32) -> i32 {
        ((i64::from(doubled) * i64::from(self.multiplier) + (1 << 31)) >> 32) as i32
    }
}

#[cfg(test)]
mod tests {
    use super::HighMulRequant;
    use crate::arith::{Scale, requantize};

    #[test]
    fn rounds_as_requantize_does() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        };
        for i in 0..if cfg!(miri) { 1000 } else { 400_000 } {
            let shift = 1 + random() % 20;
            let multiplier = if i % 4 == 0 { 1 << 30 } else { (1 << 30) + (random() >> 2) as i32 };
            // Small accumulators and powers of two make many ties.
            let acc = match i % 3 {
                0 => (random() >> 20) as i32 - 2048,
                1 => ((random() % 64) as i32 - 32) << (random() % 20),
                _ => (random() as i32) >> 2,
            };
            let zero_point = (random() >> 24) as i32 - 128;
            let doubled =
                HighMulRequant { bias: 0, multiplier, rounding: (1 << (shift - 1)) + (zero_point << shift), shift };
            let want = requantize(acc, Scale { multiplier, shift: -(shift as i32) }) + zero_point;
            assert_eq!(doubled.value(2 * acc), want, "{acc} {multiplier} {shift} {zero_point}");
        }
    }
}
