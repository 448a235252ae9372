//! The kernels' parameters: a file a kernel, with its record, what the record's fields mean and how the constants lie, its
//! checks, its footprint in the arena and the routines that it calls. The compiler writes what these files say, the
//! runtime reads it; nothing is decoded in two places.

pub mod conv1d_c1_pool2;
pub mod conv_dsp;
mod conv_dsp_loops;
pub mod conv_kronecker;
pub mod dense_to_map;
pub mod im2col_few_channels;
pub mod output;
pub mod portable;
pub mod simd16;
pub mod swar16;
mod swar16_check;
pub mod swar16_streams;
pub mod swar21;
pub(crate) mod tap_grid;
