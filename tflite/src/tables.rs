//! Activations as tables of 256 entries, indexed by the value + 128, in the arithmetic of TensorFlow Lite Micro's int8
//! kernels.

mod curve;
mod function;

use picoae::requantize;
use picoae_compiler::graph::{Scale, TensorInfo, multiplier_of};

use function::of;

pub use curve::{logistic, tanh};

/// The same values in another quantization (`Requantize`).
pub fn requantized(input: &TensorInfo, output: &TensorInfo) -> Vec<i8> {
    let scale = multiplier_of(f64::from(input.scale) / f64::from(output.scale));
    of(input, |v| requantize(v, scale).saturating_add(output.zero_point))
}

/// The same, kept within `range` (`ReluQuantized`).
pub fn clamped(input: &TensorInfo, output: &TensorInfo, range: [i32; 2]) -> Vec<i8> {
    requantized(input, output).into_iter().map(|q| i32::from(q).clamp(range[0], range[1]) as i8).collect()
}

/// The values themselves, kept within `range`.
pub fn limited(range: [i32; 2]) -> Vec<i8> {
    (-128..=127).map(|q: i32| q.clamp(range[0], range[1]) as i8).collect()
}

/// LeakyReLU (`QuantizeLeakyRelu`): two factors, each the quotient of 32-bit floats.
pub fn leaky_relu(input: &TensorInfo, output: &TensorInfo, slope: f32) -> Vec<i8> {
    let [identity, alpha] = leaky_relu_scales(input, output, slope);
    of(input, |v| requantize(v, if v >= 0 { identity } else { alpha }).saturating_add(output.zero_point))
}

fn leaky_relu_scales(input: &TensorInfo, output: &TensorInfo, slope: f32) -> [Scale; 2] {
    [input.scale / output.scale, input.scale * slope / output.scale].map(|factor| multiplier_of(f64::from(factor)))
}

/// Smallest and largest output of an activation by its code: 0 none, 1 ReLU, 2 ReLU between −1 and 1, 3 ReLU6;
/// `None` for another code.
pub fn range(activation: u8, output: &TensorInfo) -> Option<[i32; 2]> {
    let at = |real: f32| output.zero_point.saturating_add((real / output.scale).round() as i32);
    match activation {
        0 => Some([-128, 127]),
        1 => Some([at(0.0).max(-128), 127]),
        2 => Some([at(-1.0).max(-128), at(1.0).min(127)]),
        3 => Some([at(0.0).max(-128), at(6.0).min(127)]),
        _ => None,
    }
}
