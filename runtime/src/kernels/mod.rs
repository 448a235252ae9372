//! The kernels, a room each: what it computes and its bound, which calls make a tile, a portable body, a body an instruction
//! set. How a kernel's constants lie, its checks and its footprint stand in [`crate::plan::params`], in the file of the same
//! name.
//!
//! A kernel is a way to compute the operator's bits: every kernel has a body that runs anywhere, so that every plan runs on
//! every machine with the same bits.

#[cfg(picoae_dsp)]
mod armv7em;
mod block_dense;
mod conv1d_c1_pool2;
mod conv_dsp;
mod conv_kronecker;
mod dense_to_map;
mod depthwise_dsp;
mod im2col_few_channels;
mod lines;
mod output_stage;
pub(crate) mod portable;
mod simd16;
mod swar16;
mod swar21;
pub(crate) mod task;

use crate::kernel_set::{
    KernelSet, any_block_dense, any_conv_dsp, any_conv1d_c1, any_depthwise_dsp, any_swar16, any_swar21,
    reads_packed_rows,
};
use crate::plan::Kernel;
use crate::plan::row_layout::RowLayout;
use task::Task;

/// Makes `rows` rows from the task's on by a kernel other than the portable one, and writes them to `layout`; `false` when
/// the stage asks for the portable one.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) -> bool {
    match Kernel::from_code(task.stage.kernel) {
        Some(Kernel::ConvDsp) if any_conv_dsp::<K>() => conv_dsp::run::<K>(task, layout, rows),
        Some(Kernel::Conv1dC1Pool2) if any_conv1d_c1::<K>() => conv1d_c1_pool2::run::<K>(task, layout, rows),
        Some(Kernel::Im2colFewChannels) if K::IM2COL => im2col_few_channels::run::<K>(task, layout, rows),
        Some(Kernel::DenseToMapOneScale) if K::DENSE_TO_MAP_ONE_SCALE => dense_to_map::run(task, layout, rows),
        Some(Kernel::ConvKronecker) if reads_packed_rows::<K>() => conv_kronecker::run::<K>(task, layout, rows),
        Some(Kernel::DepthwiseDsp) if any_depthwise_dsp::<K>() => depthwise_dsp::run::<K>(task, layout, rows),
        Some(Kernel::BlockDense) if any_block_dense::<K>() => block_dense::run::<K>(task, layout, rows),
        Some(Kernel::Swar16) if any_swar16::<K>() => swar16::run::<K>(task, layout, rows),
        Some(Kernel::Swar21) if any_swar21::<K>() => swar21::run::<K>(task, layout, rows),
        Some(Kernel::Simd16) if K::SIMD16 => simd16::run::<K>(task, layout, rows),
        _ => return false,
    }
    true
}
