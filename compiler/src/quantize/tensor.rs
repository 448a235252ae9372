//! Scales and zero points.

use super::Range;
use crate::graph::TensorInfo;

/// An int8 tensor of `shape` that holds `range` and represents 0 exactly.
pub fn tensor_for(shape: [usize; 3], range: Range) -> TensorInfo {
    let (min, max) = (range.min.min(0.0), range.max.max(0.0));
    let scale = ((max - min) / 255.0).max(f32::MIN_POSITIVE * 1e6);
    let zero_point = (-128.0 - min / scale).round().clamp(-128.0, 127.0) as i32;
    TensorInfo { shape, scale, zero_point }
}

/// Symmetric int8 weights of one output channel and their scale.
///
/// `bias` and `input_scale` are needed because the bias must fit in 30 bits of steps of input scale · weight scale. A channel without
/// weights, which is constant, has a bias of 16 bits: enough for any int8 output, and small enough for kernels that bound their sums.
pub fn quantize_weights(weights: impl Iterator<Item = f32> + Clone, bias: f32, input_scale: f32) -> (Vec<i8>, f32) {
    let largest = weights.clone().fold(0.0_f32, |m, w| m.max(w.abs()));
    let most = if largest == 0.0 { 1 << 16 } else { 1 << 30 };
    let scale = (largest / 127.0).max(bias.abs() / (input_scale * most as f32)).max(1e-12);
    let quantized = weights.map(|w| (w / scale).round().clamp(-127.0, 127.0) as i8).collect();
    (quantized, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_channel_has_a_bias_of_16_bits() {
        for bias in [1e-3, -0.7, 40.0] {
            let (weights, scale) = quantize_weights([0.0; 8].into_iter(), bias, 0.02);
            assert!(weights.iter().all(|w| *w == 0));
            let steps = f64::from(bias) / (0.02 * f64::from(scale));
            assert!((steps.abs() - 65_536.0).abs() < 1.0, "{steps}");
        }
    }

    #[test]
    fn zero_is_exact_and_the_range_is_held() {
        for (min, max) in [(-1.0, 3.0), (0.0, 5.0), (0.5, 2.0), (-2.0, -1.0), (0.0, 0.0)] {
            let t = tensor_for([1, 1, 1], Range { min, max });
            assert_eq!(t.dequantize(t.quantize(0.0)), 0.0);
            for v in [min, max] {
                assert!((t.dequantize(t.quantize(v)) - v).abs() <= t.scale, "{v} in {min}..{max}");
            }
        }
    }
}
