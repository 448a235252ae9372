//! Regions of interest: which part of its input a node's output depends on, stated once an operator.

use super::{BranchTaps, ConvNode, Node, NodeOp};
use std::ops::Range;

impl Node {
    /// Rows (`axis` 0) or columns (1) of the input that lie under the node's windows, from the first to behind the last.
    /// What lies outside of the input is padding. A window without taps reads nothing but lies somewhere.
    pub fn input_roi(&self, axis: usize) -> Range<isize> {
        let (input, output) = (self.input[axis], self.output[axis]);
        let from_start = |end: usize| 0..end as isize;
        match &self.op {
            NodeOp::Conv(conv) => conv.input_roi(axis, output),
            NodeOp::MaxPool { kernel, stride, padding, .. } => {
                let before = padding[axis] as isize;
                -before..((output - 1) * stride[axis] + kernel[axis]) as isize - before
            }
            NodeOp::AvgPool { kernel, stride } => from_start((output - 1) * stride[axis] + kernel[axis]),
            NodeOp::Upsample(factor) => from_start(output.div_ceil(factor[axis])),
            NodeOp::CropPad { crop, border, .. } => {
                let shift = crop[axis] as isize - border[axis] as isize;
                shift..output as isize + shift
            }
            NodeOp::Lut(_) => from_start(output),
            NodeOp::Linear { .. } | NodeOp::DenseToMap { .. } | NodeOp::Reshape => from_start(input),
        }
    }
}

impl ConvNode {
    fn input_roi(&self, axis: usize, outputs: usize) -> Range<isize> {
        let positions = outputs * self.pool[axis];
        let (mut start, mut end) = (isize::MAX, isize::MIN);
        for branch in 0..self.branches[axis].min(positions) {
            let taps = self.branch(axis, branch);
            let first = if axis == 0 { taps.row } else { taps.column };
            let last = first + ((positions - 1 - branch) / self.branches[axis] * self.step[axis]) as isize;
            let span = taps.taps[axis].checked_sub(1).map_or(0, |more| more * self.dilation[axis] + 1);
            start = start.min(first);
            end = end.max(last + span as isize);
        }
        start..end
    }

    /// The taps of a branch whose number along `axis` is `branch`.
    fn branch(&self, axis: usize, branch: usize) -> &BranchTaps {
        &self.taps[if axis == 0 { branch * self.branches[1] } else { branch }]
    }
}
