//! From an int32 accumulator to an int8 value.

use super::scale::Scale;

/// Scales `acc` by `multiplier · 2^(shift − 31)`, rounding twice: to nearest with ties upwards in the doubling high
/// multiplication, then to nearest with ties away from zero in the right shift.
///
/// This is TensorFlow Lite's default (`MultiplyByQuantizedMultiplier` of its reference kernels) for multipliers in
/// [2³⁰, 2³¹). `shift` lies in [−31, 30]; a positive one shifts `acc` to the left first, wrapping.
#[inline]
pub fn requantize(acc: i32, scale: Scale) -> i32 {
    // Where a 64-bit product is a library call, most values do without.
    #[cfg(picoae_armv6m)]
    {
        use super::split_multiplier::{LARGEST, SplitMultiplier};
        if SplitMultiplier::can(scale) && (-LARGEST..=LARGEST).contains(&acc) {
            return SplitMultiplier::new(scale).apply(acc);
        }
    }
    exact(acc, scale)
}

/// The int8 value of a real one: `value / scale`, rounded to nearest with ties away from zero, plus `zero_point`, clamped.
/// Not a number counts as 0.
///
/// Uses one division and one rounding in single precision, which every IEEE 754 implementation, software ones included,
/// computes alike.
pub fn quantize(value: f32, scale: f32, zero_point: i32) -> i8 {
    let scaled = value / scale;
    let rounded = if scaled.is_nan() { 0.0 } else { scaled.clamp(-1024.0, 1024.0) };
    let integer = (rounded + if rounded < 0.0 { -0.5 } else { 0.5 }) as i32;
    (integer + zero_point).clamp(-128, 127) as i8
}

/// The definition, written with a 64-bit product.
#[inline]
pub(crate) fn exact(acc: i32, scale: Scale) -> i32 {
    let left = scale.shift.max(0) as u32;
    let right = (-scale.shift).max(0) as u32;
    let product = i64::from(acc.wrapping_shl(left)) * i64::from(scale.multiplier);
    let high = ((product + (1 << 30)) >> 31) as i32;
    let mask = ((1_i64 << right) - 1) as i32;
    let remainder = high & mask;
    let threshold = (mask >> 1) + i32::from(high < 0);
    (high >> right) + i32::from(remainder > threshold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_ties_away_from_zero_in_the_shift() {
        let half = |acc, shift| requantize(acc, Scale { multiplier: 1 << 30, shift });
        // multiplier 2³⁰ halves: 6 → 3, then shifted by one: 1.5 → 2, −1.5 → −2.
        assert_eq!(half(6, -1), 2);
        assert_eq!(half(-6, -1), -2);
        // 5 / 2 = 2.5 → 3 (upwards), −5 / 2 = −2.5 → −2 (upwards).
        assert_eq!(half(5, 0), 3);
        assert_eq!(half(-5, 0), -2);
        assert_eq!(half(3, 4), 24);
        assert_eq!(half(i32::MAX, -30), 1);
    }
}
