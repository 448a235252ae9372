//! Zero padding in front of a convolution becomes the convolution's own.
//!
//! Exact where the node in front only pads (cuts nothing away on any side) and pads with the value that the convolution's
//! own padding reads as: then whatever lies beyond the padded map or in its border reads as that value either way, and
//! every tap moves by the border above and left.

use super::{Node, NodeOp, Pass, join_neighbours, joined};

pub(in crate::lower) const PASS: Pass = ("padding", "zero padding folded into the next convolution", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::CropPad { crop: [0, 0], border, zero_point }, NodeOp::Conv(conv)) = (&first.op, &second.op) else {
            return None;
        };
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

#[cfg(test)]
mod tests {
    use super::super::proof::{Chain, geometry, labels};
    use super::super::upsampling;
    use super::*;
    use crate::graph::Geometry;

    #[test]
    fn paddings_fold_into_every_kind_of_convolution() {
        for seed in 0..100 {
            let mut chain = Chain::new([4, 5, 4], seed);
            let (sides, kernel, padding) = ([chain.pair(0, 3), chain.pair(0, 3)], chain.pair(1, 3), chain.pair(0, 2));
            let stride = chain.pair(1, 2);
            let chain = chain.pad([sides[0][0], sides[0][1], sides[1][0], sides[1][1]]);
            let mut chain = match seed % 3 {
                0 => chain.conv(2, Geometry { dilation: [1, 2], groups: 2, ..geometry(kernel, stride, padding) }),
                1 => chain.conv_transpose(2, geometry(kernel, stride, [padding[0].min(1), 0]), (seed % 2) as isize),
                _ => chain.upsample([2, 2]).conv(2, geometry(kernel, [1, 1], padding)),
            };
            let nodes = chain.proves(&[upsampling::PASS, PASS]);
            assert_eq!(labels(&nodes), ["conv"]);
        }
    }

    #[test]
    fn a_node_that_also_cuts_or_pads_with_another_value_stays() {
        let mut chain = Chain::new([4, 5, 2], 1).pad([1, 0, 1, 0]).conv(2, geometry([2, 2], [1, 1], [0, 0]));
        let nodes = crate::lower::canonical::nodes(&chain.graph).unwrap();
        assert_eq!(run(nodes.clone()).len(), 1);
        for d in 0..2 {
            let mut cut = nodes.clone();
            cut[0].output[d] -= 1;
            cut[1].input[d] -= 1;
            cut[1].output[d] -= 1;
            assert_eq!(run(cut).len(), 2);
        }
        let mut other = nodes;
        let NodeOp::CropPad { zero_point, .. } = &mut other[0].op else { panic!("no padding") };
        *zero_point += 1;
        assert_eq!(run(other).len(), 2);
        assert_eq!(chain.proves(&[PASS]).len(), 1);
        chain = chain.latent(0);
        assert_eq!(chain.proves(&[PASS]).len(), 2);
    }
}
