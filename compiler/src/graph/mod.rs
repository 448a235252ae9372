//! The integer network: what quantization makes, layer by layer, and what the bits of every output are defined by.
//!
//! Activations are int8, `[height][width][channel]`; one-dimensional data has height 1. Arithmetic is TensorFlow Lite's
//! published int8 specification: real = scale · (q − zero_point), weights in [−127, 127] with zero point 0 and one scale
//! an output channel (or one for all), int32 biases, two-step rounding in the requantization.

mod check;
mod file;
mod multiplier;

pub use check::Limits;
pub use multiplier::multiplier_of;
pub use picoae::plan::Scale;

use crate::error::GraphError;
use crate::sizes::product;

/// Shape and quantization of an activation tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TensorInfo {
    /// `[height, width, channels]`.
    pub shape: [usize; 3],
    /// Step between neighbouring values, in real units.
    pub scale: f32,
    /// The value that means 0, in [−128, 127].
    pub zero_point: i32,
}

impl TensorInfo {
    /// Number of values; `usize::MAX` where they are more than can be counted.
    pub fn len(&self) -> usize {
        product(&self.shape).unwrap_or(usize::MAX)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The int8 value of a real one: scaled, rounded with ties away from zero, clamped.
    pub fn quantize(&self, real: f32) -> i8 {
        let scaled = real / self.scale;
        let scaled = if scaled.is_nan() { 0.0 } else { scaled.clamp(-1024.0, 1024.0) };
        let rounded = (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i32;
        (rounded + self.zero_point).clamp(-128, 127) as i8
    }

    /// The real value of an int8 one.
    pub fn dequantize(&self, q: i8) -> f32 {
        self.scale * (i32::from(q) - self.zero_point) as f32
    }
}

/// What a layer with weights holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// Weights in [−127, 127]: `[out][kernel height][kernel width][in / groups]`, linear ones `[out][in]`.
    pub weights: Vec<i8>,
    /// One bias an output channel, in steps of input scale · weight scale.
    pub bias: Vec<i32>,
    /// One requantization an output channel, or a single one for all.
    pub scales: Vec<Scale>,
    /// Smallest and largest output: the fused activation's range.
    pub range: [i32; 2],
}

/// Geometry of a convolution. Pairs are `[vertical, horizontal]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Kernel extents.
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Padding above and left; below and right it follows from the output's size. It reads as the zero point.
    pub padding: [usize; 2],
    /// Distance between taps.
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
}

/// A layer's operation.
#[derive(Debug, Clone, PartialEq)]
pub enum QOp {
    /// Convolution.
    Conv(Geometry, Parameters),
    /// Transposed convolution (dilation 1, one group); `padding` is what is cut off above and left.
    ConvTranspose(Geometry, Parameters),
    /// Fully connected over all values in their order.
    Linear(Parameters),
    /// A 256-entry table, indexed by the value + 128.
    Table(Vec<i8>),
    /// Largest of each window; padding never wins.
    MaxPool(Geometry, [i32; 2]),
    /// Rounded mean of each window, without padding.
    AvgPool(Geometry),
    /// Nearest-neighbour upsampling by `[vertical, horizontal]`.
    Upsample([usize; 2]),
    /// Zero points around the map: `[top, bottom, left, right]`.
    Pad([usize; 4]),
    /// Keeps the top-left of the map, as large as the output.
    Trim,
    /// The same values in another shape.
    Reshape,
}

/// A layer: operation and output tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct QLayer {
    /// Name of the layer it was made of: `encoder.0`.
    pub name: String,
    /// What it computes.
    pub op: QOp,
    /// What comes out.
    pub output: TensorInfo,
}

/// A chain of integer layers.
#[derive(Debug, Clone, PartialEq)]
pub struct QGraph {
    /// Name of the model.
    pub name: String,
    /// What goes in.
    pub input: TensorInfo,
    /// The layers.
    pub layers: Vec<QLayer>,
    /// How many of them make the latent.
    pub encoder_layers: usize,
}

impl QGraph {
    /// The tensor in front of layer `i`.
    pub fn input_of(&self, i: usize) -> &TensorInfo {
        if i == 0 { &self.input } else { &self.layers[i - 1].output }
    }

    /// Checks that layers fit together and are no more than `limits` allow. Behind this the reference executor reads and
    /// writes in place, and passes and plans take bounded time and memory.
    ///
    /// # Errors
    /// The first layer that does not fit and why, or the limit.
    pub fn check(&self, limits: &Limits) -> Result<(), GraphError> {
        check::check(self, limits)
    }

    /// What comes out.
    pub fn output(&self) -> &TensorInfo {
        self.input_of(self.layers.len())
    }

    /// What the encoder makes.
    pub fn latent(&self) -> &TensorInfo {
        self.input_of(self.encoder_layers)
    }

    /// Whether every tensor has height 1.
    pub fn is_one_dimensional(&self) -> bool {
        (0..=self.layers.len()).all(|i| self.input_of(i).shape[0] == 1)
    }
}
