//! The list of passes, in their order.

use super::canonical;
use super::lowered::Lowered;
use super::node::Node;
use super::option::PlanOption;
use super::pareto::{self, ParetoPoint};
use super::passes::{self, Pass};
use super::settings::Options;
use crate::error::Result;
use crate::graph::QGraph;

/// The graph behind a pass.
#[derive(Debug, Clone)]
pub struct PassReport {
    /// Name of the pass.
    pub pass: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// The nodes behind it.
    pub nodes: Vec<Node>,
    /// Working memory of the balanced plan that they would make.
    pub arena_bytes: u32,
    /// Its constants.
    pub data_bytes: u32,
}

const ALWAYS: &[Pass] = &[passes::reshape::PASS];

const OPTIMIZING: &[Pass] = &[
    passes::tables::PASS,
    passes::pooling::PASS,
    passes::upsampling::PASS,
    passes::padding::PASS,
    passes::live::PASS,
    // Again: a trim that vanished may have stood between an operator and its table.
    passes::tables::PASS,
];

/// Lowers `graph` to a plan.
///
/// # Errors
/// [`crate::Error::Invalid`] when the graph does not fit together, is beyond what a plan can say, or no plan keeps to the
/// budgets.
pub fn lower(graph: &QGraph, options: &Options) -> Result<Lowered> {
    let mut nodes = canonical::nodes(graph)?;
    for (_, _, run) in passes_of(options) {
        nodes = run(nodes);
    }
    pareto::choose(graph, &nodes, options)
}

fn passes_of(options: &Options) -> impl Iterator<Item = &'static Pass> {
    let optimizing: &[Pass] = if options.optimize { OPTIMIZING } else { &[] };
    ALWAYS.iter().chain(optimizing)
}

/// How a plan came about.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The graph behind each pass.
    pub passes: Vec<PassReport>,
    /// Plans to choose from, without regard to the budgets: each needs less of something than all others.
    pub points: Vec<ParetoPoint>,
}

/// As [`lower`], with how the plan came about.
///
/// # Errors
/// As [`lower`].
pub fn lower_explained(graph: &QGraph, options: &Options) -> Result<(Lowered, Explained)> {
    let report = |pass, what, nodes: &[Node]| -> Result<PassReport> {
        let plan = Lowered::build(graph, nodes, options, PlanOption::BALANCED)?;
        let (arena_bytes, data_bytes) = (plan.header.arena_bytes, plan.header.data_bytes);
        Ok(PassReport { pass, what, nodes: nodes.to_vec(), arena_bytes, data_bytes })
    };
    let mut nodes = canonical::nodes(graph)?;
    let what = "every convolution in phases, zero points folded into the biases";
    let mut passes = vec![report("canonical", what, &nodes)?];
    for (pass, what, run) in passes_of(options) {
        nodes = run(nodes);
        passes.push(report(pass, what, &nodes)?);
    }
    let points = pareto::points(graph, &nodes, options)?;
    Ok((pareto::choose(graph, &nodes, options)?, Explained { passes, points }))
}
