//! Requantization and positions in maps.

use crate::graph::{Parameters, TensorInfo};

/// Scales an accumulator to the output's quantization, rounding twice, by the published definition word for word.
fn requantize(acc: i32, multiplier: i32, shift: i32) -> i32 {
    let left = shift.max(0);
    let right = (-shift).max(0);
    let doubled_high = {
        let product = i64::from(acc.wrapping_mul(1_i32.wrapping_shl(left as u32))) * i64::from(multiplier);
        ((product + (1_i64 << 30)) >> 31) as i32
    };
    // To nearest, ties away from zero.
    let divisor = 1_i64 << right;
    let magnitude = (2 * i64::from(doubled_high).abs() + divisor) / (2 * divisor);
    (i64::from(doubled_high).signum() * magnitude) as i32
}

/// From an accumulator of output channel `channel` to the output value.
pub(super) fn finish(acc: i32, p: &Parameters, channel: usize, output: &TensorInfo) -> i8 {
    let scale = if p.scales.len() == 1 { p.scales[0] } else { p.scales[channel] };
    let q = requantize(acc, scale.multiplier, scale.shift).wrapping_add(output.zero_point);
    q.clamp(p.range[0], p.range[1]) as i8
}

/// Index of `[y][x][c]` in a tensor of shape `[height, width, channels]`.
pub(super) fn at(shape: [usize; 3], y: usize, x: usize, c: usize) -> usize {
    (y * shape[1] + x) * shape[2] + c
}

/// `y` or `x` if it lies inside `0..extent`.
pub(super) fn inside(position: isize, extent: usize) -> Option<usize> {
    usize::try_from(position).ok().filter(|p| *p < extent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_requantizations_agree(acc in any::<i32>(), multiplier in (1_i32 << 30)..=i32::MAX, shift in -31..=8_i32) {
            let runtime = picoae::requantize(acc, picoae::plan::Scale { multiplier, shift });
            prop_assert_eq!(super::requantize(acc, multiplier, shift), runtime);
        }
    }
}
