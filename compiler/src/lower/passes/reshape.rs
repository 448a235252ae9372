//! Flattening in front of a linear layer and reshaping behind an expanding one cost nothing: both read and write values
//! in the order in which they lie. A reshape that changes nothing vanishes.

use super::{Node, NodeOp, Pass, join_neighbours, joined};

pub(in crate::lower) const PASS: Pass = ("reshape", "flatten and reshape around linear layers vanish", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| match (&first.op, &second.op) {
        // A linear layer over one row of one column is an expanding one; with more in front of it, it is not.
        (NodeOp::Reshape, NodeOp::Linear { .. } | NodeOp::Expand { .. }) => {
            let op = match second.op.clone() {
                NodeOp::Expand { weights, bias, finish } | NodeOp::Linear { weights, bias, finish } => {
                    if first.input[0] * first.input[1] == 1 {
                        NodeOp::Expand { weights, bias, finish }
                    } else {
                        NodeOp::Linear { weights, bias, finish }
                    }
                }
                other => other,
            };
            joined(first, second, op)
        }
        (NodeOp::Expand { .. }, NodeOp::Reshape) => joined(first, second, first.op.clone()),
        (_, NodeOp::Reshape) if second.input == second.output => joined(first, second, first.op.clone()),
        _ => None,
    })
}
