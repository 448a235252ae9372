//! Regions of interest: going back from what a trim keeps, each node makes only the rows and columns that something behind
//! it depends on, and an expanding linear layer drops the weights of values that nobody reads.
//!
//! Exact because a node's values do not depend on how many of them are made, and what is no longer made lies behind
//! everything that [`Node::input_roi`] says is read. Where a node's windows reach beyond its input, that input stays whole,
//! so that what lies behind it is the padding that it was. The input, the latent, and maps that are read in one order as
//! a whole stay whole too.

use super::{Node, NodeOp, Pass};

pub(in crate::lower) const PASS: Pass =
    ("region", "rows, columns and weights that no kept output depends on are dropped", run);

fn run(mut nodes: Vec<Node>) -> Vec<Node> {
    for i in (0..nodes.len()).rev() {
        // Behind this node: what the next one reads, or all.
        let wanted = match nodes.get(i + 1) {
            Some(next) if !keeps_its_output(&nodes[i]) && !reads_in_order(&next.op) => [next.input[0], next.input[1]],
            _ => [nodes[i].output[0], nodes[i].output[1]],
        };
        narrow(&mut nodes[i], wanted);
        if i > 0 && !keeps_its_output(&nodes[i - 1]) && !reads_in_order(&nodes[i].op) {
            nodes[i].input = [read(&nodes[i], 0), read(&nodes[i], 1), nodes[i].input[2]];
        }
    }
    drop_idle_trims(nodes)
}

/// Whether a node's output stays whole: the latent is the model's interface, and what is written in order has no rows that
/// could be left out.
fn keeps_its_output(node: &Node) -> bool {
    node.is_latent || reads_in_order(&node.op)
}

/// Operators that take the values of the whole map in the order in which they lie.
fn reads_in_order(op: &NodeOp) -> bool {
    matches!(op, NodeOp::Linear { .. } | NodeOp::Reshape)
}

/// How many rows (`axis` 0) or columns (1) of its input the node reads.
fn read(node: &Node, axis: usize) -> usize {
    usize::try_from(node.input_roi(axis).end).unwrap_or(0).clamp(1, node.input[axis])
}

/// Makes only the first `wanted` rows and columns.
fn narrow(node: &mut Node, wanted: [usize; 2]) {
    let [height, width, channels] = node.output;
    if wanted == [height, width] {
        return;
    }
    if let NodeOp::DenseToMap { weights, bias, finish } = &mut node.op {
        let inputs = node.input[2];
        let kept: Vec<usize> = (0..wanted[0])
            .flat_map(|y| (0..wanted[1]).flat_map(move |x| (0..channels).map(move |c| (y * width + x) * channels + c)))
            .collect();
        *weights = kept.iter().flat_map(|o| weights[o * inputs..(o + 1) * inputs].to_vec()).collect();
        *bias = kept.iter().map(|o| bias[*o]).collect();
        if finish.scales.len() > 1 {
            finish.scales = kept.iter().map(|o| finish.scales[*o]).collect();
        }
    }
    node.output = [wanted[0], wanted[1], channels];
}

/// A trim that keeps all that still comes is no node any more.
fn drop_idle_trims(nodes: Vec<Node>) -> Vec<Node> {
    let idle = |n: &Node| matches!(n.op, NodeOp::CropPad { crop: [0, 0], border: [0, 0], .. }) && n.input == n.output;
    let mut out: Vec<Node> = Vec::new();
    for node in nodes {
        match out.last_mut() {
            Some(before) if idle(&node) && !before.is_latent => {
                before.name = format!("{}+{}", before.name, node.name);
                before.is_latent = node.is_latent;
            }
            _ => out.push(node),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::proof::{Chain, geometry, labels};
    use super::*;
    use crate::graph::{Geometry, QOp};

    fn inputs(nodes: &[Node]) -> Vec<[usize; 2]> {
        nodes.iter().map(|n| [n.input[0], n.input[1]]).collect()
    }

    #[test]
    fn what_a_trim_cuts_away_is_not_made() {
        let chain = Chain::new([1, 1, 3], 1).linear([6, 8, 2]).conv(2, geometry([3, 3], [1, 1], [1, 1]));
        let mut chain = chain.conv_transpose(3, geometry([3, 3], [2, 2], [1, 1]), 0).trim([4, 4]).latent(0);
        assert_eq!(inputs(&chain.proves(&[PASS])), [[1, 1], [6, 8], [3, 3]]);
        chain = chain.latent(3);
        let nodes = chain.proves(&[PASS]);
        assert_eq!(inputs(&nodes), [[1, 1], [4, 4], [3, 3]]);
        assert_eq!(labels(&nodes), ["dense_to_map", "conv", "conv"]);
        let NodeOp::DenseToMap { bias, .. } = &nodes[0].op else { panic!("no expanding layer") };
        assert_eq!(bias.len(), 4 * 4 * 2);
    }

    /// Windows that reach beyond the map keep what lies there: padding, not rows that are no longer made.
    #[test]
    fn every_operator_keeps_its_bits_under_every_trim() {
        for seed in 0..400 {
            let mut chain = Chain::new([5, 6, 2], seed);
            let (kernel, stride, padding) = (chain.pair(1, 4), chain.pair(1, 3), chain.pair(0, 2));
            let pooled = [padding[0].min(kernel[0] - 1), padding[1].min(kernel[1] - 1)];
            let round_up = seed % 2 == 0;
            let dilation = if kernel == [1, 1] { [1, 1] } else { [1, 2] };
            chain = chain.conv(2, geometry([2, 2], [1, 1], [1, 1]));
            chain = match seed / 2 % 6 {
                0 => chain.conv(2, geometry(kernel, stride, padding)),
                1 => chain.conv(2, Geometry { dilation, ..geometry([1, 3], stride, padding) }),
                2 => chain.conv_transpose(2, geometry(kernel, stride, pooled), (seed % 3) as isize - 1),
                3 => chain.max_pool(kernel, stride, pooled, round_up),
                4 => chain.upsample(stride),
                _ => chain.pad([padding[0], kernel[0], padding[1], kernel[1]]),
            };
            chain = if seed % 3 == 0 { chain.conv(2, geometry([2, 2], [1, 1], [1, 1])) } else { chain };
            let [height, width, _] = chain.shape();
            let size = [chain.pick(1, height), chain.pick(1, width)];
            chain = chain.trim(size).table(true);
            let latent = chain.pick(0, chain.graph.layers.len() - 1);
            chain = chain.latent(latent);
            chain.proves(&[PASS]);
        }
    }

    #[test]
    fn average_poolings_and_maps_in_order_stay_whole() {
        for seed in 0..40 {
            let mut chain = Chain::new([5, 6, 2], seed).conv(2, geometry([2, 2], [1, 1], [1, 1]));
            chain = chain.moved(QOp::AvgPool(geometry([2, 3], [2, 1], [0, 0])), [3, 5, 2]).trim([2, 2]);
            assert_eq!(inputs(&chain.proves(&[PASS]))[1], [4, 4]);
            chain = chain.reshape([4, 2, 1]).trim([1, 2]).linear([1, 1, 3]);
            assert_eq!(inputs(&chain.proves(&[PASS]))[2], [2, 2]);
        }
    }
}
