//! Packing: a kernel a file, under the name of its room in the runtime. Each says what it can compute, packs the constants as
//! its record tells, and puts in what depends on the line buffer behind it.

pub(crate) mod block_dense;
pub(crate) mod conv1d_c1_pool2;
pub(crate) mod conv_dsp;
pub(crate) mod conv_kronecker;
pub(crate) mod dense_to_map;
pub(crate) mod depthwise_dsp;
mod high_mul;
pub(crate) mod im2col_few_channels;
pub(crate) mod portable;
pub(crate) mod simd16;
mod staircase;
pub(crate) mod swar16;
pub(crate) mod swar21;

use super::data::Data;
use super::node::{Node, NodeOp};
use picoae::plan::{Kernel, Stage};

/// Puts in what depends on the line buffer behind each stage.
pub(crate) fn connect(nodes: &[Node], stages: &mut [Stage], data: &mut Data) {
    for (s, node) in nodes.iter().enumerate() {
        let next = stages.get(s + 1).copied();
        let (stage, next) = (&mut stages[s], next.as_ref());
        match (Kernel::from_code(stage.kernel), &node.op) {
            (Some(Kernel::ConvDsp), NodeOp::Conv(conv)) => conv_dsp::connect(conv, stage, next, data),
            (Some(Kernel::Im2colFewChannels), NodeOp::Conv(conv)) => {
                im2col_few_channels::connect(conv, stage, next, data);
            }
            (Some(Kernel::ConvKronecker), NodeOp::Conv(conv)) => conv_kronecker::connect(conv, stage, next, data),
            (Some(Kernel::DepthwiseDsp), NodeOp::Conv(conv)) => {
                depthwise_dsp::connect(&conv.finish, stage, next, data);
            }
            (Some(Kernel::Conv1dC1Pool2), NodeOp::Conv(conv)) => conv1d_c1_pool2::connect(conv, stage, next, data),
            (Some(Kernel::DenseToMapOneScale), NodeOp::DenseToMap { finish, .. }) => {
                dense_to_map::connect(finish, stage, next, data);
            }
            _ => {}
        }
    }
}

/// What the first tile of a stage may be, shortest first.
pub(crate) fn first_tiles(stage: &Stage) -> Vec<u16> {
    match Kernel::from_code(stage.kernel) {
        Some(Kernel::ConvDsp) => conv_dsp::first_tiles(stage),
        Some(Kernel::Conv1dC1Pool2) => conv1d_c1_pool2::first_tiles(stage),
        Some(Kernel::ConvKronecker) => conv_kronecker::first_tiles(stage),
        _ => vec![stage.first_tile],
    }
}
