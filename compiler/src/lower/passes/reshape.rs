//! Flattening in front of a linear layer and reshaping behind an expanding one cost nothing. A reshape that changes nothing
//! vanishes.
//!
//! Exact because a linear layer reads, and an expanding one writes, values in the order in which they lie, and a reshape
//! keeps that order. A linear layer over a map makes one row of one column, so one that makes a map keeps the reshape in
//! front of it.

use super::{Node, NodeOp, Pass, join_neighbours, joined};

pub(in crate::lower) const PASS: Pass = ("reshape", "flatten and reshape around linear layers vanish", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| match (&first.op, &second.op) {
        (NodeOp::Reshape, NodeOp::Linear { weights, bias, finish } | NodeOp::DenseToMap { weights, bias, finish }) => {
            let (weights, bias, finish) = (weights.clone(), bias.clone(), finish.clone());
            // A linear layer over one row of one column is an expanding one.
            if is_one_column(first.input) {
                joined(first, second, NodeOp::DenseToMap { weights, bias, finish })
            } else if is_one_column(second.output) {
                joined(first, second, NodeOp::Linear { weights, bias, finish })
            } else {
                None
            }
        }
        (NodeOp::DenseToMap { .. }, NodeOp::Reshape) => joined(first, second, first.op.clone()),
        (_, NodeOp::Reshape) if second.input == second.output => joined(first, second, first.op.clone()),
        _ => None,
    })
}

/// Whether a map has one row and one column.
fn is_one_column([height, width, _]: [usize; 3]) -> bool {
    height * width == 1
}

#[cfg(test)]
mod tests {
    use super::super::proof::{Chain, labels};
    use super::*;

    #[test]
    fn flattening_and_reshaping_around_linear_layers_vanish() {
        for seed in 0..30 {
            let map = || Chain::new([2, 3, 2], seed);
            let proved = |mut chain: Chain| labels(&chain.proves(&[PASS]));
            assert_eq!(proved(map().reshape([1, 1, 12]).linear([1, 1, 5])), ["linear"]);
            assert_eq!(proved(map().reshape([12, 1, 1]).linear([1, 1, 5]).reshape([1, 1, 5])), ["linear"]);
            assert_eq!(proved(map().linear([1, 1, 5]).reshape([5, 1, 1])), ["linear", "reshape"]);
            let flat = || Chain::new([1, 1, 4], seed);
            assert_eq!(proved(flat().linear([1, 1, 12]).reshape([2, 3, 2]).reshape([2, 3, 2])), ["dense_to_map"]);
            assert_eq!(proved(flat().linear([1, 1, 12]).reshape([2, 3, 2]).latent(0)), ["dense_to_map", "reshape"]);
            assert_eq!(proved(flat().reshape([2, 2, 1]).linear([1, 1, 3])), ["dense_to_map"]);
            // A linear layer that makes a map: one row of one column is all that it could make of a map.
            assert_eq!(proved(map().reshape([1, 1, 12]).linear([2, 2, 2])), ["reshape", "dense_to_map"]);
            assert_eq!(proved(map().linear([2, 2, 2])), ["linear", "reshape"]);
        }
    }
}
