//! The list of passes, in their order.

use super::passes::{self, Pass};
use super::{Lowered, Node, Target, canonical};
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

/// The graph behind a pass.
#[derive(Debug, Clone)]
pub struct PassReport {
    /// Name of the pass.
    pub pass: &'static str,
    /// What it does, in a sentence.
    pub what: &'static str,
    /// The nodes behind it.
    pub nodes: Vec<Node>,
}

const ALWAYS: &[Pass] = &[passes::reshape::PASS];

const OPTIMIZING: &[Pass] =
    &[passes::tables::PASS, passes::pooling::PASS, passes::upsampling::PASS, passes::padding::PASS, passes::live::PASS];

/// Lowers `graph` to a plan.
///
/// # Errors
/// [`crate::Error::Invalid`] when the graph does not fit together or is beyond what a plan can say.
pub fn lower(graph: &QGraph, options: &Options) -> Result<Lowered> {
    lower_explained(graph, options).map(|(lowered, _)| lowered)
}

/// As [`lower`], with the graph behind each pass.
///
/// # Errors
/// As [`lower`].
pub fn lower_explained(graph: &QGraph, options: &Options) -> Result<(Lowered, Vec<PassReport>)> {
    let mut nodes = canonical::nodes(graph)?;
    let mut reports = vec![PassReport {
        pass: "canonical",
        what: "every convolution in phases, zero points folded into the biases",
        nodes: nodes.clone(),
    }];
    let optimizing: &[Pass] = if options.optimize { OPTIMIZING } else { &[] };
    for (pass, what, run) in ALWAYS.iter().chain(optimizing) {
        nodes = run(nodes);
        reports.push(PassReport { pass, what, nodes: nodes.clone() });
    }
    Ok((Lowered::build(graph, &nodes, options)?, reports))
}
