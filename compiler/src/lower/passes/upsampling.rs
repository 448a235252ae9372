//! Nearest upsampling folds into the next convolution: neighbouring taps that meet the same input value become one tap
//! with the sum of their weights, in as many branches as the factor.
//!
//! Exact where the convolution has no branches, steps or dilation of its own: then tap k of output o reads upsampled position
//! o + start + k, and with o = factor·q + r the value at q + ⌊(r + start + k) / factor⌋. Positions in front of and behind the
//! upsampled map fall in front of and behind the map by the same division, and there both read the convolution's padding.
//! Sums of weights must fit in 16 bits (two int8 weights need 9). Factors of more than [`MOST_BRANCHES`] branches stay as they
//! are: constants grow with them and little is gained. So do, where the target has a kernel for depthwise convolutions ([`BESIDE_DEPTHWISE`]), those in
//! front of one: that kernel takes one branch, and an upsampling costs little beside what the portable one would take for two.

use super::{Node, NodeOp, Pass, join_neighbours, joined};
use crate::lower::{BranchTaps, ConvNode};

pub(in crate::lower) const PASS: Pass =
    ("upsampling", "nearest upsampling folded into the next convolution's branches", run);

/// Most branches that are made.
const MOST_BRANCHES: usize = 64;

/// The same, in front of convolutions that are not depthwise.
pub(in crate::lower) const BESIDE_DEPTHWISE: Pass = (
    PASS.0,
    "nearest upsampling folded into the next convolution's branches, unless it is depthwise",
    run_beside_depthwise,
);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    folded(nodes, |_| true)
}

fn run_beside_depthwise(nodes: Vec<Node>) -> Vec<Node> {
    folded(nodes, |conv| conv.groups == 1)
}

fn folded(nodes: Vec<Node>, takes: impl Fn(&ConvNode) -> bool) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::Upsample(factor), NodeOp::Conv(conv)) = (&first.op, &second.op) else { return None };
        let plain = conv.branches == [1, 1] && conv.step == [1, 1] && conv.dilation == [1, 1] && takes(conv);
        if !plain || factor[0] * factor[1] > MOST_BRANCHES {
            return None;
        }
        joined(first, second, NodeOp::Conv(fold(conv, *factor, second)?))
    })
}

/// One axis: for output branch `r`, the first input position and, for each kernel position, its tap.
fn axis(kernel: usize, factor: usize, start: isize, r: usize) -> (isize, Vec<usize>) {
    let input = |k: usize| (r as isize + start + k as isize).div_euclid(factor as isize);
    let first = input(0);
    (first, (0..kernel).map(|k| (input(k) - first) as usize).collect())
}

fn fold(conv: &ConvNode, factor: [usize; 2], node: &Node) -> Option<ConvNode> {
    let t = &conv.taps[0];
    let (outputs, per_group) = (node.output[2], node.input[2] / conv.groups);
    let mut taps = Vec::new();
    for py in 0..factor[0] {
        let (row, rows) = axis(t.taps[0], factor[0], t.row, py);
        for px in 0..factor[1] {
            let (column, columns) = axis(t.taps[1], factor[1], t.column, px);
            let size = [rows.last()? + 1, columns.last()? + 1];
            let mut weights = vec![0_i32; outputs * size[0] * size[1] * per_group];
            for o in 0..outputs {
                for (ky, y) in rows.iter().enumerate() {
                    for (kx, x) in columns.iter().enumerate() {
                        for c in 0..per_group {
                            let from = ((o * t.taps[0] + ky) * t.taps[1] + kx) * per_group + c;
                            let to = ((o * size[0] + y) * size[1] + x) * per_group + c;
                            weights[to] += i32::from(t.weights[from]);
                        }
                    }
                }
            }
            let weights = weights.into_iter().map(|w| i16::try_from(w).ok()).collect::<Option<Vec<_>>>()?;
            taps.push(BranchTaps { row, column, taps: size, weights, bias: t.bias.clone() });
        }
    }
    Some(ConvNode { branches: factor, taps, ..conv.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::proof::{Chain, geometry, labels};
    use super::super::{padding, pooling, region, tables};
    use super::*;
    use crate::graph::Geometry;

    #[test]
    fn a_kernel_of_5_behind_a_factor_of_2_has_3_taps() {
        assert_eq!(axis(5, 2, -2, 0), (-1, vec![0, 0, 1, 1, 2]));
        assert_eq!(axis(5, 2, -2, 1), (-1, vec![0, 1, 1, 2, 2]));
        assert_eq!(axis(3, 2, -1, 0), (-1, vec![0, 1, 1]));
        assert_eq!(axis(3, 2, -1, 1), (0, vec![0, 0, 1]));
    }

    #[test]
    fn upsamplings_fold_whatever_the_padding() {
        for seed in 0..150 {
            let mut chain = Chain::new([3, 4, 4], seed);
            let (factor, kernel, extra) = (chain.pair(1, 4), chain.pair(1, 5), chain.pair(0, 6));
            let groups = chain.pick(1, 2);
            let g = Geometry { groups, ..geometry(kernel, [1, 1], extra) };
            let span = [3 * factor[0] + 2 * extra[0], 4 * factor[1] + 2 * extra[1]];
            if kernel[0] > span[0] || kernel[1] > span[1] {
                continue;
            }
            let mut chain = chain.upsample(factor).conv(2, g);
            assert_eq!(labels(&chain.proves(&[PASS])), ["conv"]);
            // Cut behind it, so that branches lose outputs.
            let mut chain = chain.trim([1, 1]);
            assert_eq!(labels(&chain.proves(&[PASS, region::PASS])), ["conv"]);
        }
    }

    #[test]
    fn strided_dilated_and_transposed_convolutions_do_not_fold() {
        for seed in 0..20 {
            let up = || Chain::new([3, 4, 2], seed).upsample([2, 3]);
            for mut chain in [
                up().conv(2, geometry([2, 2], [1, 2], [0, 0])),
                up().conv(2, Geometry { dilation: [2, 1], ..geometry([2, 2], [1, 1], [1, 1]) }),
                up().conv_transpose(2, geometry([3, 3], [2, 2], [1, 1]), 0),
                up().conv(2, geometry([2, 2], [1, 1], [0, 0])).latent(0),
                Chain::new([1, 2, 1], seed).upsample([13, 5]).conv(1, geometry([2, 2], [1, 1], [1, 1])),
            ] {
                assert_eq!(chain.proves(&[PASS]).len(), 2);
            }
        }
    }

    #[test]
    fn all_passes_together_keep_every_bit() {
        let all = [tables::PASS, pooling::PASS, PASS, padding::PASS, region::PASS, tables::PASS];
        for seed in 0..150 {
            let mut chain = Chain::new([4, 5, 2], seed);
            let (factor, sides, pool) = (chain.pair(1, 3), [chain.pair(0, 2), chain.pair(0, 2)], chain.pair(1, 3));
            let round_up = seed % 3 == 0;
            let chain = chain.upsample(factor).pad([sides[0][0], sides[0][1], sides[1][0], sides[1][1]]);
            let chain = chain.conv(3, geometry([3, 2], [1, 1], [1, 1])).table(seed % 2 == 0);
            let mut chain = chain.max_pool(pool, pool, [0, 0], round_up);
            let [height, width, _] = chain.shape();
            let size = [chain.pick(1, height), chain.pick(1, width)];
            let mut chain = chain.trim(size).table(false).latent(seed as usize % 6);
            chain.proves(&all);
        }
    }
}
