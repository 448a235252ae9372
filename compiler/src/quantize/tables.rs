//! Activation functions of one int8 value as tables, indexed by value + 128.

use crate::graph::{TensorInfo, multiplier_of};

/// LeakyReLU by TensorFlow Lite's int8 arithmetic (`QuantizeLeakyRelu` of its reference kernels): two multipliers, one
/// each side of zero.
pub(super) fn leaky_relu(input: &TensorInfo, output: &TensorInfo, slope: f32) -> Vec<i8> {
    let ratio = f64::from(input.scale) / f64::from(output.scale);
    let (identity, alpha) = (multiplier_of(ratio), multiplier_of(ratio * f64::from(slope)));
    (-128..=127)
        .map(|q| {
            let value = q - input.zero_point;
            let scaled = picoae::requantize(value, if value >= 0 { identity } else { alpha });
            (output.zero_point + scaled).clamp(-128, 127) as i8
        })
        .collect()
}

/// Any function by its real values, rounded to nearest.
pub(super) fn of(input: &TensorInfo, output: &TensorInfo, function: impl Fn(f64) -> f64) -> Vec<i8> {
    (-128..=127)
        .map(|q: i32| {
            let real = f64::from(q - input.zero_point) * f64::from(input.scale);
            let scaled = (function(real) / f64::from(output.scale)).round();
            (scaled as i32).saturating_add(output.zero_point).clamp(-128, 127) as i8
        })
        .collect()
}

/// 1 / (1 + e⁻ˣ).
pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
