//! From a layer's float weights and biases to its integer parameters.

use super::quantize_weights;
use crate::error::{Result, WeightsError};
use crate::graph::{Parameters, TensorInfo, multiplier_of};
use crate::spec::LayerInfo;
use crate::weights::Weights;

/// A layer's trained values in PyTorch's order.
pub(super) struct Trained<'a> {
    pub(super) weight: &'a [f32],
    pub(super) bias: &'a [f32],
}

impl<'a> Trained<'a> {
    /// Those of a layer.
    ///
    /// # Errors
    /// [`crate::Error::Weights`] when they are missing or not as many as the layer has.
    pub(super) fn of(info: &LayerInfo<'_>, weights: &'a Weights) -> Result<Self> {
        let name = info.name();
        let weight = &weights.get(&format!("{name}.weight"))?.values;
        let bias = &weights.get(&format!("{name}.bias"))?.values;
        let size = |shape: &[usize]| shape.iter().product::<usize>();
        let (weights, biases) = info.layer.weight_shapes(false).map_or((0, 0), |s| (size(&s.weight), size(&s.bias)));
        if weight.len() != weights || bias.len() != biases {
            let (layer, expected) = (name, [weights, biases]);
            return Err(WeightsError::Count { layer, weights: weight.len(), biases: bias.len(), expected }.into());
        }
        Ok(Self { weight, bias })
    }
}

/// The tensors around a layer with weights.
pub(super) struct Around<'a> {
    /// In front of it.
    pub(super) input: &'a TensorInfo,
    /// Behind it.
    pub(super) output: &'a TensorInfo,
    /// Smallest and largest output value.
    pub(super) range: [i32; 2],
}

impl Around<'_> {
    /// Parameters with one weight scale an output channel, whose weights `weights` gives in the integer network's order.
    pub(super) fn one_scale_a_channel(&self, bias: &[f32], weights: impl Fn(usize) -> Vec<f32>) -> Parameters {
        let mut p = Parameters { range: self.range, ..Parameters::default() };
        for (o, b) in bias.iter().enumerate() {
            let (quantized, scale) = quantize_weights(weights(o).into_iter(), *b, self.input.scale);
            p.weights.extend(quantized);
            self.push_channel(&mut p, *b, scale);
        }
        p
    }

    /// Parameters with one weight scale for all outputs.
    pub(super) fn one_scale(&self, rows: &[Vec<f32>], bias: &[f32]) -> Parameters {
        let largest_bias = bias.iter().fold(0.0_f32, |m, b| m.max(b.abs()));
        let all = rows.iter().flatten().copied();
        let (weights, scale) = quantize_weights(all, largest_bias, self.input.scale);
        let mut p = Parameters { weights, range: self.range, ..Parameters::default() };
        for b in bias {
            self.push_channel(&mut p, *b, scale);
        }
        p.scales.truncate(1);
        p
    }

    fn push_channel(&self, p: &mut Parameters, bias: f32, weight_scale: f32) {
        let step = f64::from(self.input.scale) * f64::from(weight_scale);
        p.bias.push((f64::from(bias) / step).round().clamp(-1_073_741_824.0, 1_073_741_823.0) as i32);
        p.scales.push(multiplier_of(step / f64::from(self.output.scale)));
    }
}
