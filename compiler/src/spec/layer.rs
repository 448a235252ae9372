//! One layer as data: geometry only, no weights.

use super::layers::{
    AvgPool, Conv, ConvTranspose, Elementwise, Flatten, LayerSpec, LeakyRelu, Linear, MaxPool, Reshape, Trim, Upsample,
    WeightShapes, ZeroPad,
};
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// A layer. Pairs are `[vertical, horizontal]`; one-dimensional layers use height 1 (kernel `[1, k]`, stride `[1, s]`,
/// padding `[0, p]`). Semantics are PyTorch's of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum Layer {
    /// Convolution with bias.
    Conv(Conv),
    /// Transposed convolution with bias.
    ConvTranspose(ConvTranspose),
    /// Fully connected with bias.
    Linear(Linear),
    /// max(x, 0).
    Relu,
    /// x where x ≥ 0, else slope · x.
    LeakyRelu(LeakyRelu),
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// x.
    Identity,
    /// Largest value of each window.
    MaxPool(MaxPool),
    /// Mean of each window.
    AvgPool(AvgPool),
    /// Nearest-neighbour upsampling.
    Upsample(Upsample),
    /// Zeros around the map.
    ZeroPad(ZeroPad),
    /// `[c, h, w]` to `[c·h·w, 1, 1]`.
    Flatten,
    /// `[c·h·w, 1, 1]` to `[c, h, w]`.
    Reshape(Reshape),
    /// Keeps a corner of the map.
    Trim(Trim),
}

impl Layer {
    /// What the layer's own file states.
    fn spec(&self) -> &dyn LayerSpec {
        match self {
            Self::Conv(layer) => layer,
            Self::ConvTranspose(layer) => layer,
            Self::Linear(layer) => layer,
            Self::Relu => &Elementwise { label: "ReLU", makes_values: true },
            Self::LeakyRelu(layer) => layer,
            Self::Sigmoid => &Elementwise { label: "Sigmoid", makes_values: true },
            Self::Identity => &Elementwise { label: "Identity", makes_values: false },
            Self::MaxPool(layer) => layer,
            Self::AvgPool(layer) => layer,
            Self::Upsample(layer) => layer,
            Self::ZeroPad(layer) => layer,
            Self::Flatten => &Flatten,
            Self::Reshape(layer) => layer,
            Self::Trim(layer) => layer,
        }
    }

    /// Shape behind this layer for an input of shape `[channels, height, width]`.
    ///
    /// # Errors
    /// What does not fit its input.
    pub fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        self.spec().output_shape(input)
    }

    /// Trainable parameters, bias included; `usize::MAX` where they are more than can be counted.
    pub fn parameters(&self) -> usize {
        let size = |shape: &[usize]| shape.iter().fold(1_usize, |all, extent| all.saturating_mul(*extent));
        self.weight_shapes(false).map_or(0, |s| size(&s.weight).saturating_add(size(&s.bias)))
    }

    /// Shapes of weight and bias in PyTorch's layout; `None` for layers without parameters.
    pub fn weight_shapes(&self, one_dimensional: bool) -> Option<WeightShapes> {
        self.spec().weight_shapes(one_dimensional)
    }

    /// Region of interest: how many leading rows (`axis` 0) or columns (1) of its input, which has `whole` of them, the
    /// first `outputs` (at least 1) of its output depend on. At least 1.
    pub fn input_roi(&self, axis: usize, outputs: usize, whole: usize) -> usize {
        self.spec().input_roi(axis, outputs).unwrap_or(whole).min(whole).max(1)
    }

    /// Whether it makes new values; the others move or select them, so that their output has the quantization of their
    /// input.
    pub fn makes_values(&self) -> bool {
        self.spec().makes_values()
    }

    /// Name as in tables: `Conv2d`, `MaxPool1d`, `Linear`, …
    pub fn label(&self, one_dimensional: bool) -> String {
        let spec = self.spec();
        let dimensions = match (spec.is_spatial(), one_dimensional) {
            (false, _) => "",
            (true, true) => "1d",
            (true, false) => "2d",
        };
        format!("{}{dimensions}", spec.label())
    }
}
