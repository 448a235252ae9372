//! A table behind an operator that requantizes is applied to each value as it is made; two tables become one.

use super::{Node, NodeOp, Pass, join_neighbours, joined};
use crate::lower::Finish;

pub(in crate::lower) const PASS: Pass = ("tables", "activation tables fused into the operator before", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let NodeOp::Table(table) = &second.op else { return None };
        let op = match first.op.clone() {
            NodeOp::Conv(mut conv) => {
                conv.finish = with(conv.finish, table);
                NodeOp::Conv(conv)
            }
            NodeOp::Linear { weights, bias, finish } => NodeOp::Linear { weights, bias, finish: with(finish, table) },
            NodeOp::Expand { weights, bias, finish } => NodeOp::Expand { weights, bias, finish: with(finish, table) },
            NodeOp::Table(before) => NodeOp::Table(chained(&before, table)),
            _ => return None,
        };
        joined(first, second, op)
    })
}

fn with(finish: Finish, table: &[i8]) -> Finish {
    let table = match &finish.table {
        Some(before) => chained(before, table),
        None => table.to_vec(),
    };
    Finish { table: Some(table), ..finish }
}

fn chained(first: &[i8], second: &[i8]) -> Vec<i8> {
    first.iter().map(|v| second[(i32::from(*v) + 128) as usize]).collect()
}
