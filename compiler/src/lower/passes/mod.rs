//! The passes, one a file. Each states at its head under which condition it is exact, and proves it there: its tests
//! execute the nodes in front of it and behind it and compare every bit (`proof`).

pub(super) mod padding;
pub(super) mod pooling;
pub(super) mod region;
pub(super) mod reshape;
pub(super) mod tables;
pub(super) mod upsampling;

#[cfg(test)]
mod proof;

use super::{Node, NodeOp};

/// A pass: its name, what it does in a sentence, and the rewriting.
pub(super) type Pass = (&'static str, &'static str, fn(Vec<Node>) -> Vec<Node>);

/// Rewrites pairs of neighbours from front to back: `join` gives the one node that stands for both.
fn join_neighbours(nodes: Vec<Node>, join: impl Fn(&Node, &Node) -> Option<Node>) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::new();
    for node in nodes {
        match out.last().and_then(|before| join(before, &node)) {
            Some(both) => {
                out.pop();
                out.push(both);
            }
            None => out.push(node),
        }
    }
    out
}

/// The node for `first` and `second` together. The latent must not vanish between them.
fn joined(first: &Node, second: &Node, op: NodeOp) -> Option<Node> {
    (!first.is_latent).then(|| Node {
        name: format!("{}+{}", first.name, second.name),
        op,
        input: first.input,
        output: second.output,
        is_latent: second.is_latent,
    })
}
