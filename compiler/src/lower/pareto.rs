//! The plans to choose from: all options are planned, and those that nothing beats in working memory, constants and
//! instructions at once are the Pareto points, less those that save next to nothing for what they cost.

use super::lowered::Lowered;
use super::option::PlanOption;
use super::rewrite::Rewritten;
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
    /// What its little memory costs, where that is much.
    pub drawback: Option<Drawback>,
}

/// A plan is much slower than another that needs little or nothing more of one kind of memory: it is on offer only for how
/// little it needs of the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawback {
    /// What it is the only plan with so little of.
    pub scarce: Scarce,
    /// Bytes of it that the other plan needs.
    pub other_bytes: u32,
    /// Estimated instructions of the other plan.
    pub other_instructions: f64,
}

/// A kind of memory that may be scarce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scarce {
    /// Working memory.
    WorkingMemory,
    /// Constants.
    Constants,
}

/// What is next to nothing more of a kind of memory, as a factor.
const NEAR: f64 = 1.1;
/// Instructions so many times as many are more, however far the estimates are off.
const SLOWER: f64 = 4.0 / 3.0;
/// Instructions so many times as many are a drawback that is told.
const MUCH_SLOWER: f64 = 2.0;

impl ParetoPoint {
    /// The plan of `option`, unless it is another option's.
    fn new(graph: &QGraph, nodes: &Rewritten, options: &Options, option: PlanOption) -> Result<Option<Self>> {
        let Some(nodes) = nodes.of(option) else { return Ok(None) };
        let lowered = Lowered::build(graph, nodes, options, option)?;
        let instructions = lowered.instructions(options.target);
        Ok(Some(Self { option, lowered, instructions, drawback: None }))
    }

    fn fits(&self, options: &Options) -> bool {
        options.ram_budget.is_none_or(|most| self.arena() <= most)
            && options.flash_budget.is_none_or(|most| self.constants() <= most)
    }

    fn arena(&self) -> u32 {
        self.lowered.header.arena_bytes
    }

    fn constants(&self) -> u32 {
        self.lowered.header.data_bytes
    }

    fn size(&self) -> (u32, u32) {
        (self.arena(), self.constants())
    }

    /// Whether `other` is as good in everything and better in something.
    fn is_beaten_by(&self, other: &Self) -> bool {
        let better = other.arena() < self.arena()
            || other.constants() < self.constants()
            || other.instructions < self.instructions;
        other.arena() <= self.arena()
            && other.constants() <= self.constants()
            && other.instructions <= self.instructions
            && better
    }

    /// Whether `other` is faster, beyond doubt, for next to nothing more of both kinds of memory.
    fn is_pointless_beside(&self, other: &Self) -> bool {
        is_near(other.arena(), self.arena())
            && is_near(other.constants(), self.constants())
            && other.instructions * SLOWER < self.instructions
    }

    /// What the fastest plan with no more of one kind of memory, or next to nothing more, tells of this one.
    fn drawback(&self, all: &[Self]) -> Option<Drawback> {
        let much_faster = |other: &&Self| other.instructions * MUCH_SLOWER < self.instructions;
        let fastest = |near: fn(&Self) -> u32, scarce: Scarce, bytes: fn(&Self) -> u32| {
            let others = all.iter().filter(|other| is_near(near(other), near(self))).filter(much_faster);
            // The least memory that takes the drawback away, not the last bit of speed.
            let other = others.min_by_key(|other| bytes(other))?;
            Some(Drawback { scarce, other_bytes: bytes(other), other_instructions: other.instructions })
        };
        fastest(Self::constants, Scarce::WorkingMemory, Self::arena)
            .or_else(|| fastest(Self::arena, Scarce::Constants, Self::constants))
    }
}

/// Whether a plan with `bytes` needs next to nothing more than one with `own`.
fn is_near(bytes: u32, own: u32) -> bool {
    f64::from(bytes) <= f64::from(own) * NEAR
}

/// Every plan that is the cheapest in estimated instructions for its working memory and its constants, smallest working
/// memory first.
fn all_points(graph: &QGraph, nodes: &Rewritten, options: &Options) -> Result<Vec<ParetoPoint>> {
    let planned = std::iter::once(PlanOption::PORTABLE)
        .chain(options.target.selector().options())
        .map(|option| ParetoPoint::new(graph, nodes, options, option))
        // Plans that make more at once than a stream's hop are none of it.
        .filter(|point| point.is_ok() || options.stream.is_none())
        .collect::<Result<Vec<_>>>()?;
    let all: Vec<ParetoPoint> = planned.into_iter().flatten().collect();
    let mut best: Vec<ParetoPoint> = Vec::new();
    for point in all.iter().filter(|point| !all.iter().any(|other| point.is_beaten_by(other))) {
        if !best.iter().any(|o| o.size() == point.size()) {
            best.push(point.clone());
        }
    }
    best.sort_by_key(|o| (o.size(), o.option.tile));
    Ok(best)
}

/// The plans on offer: of [`all_points`] those that are not much slower than another one of nearly their size, with what is
/// to be said of them.
pub(super) fn points(graph: &QGraph, nodes: &Rewritten, options: &Options) -> Result<Vec<ParetoPoint>> {
    let all = all_points(graph, nodes, options)?;
    let on_offer = all.iter().filter(|point| !all.iter().any(|other| point.is_pointless_beside(other)));
    Ok(on_offer.map(|point| ParetoPoint { drawback: point.drawback(&all), ..point.clone() }).collect())
}

/// The plan with the fewest estimated instructions that keeps to the budgets; where there is none, the balanced one.
pub(super) fn choose(graph: &QGraph, nodes: &Rewritten, options: &Options) -> Result<Lowered> {
    if options.ram_budget.is_none() && options.flash_budget.is_none() {
        let build = |option: PlanOption| Lowered::build(graph, nodes.of(option).unwrap_or_default(), options, option);
        let balanced = build(PlanOption::BALANCED);
        if balanced.is_ok() || options.stream.is_none() {
            return balanced;
        }
        // A stream's verdicts come one by one, so what is made at once must be less than a hop.
        let shorter = (0..PlanOption::BALANCED.tile).rev().map(|tile| PlanOption { tile, ..PlanOption::BALANCED });
        return shorter.chain([PlanOption::PORTABLE]).map(build).find(Result::is_ok).unwrap_or(balanced);
    }
    // Also those that are not on offer: a budget is kept to where it can be.
    let points = all_points(graph, nodes, options)?;
    let fitting = points.iter().filter(|o| o.fits(options));
    if let Some(best) = fitting.min_by(|a, b| a.instructions.total_cmp(&b.instructions)) {
        return Ok(best.lowered.clone());
    }
    let sizes: Vec<String> = points.iter().map(|o| format!("{} and {}", o.arena(), o.constants())).collect();
    Err(Error::invalid(format!(
        "no plan keeps to the budgets; possible are (bytes of working memory and of constants): {}",
        sizes.join(", ")
    )))
}
