//! The list of passes, in their order.

use super::option::{PlanOption, WeightStorage};
use super::passes::{self, Pass};
use super::select::Target;
use super::{Node, canonical};
use crate::error::Result;
use crate::graph::QGraph;

const ALWAYS: &[Pass] = &[passes::reshape::PASS];

const OPTIMIZING: &[Pass] = &[
    passes::tables::PASS,
    passes::pooling::PASS,
    passes::upsampling::PASS,
    passes::padding::PASS,
    passes::region::PASS,
    // Again: a trim that vanished may have stood between an operator and its table.
    passes::tables::PASS,
];

/// Those for a target; one with a kernel for depthwise convolutions keeps upsamplings in front of them.
fn passes_of(optimize: bool, target: Target) -> impl Iterator<Item = Pass> {
    let optimizing: &[Pass] = if optimize { OPTIMIZING } else { &[] };
    let depthwise = target.selector().has_depthwise();
    ALWAYS.iter().chain(optimizing).map(move |pass| match pass.0 {
        name if name == passes::upsampling::PASS.0 && depthwise => passes::upsampling::BESIDE_DEPTHWISE,
        _ => *pass,
    })
}

/// The nodes behind all passes: those that every plan needs, and the optimizing ones where asked for.
pub(super) struct Rewritten {
    nodes: Vec<Node>,
    /// Without the pass that folds upsamplings, where that makes a difference.
    unfolded: Option<Vec<Node>>,
}

impl Rewritten {
    /// Rewrites `graph`.
    ///
    /// # Errors
    /// [`crate::Error::Graph`] when the graph does not fit together; what canonical nodes cannot say.
    pub(super) fn new(graph: &QGraph, optimize: bool, target: Target) -> Result<Self> {
        let canonical = canonical::nodes(graph)?;
        let without = |left_out: &str| {
            let passes = passes_of(optimize, target).filter(|(name, ..)| *name != left_out);
            passes.fold(canonical.clone(), |nodes, (_, _, run)| run(nodes))
        };
        let (nodes, unfolded) = (without(""), without(passes::upsampling::PASS.0));
        Ok(Self { unfolded: (unfolded != nodes).then_some(unfolded), nodes })
    }

    /// Those that the plan `option` is made of; `None`: the same as with wider weights.
    pub(super) fn of(&self, option: PlanOption) -> Option<&[Node]> {
        match option.weights {
            WeightStorage::Fewest => self.unfolded.as_deref(),
            _ => Some(&self.nodes),
        }
    }
}

/// The nodes behind a pass.
#[derive(Debug, Clone)]
pub struct Step {
    /// Name of the pass.
    pub pass: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// The nodes behind it.
    pub nodes: Vec<Node>,
}

/// As the passes rewrite `graph`, the canonical nodes first.
///
/// # Errors
/// [`crate::Error::Graph`] when the graph does not fit together; what canonical nodes cannot say.
pub fn steps(graph: &QGraph, optimize: bool, target: Target) -> Result<Vec<Step>> {
    let what = "every convolution in polyphase branches, zero points folded into the biases";
    let mut steps = vec![Step { pass: "canonical", what, nodes: canonical::nodes(graph)? }];
    for (pass, what, run) in passes_of(optimize, target) {
        let nodes = run(steps.last().map_or_else(Vec::new, |step| step.nodes.clone()));
        steps.push(Step { pass, what, nodes });
    }
    Ok(steps)
}
