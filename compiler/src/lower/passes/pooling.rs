//! Max pooling moves in front of the requantization: the largest accumulator of a window is the one that is scaled.
//!
//! Exact because requantization (with a multiplier that is not negative), clamping and a table that does not fall are
//! monotone, so they commute with the maximum.

use super::{Node, NodeOp, Pass, join_neighbours, joined};

pub(in crate::lower) const PASS: Pass = ("pooling", "max pooling on the accumulators, before requantization", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::Conv(conv), NodeOp::MaxPool { kernel, stride, padding, range }) = (&first.op, &second.op) else {
            return None;
        };
        let rises = |table: &Option<Vec<i8>>| table.as_ref().is_none_or(|t| t.is_sorted());
        if kernel != stride || *padding != [0, 0] || !rises(&conv.finish.table) {
            return None;
        }
        let mut conv = conv.clone();
        conv.pool = [conv.pool[0] * kernel[0], conv.pool[1] * kernel[1]];
        clamp(&mut conv.finish, *range);
        joined(first, second, NodeOp::Conv(conv))
    })
}

/// The pooling's own range narrows what comes out.
fn clamp(finish: &mut crate::lower::Finish, [min, max]: [i32; 2]) {
    match &mut finish.table {
        Some(table) => table.iter_mut().for_each(|v| *v = i32::from(*v).clamp(min, max) as i8),
        None => finish.range = [finish.range[0].clamp(min, max), finish.range[1].clamp(min, max)],
    }
}
