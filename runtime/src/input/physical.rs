//! Numbers in a physical unit to int8, with single precision.

use super::encoded::Encoded;
use crate::record::record;

record! {
    /// How a channel's physical values become int8: with t = (sample − `offset`) · `gain` + `center`, each operation rounded to
    /// single precision, the value is ⌊t⌋ − 128. A sample whose t is not in 0 to 256 (256 left out) is outside, one that is not a
    /// number too.
    pub struct PhysicalEncoding {
        /// The mean, in the sample's unit.
        pub offset: f32,
        /// Int8 values a unit, above 0.
        pub gain: f32,
        /// Zero point + 128.5, so that cutting off the fraction rounds to nearest.
        pub center: f32,
    }
}

/// The bits of 256.0. Numbers from 0 up are ordered as their bits are; negative ones, infinity and NaN have larger bits.
const END: u32 = 0x4380_0000;

impl PhysicalEncoding {
    /// The int8 value of a sample: below int8 −128, above it 127, not a number the zero point, all three outside.
    ///
    /// A subtraction, a product and a sum, which every IEEE 754 implementation, software ones included, computes alike.
    #[inline]
    pub fn encode_physical(&self, sample: f32) -> Encoded {
        // Never −0: a sum of two numbers that cancel is +0.
        let scaled = (sample - self.offset) * self.gain + self.center;
        if scaled.to_bits() < END {
            return Encoded { value: (scaled as i32 - 128) as i8, outside: false };
        }
        let value = match scaled {
            not if not.is_nan() => (self.center as i32 - 128) as i8,
            low if low.is_sign_negative() => -128,
            _ => 127,
        };
        Encoded { value, outside: true }
    }

    /// Whether the numbers are finite, the gain is positive and `center` is that of an int8 zero point.
    pub const fn is_valid(&self) -> bool {
        let numbers = self.offset.is_finite() && self.gain.is_finite() && self.gain > 0.0;
        // From here on `center` is a number, and small enough for the cast.
        if !(numbers && self.center >= 0.5 && self.center <= 255.5) {
            return false;
        }
        (self.center as i32) as f32 + 0.5 == self.center
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundredth of a unit an int8 value, zero point −3.
    const HUNDREDTHS: PhysicalEncoding = PhysicalEncoding { offset: 1.5, gain: 100.0, center: 125.5 };

    #[test]
    fn rounds_clamps_and_tells() {
        let of = |sample| {
            let Encoded { value, outside } = HUNDREDTHS.encode_physical(sample);
            (value, outside)
        };
        assert_eq!([of(1.5), of(1.509), of(1.511), of(1.486)], [(-3, false), (-2, false), (-2, false), (-4, false)]);
        assert_eq!([of(2.8), of(2.81), of(0.25), of(0.24)], [(127, false), (127, true), (-128, false), (-128, true)]);
        assert_eq!([of(f32::INFINITY), of(f32::NEG_INFINITY)], [(127, true), (-128, true)]);
        assert_eq!([of(f32::NAN), of(-f32::NAN)], [(-3, true), (-3, true)]);
        assert_eq!([of(f32::MAX), of(f32::MIN)], [(127, true), (-128, true)]);
    }

    #[test]
    fn numbers_that_are_none_are_no_encoding() {
        assert!(HUNDREDTHS.is_valid());
        for bad in [
            PhysicalEncoding { offset: f32::NAN, ..HUNDREDTHS },
            PhysicalEncoding { offset: f32::INFINITY, ..HUNDREDTHS },
            PhysicalEncoding { gain: 0.0, ..HUNDREDTHS },
            PhysicalEncoding { gain: -1.0, ..HUNDREDTHS },
            PhysicalEncoding { gain: f32::INFINITY, ..HUNDREDTHS },
            PhysicalEncoding { center: 125.0, ..HUNDREDTHS },
            PhysicalEncoding { center: 256.5, ..HUNDREDTHS },
            PhysicalEncoding { center: -0.5, ..HUNDREDTHS },
            PhysicalEncoding { center: f32::NAN, ..HUNDREDTHS },
        ] {
            assert!(!bad.is_valid(), "{bad:?}");
        }
    }
}
