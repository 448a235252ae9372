//! The layers, one a file: its geometry, the shapes it makes, its parameters and which part of its input it depends on.

mod avg_pool;
mod conv;
mod conv_transpose;
mod elementwise;
mod extent;
mod flatten;
mod leaky_relu;
mod linear;
mod max_pool;
mod reshape;
mod trim;
mod upsample;
mod zero_pad;

pub use avg_pool::AvgPool;
pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use max_pool::MaxPool;
pub use reshape::Reshape;
pub use trim::Trim;
pub use upsample::Upsample;
pub use zero_pad::ZeroPad;

pub(super) use elementwise::Elementwise;
pub(super) use flatten::Flatten;

use crate::error::SpecFault;

/// Shapes of a layer's trainable tensors in PyTorch's layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightShapes {
    /// Of the weight.
    pub weight: Vec<usize>,
    /// Of the bias.
    pub bias: Vec<usize>,
}

/// What a layer states about itself. Shapes are `[channels, height, width]`.
pub(super) trait LayerSpec {
    /// Name as in tables, without the number of dimensions: `Conv`, `Linear`, …
    fn label(&self) -> &'static str;

    /// Whether its PyTorch name ends in the number of dimensions: `Conv2d`.
    fn is_spatial(&self) -> bool {
        false
    }

    /// Shape behind it.
    ///
    /// # Errors
    /// What does not fit its input.
    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault>;

    /// Shapes of weight and bias; `None` without parameters. In one dimension kernels have one extent.
    fn weight_shapes(&self, _one_dimensional: bool) -> Option<WeightShapes> {
        None
    }

    /// Region of interest: how many leading rows (`axis` 0) or columns (1) of its input the first `outputs` rows or columns
    /// of its output depend on; `None` when all.
    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize>;

    /// Whether it makes new values; the others move or select them.
    fn makes_values(&self) -> bool;
}
