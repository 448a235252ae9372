//! The plans to choose from: all options are planned, and those that nothing beats in working memory, constants and
//! instructions at once are the Pareto points.

use super::lowered::Lowered;
use super::node::Node;
use super::option::PlanOption;
use super::settings::Options;
use crate::error::{Error, Result};
use crate::graph::QGraph;

/// A plan with what it costs.
#[derive(Debug, Clone)]
pub struct ParetoPoint {
    /// How it spends memory.
    pub option: PlanOption,
    /// The plan.
    pub lowered: Lowered,
    /// Estimated instructions of one inference.
    pub instructions: f64,
}

impl ParetoPoint {
    fn new(graph: &QGraph, nodes: &[Node], options: &Options, option: PlanOption) -> Result<Self> {
        let lowered = Lowered::build(graph, nodes, options, option)?;
        let instructions = lowered.instructions(options.target);
        Ok(Self { option, lowered, instructions })
    }

    fn fits(&self, options: &Options) -> bool {
        options.ram_budget.is_none_or(|most| self.lowered.header.arena_bytes <= most)
            && options.flash_budget.is_none_or(|most| self.lowered.header.data_bytes <= most)
    }
}

/// Every plan that is the cheapest in estimated instructions for its working memory and its constants, smallest working
/// memory first.
pub(super) fn points(graph: &QGraph, nodes: &[Node], options: &Options) -> Result<Vec<ParetoPoint>> {
    let all: Vec<ParetoPoint> = std::iter::once(PlanOption::PORTABLE)
        .chain(options.target.selector().options())
        .map(|option| ParetoPoint::new(graph, nodes, options, option))
        .collect::<Result<_>>()?;
    let size = |o: &ParetoPoint| (o.lowered.header.arena_bytes, o.lowered.header.data_bytes);
    let beaten = |o: &ParetoPoint| {
        let (arena, data) = size(o);
        all.iter().any(|other| {
            let (a, d) = size(other);
            let better = a < arena || d < data || other.instructions < o.instructions;
            a <= arena && d <= data && other.instructions <= o.instructions && better
        })
    };
    let mut best: Vec<ParetoPoint> = Vec::new();
    for point in all.iter().filter(|o| !beaten(o)) {
        if !best.iter().any(|o| size(o) == size(point)) {
            best.push(point.clone());
        }
    }
    best.sort_by_key(|o| (size(o), o.option.tile));
    Ok(best)
}

/// The plan with the fewest estimated instructions that keeps to the budgets; where there is none, the balanced one.
pub(super) fn choose(graph: &QGraph, nodes: &[Node], options: &Options) -> Result<Lowered> {
    if options.ram_budget.is_none() && options.flash_budget.is_none() {
        return Lowered::build(graph, nodes, options, PlanOption::BALANCED);
    }
    let points = points(graph, nodes, options)?;
    let fitting = points.iter().filter(|o| o.fits(options));
    if let Some(best) = fitting.min_by(|a, b| a.instructions.total_cmp(&b.instructions)) {
        return Ok(best.lowered.clone());
    }
    let sizes: Vec<String> = points
        .iter()
        .map(|o| format!("{} and {}", o.lowered.header.arena_bytes, o.lowered.header.data_bytes))
        .collect();
    Err(Error::invalid(format!(
        "no plan keeps to the budgets; possible are (bytes of working memory and of constants): {}",
        sizes.join(", ")
    )))
}
