//! From the integer network to a plan, and how it came about.

use super::lowered::Lowered;
use super::node::Node;
use super::option::PlanOption;
use super::pareto::{self, ParetoPoint};
use super::rewrite::{Rewritten, Step, steps};
use super::settings::Options;
use super::stream;
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

/// Lowers `graph` to a plan.
///
/// # Errors
/// [`crate::Error::Invalid`] when the graph does not fit together, is beyond what a plan can say, or no plan keeps to the
/// budgets.
pub fn lower(graph: &QGraph, options: &Options) -> Result<Lowered> {
    let window = stream::steps(graph);
    let graph = &*stream::network(graph, options)?;
    pareto::choose(graph, &Rewritten::new(graph, options.optimize, options.target)?, &options.of_window(window))
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
    let options = &options.of_window(stream::steps(graph));
    let graph = &*stream::network(graph, options)?;
    let steps = steps(graph, options.optimize, options.target)?;
    let report = |step: &Step| -> Result<PassReport> {
        let plan = Lowered::build(graph, &step.nodes, options, PlanOption::BALANCED)?;
        let (arena_bytes, data_bytes) = (plan.header.arena_bytes, plan.header.data_bytes);
        Ok(PassReport { pass: step.pass, what: step.what, nodes: step.nodes.clone(), arena_bytes, data_bytes })
    };
    let passes = steps.iter().map(report).collect::<Result<_>>()?;
    let rewritten = Rewritten::new(graph, options.optimize, options.target)?;
    let points = pareto::points(graph, &rewritten, options)?;
    Ok((pareto::choose(graph, &rewritten, options)?, Explained { passes, points }))
}
