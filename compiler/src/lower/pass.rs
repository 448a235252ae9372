//! The list of passes, in their order.

use super::passes::{self, Pass};
use super::{Choice, Lowered, Node, Offer, Target, canonical, choice};
use crate::error::Result;
use crate::graph::QGraph;
use picoae::{Statistics, Threshold};

/// What lowering may use and must put in.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether the optimizing passes run; without them each layer is a stage.
    pub optimize: bool,
    /// The processor to choose kernels for.
    pub target: Target,
    /// Most bytes of working memory, if there is a limit.
    pub ram_budget: Option<u32>,
    /// Most bytes of constant data, if there is a limit.
    pub flash_budget: Option<u32>,
    /// Consecutive squared residuals in a stretch of the score.
    pub stretch: u16,
    /// The limits for the device.
    pub threshold: Threshold,
    /// Where normal scores lie.
    pub statistics: Statistics,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            optimize: true,
            target: Target::Portable,
            ram_budget: None,
            flash_budget: None,
            stretch: 32,
            threshold: Threshold::OPEN,
            statistics: Statistics { median: [0.0; 3], log_low: [-1.0; 3], log_high: [1.0; 3] },
        }
    }
}

impl Options {
    /// The same for this machine, where neither memory nor the device's kernels matter: the fastest plan, with the same
    /// bits.
    pub fn on_host(&self) -> Self {
        Self { optimize: true, target: Target::Host, ram_budget: None, flash_budget: None, ..self.clone() }
    }
}

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
    choice::choose(graph, &nodes, options)
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
    pub offers: Vec<Offer>,
}

/// As [`lower`], with how the plan came about.
///
/// # Errors
/// As [`lower`].
pub fn lower_explained(graph: &QGraph, options: &Options) -> Result<(Lowered, Explained)> {
    let report = |pass, what, nodes: &[Node]| -> Result<PassReport> {
        let plan = Lowered::build(graph, nodes, options, Choice::BALANCED)?;
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
    let offers = choice::offers(graph, &nodes, options)?;
    Ok((choice::choose(graph, &nodes, options)?, Explained { passes, offers }))
}
