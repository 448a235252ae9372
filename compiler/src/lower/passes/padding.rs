//! Zero padding in front of a convolution becomes the convolution's own: both read as the zero point.

use super::{Node, NodeOp, Pass, join_neighbours, joined};

pub(in crate::lower) const PASS: Pass = ("padding", "zero padding folded into the next convolution", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::Window { crop: [0, 0], border, zero_point }, NodeOp::Conv(conv)) = (&first.op, &second.op) else {
            return None;
        };
        // Only padding, not trimming, and of the value that the convolution pads with.
        let grows = first.output[0] >= first.input[0] + border[0] && first.output[1] >= first.input[1] + border[1];
        if !grows || *zero_point != conv.input_zero_point {
            return None;
        }
        let mut conv = conv.clone();
        for t in &mut conv.taps {
            t.row -= border[0] as isize;
            t.column -= border[1] as isize;
        }
        joined(first, second, NodeOp::Conv(conv))
    })
}
