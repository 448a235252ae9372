//! A table behind an operator that requantizes is applied to each value as it is made; two tables become one.
//!
//! Exact always: a table is the last thing that happens to an output value, also to one that was pooled before. The table
//! stays a node where the latent lies in front of it, because the latent is the value without it.

use super::{Node, NodeOp, Pass, join_neighbours, joined};
use crate::lower::OutputStage;

pub(in crate::lower) const PASS: Pass = ("tables", "activation tables fused into the operator before", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let NodeOp::Lut(table) = &second.op else { return None };
        let op = match first.op.clone() {
            NodeOp::Conv(mut conv) => {
                conv.finish = with(conv.finish, table);
                NodeOp::Conv(conv)
            }
            NodeOp::Linear { weights, bias, finish } => NodeOp::Linear { weights, bias, finish: with(finish, table) },
            NodeOp::DenseToMap { weights, bias, finish } => {
                NodeOp::DenseToMap { weights, bias, finish: with(finish, table) }
            }
            NodeOp::Lut(before) => NodeOp::Lut(chained(&before, table)),
            _ => return None,
        };
        joined(first, second, op)
    })
}

fn with(finish: OutputStage, table: &[i8]) -> OutputStage {
    let table = match &finish.table {
        Some(before) => chained(before, table),
        None => table.to_vec(),
    };
    OutputStage { table: Some(table), ..finish }
}

fn chained(first: &[i8], second: &[i8]) -> Vec<i8> {
    first.iter().map(|v| second[(i32::from(*v) + 128) as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::pooling;
    use super::super::proof::{Chain, geometry, labels};
    use super::*;

    #[test]
    fn tables_are_applied_where_values_are_made() {
        for seed in 0..40 {
            let conv = geometry([3, 2], [1, 1], [1, 0]);
            let chain = || Chain::new([3, 5, 2], seed).conv(3, conv).table(seed % 2 == 0).table(false);
            assert_eq!(labels(&chain().proves(&[PASS])), ["conv"]);
            assert_eq!(labels(&chain().latent(0).proves(&[PASS])), ["conv", "lut"]);
            assert_eq!(labels(&chain().latent(1).proves(&[PASS])), ["conv", "lut"]);
            let mut linear = Chain::new([2, 3, 2], seed).table(false).linear([1, 1, 4]).table(false).linear([2, 2, 2]);
            assert_eq!(labels(&linear.table(false).proves(&[PASS])), ["lut", "linear", "dense_to_map"]);
            linear = Chain::new([2, 3, 2], seed).pad([1, 1, 1, 1]).table(false);
            assert_eq!(labels(&linear.proves(&[PASS])), ["crop_pad", "lut"]);
        }
    }

    #[test]
    fn a_table_behind_a_fused_pooling_is_applied_to_the_largest() {
        for seed in 0..20 {
            let chain = Chain::new([4, 6, 2], seed).conv(3, geometry([1, 3], [1, 1], [0, 1]));
            let mut chain = chain.table(true).max_pool([2, 2], [2, 2], [0, 0], false).table(false);
            assert_eq!(labels(&chain.proves(&[PASS, pooling::PASS, PASS])), ["conv"]);
        }
    }
}
