//! The squared error between input and output as an exact integer, whatever their scales.

use crate::graph::TensorInfo;

/// Most doublings that two scales may lie apart: sums of 2²⁸ squares then fit in 128 bits.
const APART: i32 = 16;

/// Two scales as whole numbers of one unit, the largest that both are multiples of.
///
/// A 32-bit float is a whole number of 24 bits times a power of two, so two of them have a largest common unit, which
/// is such a float too. Dequantized values are then whole numbers of it, and so are their differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScalePair {
    /// The input's scale in units.
    pub input: u64,
    /// The output's scale in units.
    pub output: u64,
    /// The unit, in real units; exact.
    pub unit: f64,
}

/// A positive normal float as a whole number and the power of two that it is to be multiplied with.
fn parts(scale: f32) -> Option<(u64, i32)> {
    let normal = scale.is_normal() && scale > 0.0;
    let bits = scale.to_bits();
    normal.then(|| (u64::from(bits & 0x7f_ffff | 0x80_0000), (bits >> 23) as i32 - 150))
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl ScalePair {
    /// The pair of two scales; `None` where one is no positive normal float, or they lie more than 2¹⁶ apart.
    pub fn of(input: f32, output: f32) -> Option<Self> {
        let ((a, i), (b, o)) = (parts(input)?, parts(output)?);
        let lower = i.min(o);
        if (i - o).abs() > APART {
            return None;
        }
        let (a, b) = (a << (i - lower), b << (o - lower));
        let common = greatest_common_divisor(a, b);
        Some(Self { input: a / common, output: b / common, unit: common as f64 * 2f64.powi(lower) })
    }

    /// Σ (s_in · (q_in − z_in) − s_out · (q_out − z_out))², the scales in units; the squared error in the square of
    /// real units is this times `unit`². Where both have one scale and one zero point, it is a score's `total`.
    pub fn squared_error(&self, [input_info, output_info]: [&TensorInfo; 2], input: &[i8], output: &[i8]) -> u128 {
        let real = |scale: u64, q: i8, info: &TensorInfo| scale as i128 * i128::from(i32::from(q) - info.zero_point);
        let pairs = input.iter().zip(output);
        pairs
            .map(|(a, b)| (real(self.input, *a, input_info) - real(self.output, *b, output_info)).unsigned_abs().pow(2))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::score::residuals;
    use proptest::prelude::*;

    fn info(scale: f32, zero_point: i32) -> TensorInfo {
        TensorInfo { shape: [1, 1, 1], scale, zero_point }
    }

    #[test]
    fn a_unit_is_the_largest_that_both_scales_are_multiples_of() {
        assert_eq!(ScalePair::of(0.75, 0.5), Some(ScalePair { input: 3, output: 2, unit: 0.25 }));
        assert_eq!(ScalePair::of(0.1, 0.1), Some(ScalePair { input: 1, output: 1, unit: f64::from(0.1_f32) }));
        assert_eq!(ScalePair::of(1.0, 65_536.0), Some(ScalePair { input: 1, output: 65_536, unit: 1.0 }));
        for (a, b) in [(1.0, 131_072.0), (0.0, 1.0), (-1.0, 1.0), (f32::NAN, 1.0), (f32::INFINITY, 1.0), (1e-40, 1.0)] {
            assert_eq!((ScalePair::of(a, b), ScalePair::of(b, a)), (None, None), "{a} {b}");
        }
    }

    #[test]
    fn the_largest_errors_fit() {
        let (a, b) = (info(f32::from_bits(0x3fff_ffff), -128), info(f32::from_bits(0x47ff_fffe), 127));
        let pair = ScalePair::of(a.scale, b.scale).unwrap();
        let one = pair.squared_error([&a, &b], &[127], &[-128]);
        assert!(one < 1 << 97 && one > 1 << 95, "{one}");
    }

    proptest! {
        #[test]
        fn it_is_the_error_of_the_dequantized_values(
            scales in (1e-3_f32..1.0, 1e-3_f32..1.0),
            zero_points in (-128..=127_i32, -128..=127_i32),
            values in prop::collection::vec(any::<(i8, i8)>(), 1..50),
        ) {
            let (a, b) = (info(scales.0, zero_points.0), info(scales.1, zero_points.1));
            let (input, output): (Vec<i8>, Vec<i8>) = values.into_iter().unzip();
            let pair = ScalePair::of(a.scale, b.scale).unwrap();
            prop_assert_eq!(pair.input as f64 * pair.unit, f64::from(a.scale));
            prop_assert_eq!(pair.output as f64 * pair.unit, f64::from(b.scale));
            let got = pair.squared_error([&a, &b], &input, &output) as f64 * pair.unit * pair.unit;
            let real = |info: &TensorInfo, q: i8| f64::from(info.scale) * f64::from(i32::from(q) - info.zero_point);
            let want: f64 = input.iter().zip(&output).map(|(x, y)| (real(&a, *x) - real(&b, *y)).powi(2)).sum();
            prop_assert!((got - want).abs() <= 1e-12 * want.max(1e-12), "{} {}", got, want);
        }

        /// One scale, one zero point: the total of the device's score.
        #[test]
        fn of_one_scale_it_is_the_total(
            scale in 1e-3_f32..1.0,
            zero_point in -128..=127_i32,
            values in prop::collection::vec(any::<(i8, i8)>(), 1..50),
        ) {
            let (input, output): (Vec<i8>, Vec<i8>) = values.into_iter().unzip();
            let pair = ScalePair::of(scale, scale).unwrap();
            let total: u64 = residuals::of_steps(&input, &output, 1).iter().sum();
            let info = info(scale, zero_point);
            prop_assert_eq!(pair.squared_error([&info, &info], &input, &output), u128::from(total));
        }
    }
}
