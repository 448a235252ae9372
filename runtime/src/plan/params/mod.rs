//! The kernels' parameters: a file a kernel, with its record, what the record's fields mean and how the constants lie, its
//! checks, its footprint in the arena and the routines that it calls. The compiler writes what these files say, the
//! runtime reads it; nothing is decoded in two places.

pub mod block_dense;
pub mod conv1d_c1_pool2;
pub mod conv_dsp;
mod conv_dsp_loops;
pub mod conv_kronecker;
pub mod dense_to_map;
pub mod depthwise_dsp;
pub mod im2col_few_channels;
pub mod output;
pub mod portable;
pub mod simd16;
pub mod swar16;
pub(crate) mod swar16_check;
pub mod swar16_streams;
pub mod swar21;
pub(crate) mod tap_grid;

/// Their records, for generated sources.
pub(super) mod records {
    pub use super::block_dense::BlockDenseParams;
    pub use super::conv_dsp::ConvDspParams;
    pub use super::conv_kronecker::KroneckerParams;
    pub use super::conv1d_c1_pool2::Conv1dC1Params;
    pub use super::dense_to_map::DenseToMapParams;
    pub use super::depthwise_dsp::DepthwiseDspParams;
    pub use super::im2col_few_channels::Im2colParams;
    pub use super::output::OutputParams;
    pub use super::portable::{ConvParams, CropPadParams, DenseParams, LutParams, PoolParams};
    pub use super::simd16::Simd16Params;
    pub use super::swar16::Swar16Params;
    pub use super::swar21::Swar21Params;
}
