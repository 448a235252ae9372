//! Counts of a converter to int8, with integers.

use super::encoded::Encoded;
use crate::record::record;

record! {
    /// How a channel's counts become int8: a count below `low` is −128, one above `high` 127, both outside. For any other, with u =
    /// (count − low) >> shift, the value is (`bias` + u · `multiplier`) >> 23.
    #[derive(Eq)]
    pub struct CountsEncoding {
        /// Smallest count that int8 holds.
        pub low: i32,
        /// Largest count that int8 holds, not below `low`.
        pub high: i32,
        /// Int8 values a count, times 2²³ · 2^`shift`.
        pub multiplier: u32,
        /// 2²³ times the value of `low`, 1/2 added so that the shift rounds to nearest.
        pub bias: i32,
        /// Bits of the distance from `low` that are dropped before the product, 0 to 31.
        pub shift: u32,
    }
}

impl CountsEncoding {
    /// Fraction bits of a product. An int8 value has 8 bits before them, so a product stays within 32.
    pub const FRACTION: u32 = 23;

    /// The int8 value of a count. Any count will do: those beyond the ends are told first, and [`CountsEncoding::is_valid`] bounds
    /// what is computed of the others.
    ///
    /// Two comparisons, a subtraction, a product, a sum and two shifts; no 64-bit number.
    #[inline(always)]
    pub const fn encode_counts(&self, sample: i32) -> Encoded {
        if sample < self.low {
            return Encoded { value: i8::MIN, outside: true };
        }
        if sample > self.high {
            return Encoded { value: i8::MAX, outside: true };
        }
        // `high − low` may be anything up to 2³² − 1, so the distance is unsigned. Product and sum may leave 32 bits on the way,
        // but what comes out does not, so arithmetic modulo 2³² gives it.
        let distance = (sample.wrapping_sub(self.low) as u32).wrapping_shr(self.shift);
        let value = self.bias.wrapping_add(distance.wrapping_mul(self.multiplier) as i32) >> Self::FRACTION;
        Encoded { value: value as i8, outside: false }
    }

    /// Whether every count becomes the int8 value that the formula says. The value rises with the count, so both ends tell.
    pub const fn is_valid(&self) -> bool {
        if self.low > self.high || self.shift > 31 {
            return false;
        }
        let distance = ((self.high as i64 - self.low as i64) >> self.shift) as u64;
        let most = match distance.checked_mul(self.multiplier as u64) {
            // A distance and a multiplier have 32 bits each, so the sum fits in 64 where the product leaves room for it.
            Some(product) if product <= u32::MAX as u64 => self.bias as i64 + product as i64,
            _ => return false,
        };
        const LIMIT: i64 = 128 << CountsEncoding::FRACTION;
        self.bias as i64 >= -LIMIT && most < LIMIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 12-bit counts, 16 of them an int8 value.
    const TWELVE_BITS: CountsEncoding =
        CountsEncoding { low: 0, high: 4095, multiplier: 1 << 19, bias: -(128 << 23), shift: 0 };

    #[test]
    fn clamps_and_tells() {
        assert!(TWELVE_BITS.is_valid());
        let of = |sample| {
            let Encoded { value, outside } = TWELVE_BITS.encode_counts(sample);
            (value, outside)
        };
        assert_eq!([of(0), of(15), of(16), of(4095)], [(-128, false), (-128, false), (-127, false), (127, false)]);
        assert_eq!(
            [of(-1), of(i32::MIN), of(4096), of(i32::MAX)],
            [(-128, true), (-128, true), (127, true), (127, true)]
        );
    }

    #[test]
    fn the_whole_range_of_counts_fits() {
        let all = CountsEncoding { low: i32::MIN, high: i32::MAX, multiplier: 1 << 15, bias: -(128 << 23), shift: 16 };
        assert!(all.is_valid());
        for sample in [i32::MIN, -1, 0, 1 << 24, i32::MAX] {
            assert_eq!(all.encode_counts(sample), Encoded { value: (sample >> 24) as i8, outside: false });
        }
    }

    #[test]
    fn what_leaves_int8_is_no_encoding() {
        for bad in [
            CountsEncoding { low: 1, high: 0, ..TWELVE_BITS },
            CountsEncoding { high: 4096, ..TWELVE_BITS },
            CountsEncoding { shift: 32, ..TWELVE_BITS },
            CountsEncoding { multiplier: u32::MAX, ..TWELVE_BITS },
            CountsEncoding { bias: i32::MIN, ..TWELVE_BITS },
            CountsEncoding { bias: 0, ..TWELVE_BITS },
        ] {
            assert!(!bad.is_valid(), "{bad:?}");
        }
    }
}
