//! The network itself: a chain of layers between tensors.

mod parameters;
mod stretch;
mod tensor;

pub use parameters::{Geometry, Parameters};
pub use tensor::TensorInfo;

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
