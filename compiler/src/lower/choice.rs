//! What a plan may choose beside its forms: memory for instructions.

use super::{Lowered, Node, Options, Target, cost};
use crate::error::{Error, Result};
use crate::graph::QGraph;

/// What constants may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weights {
    /// As narrow as they are.
    Narrow,
    /// As wide as the kernels like them best.
    Wide,
    /// Several in a word, where that takes fewer instructions.
    Packed,
}

/// One way to spend memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The target's kernel forms; without them the portable operators, whose strips are the smallest.
    pub forms: bool,
    /// How weights are stored.
    pub weights: Weights,
    /// How many rows are made at a time: 0 the least that suits the kernels, 1 what costs little memory, and from there
    /// twice as many each.
    pub tile: u32,
}

impl Choice {
    /// What is chosen where no budget says otherwise.
    pub const BALANCED: Self = Self { forms: true, weights: Weights::Packed, tile: 1 };

    /// All that there are for a target.
    fn all(target: Target) -> Vec<Self> {
        let portable = Self { forms: false, weights: Weights::Narrow, tile: 0 };
        let tiles = if target == Target::Portable { 0..0 } else { 0..8 };
        let packs = target == Target::CortexM4;
        let weights = [Weights::Packed, Weights::Wide, Weights::Narrow].into_iter();
        let weights = weights.filter(move |weights| packs || *weights != Weights::Packed);
        let forms = tiles.flat_map(|tile| weights.clone().map(move |weights| Self { forms: true, weights, tile }));
        std::iter::once(portable).chain(forms).collect()
    }

    /// Whether weights are at least as wide as the kernels like them best.
    pub(super) fn wide(self) -> bool {
        self.weights >= Weights::Wide
    }

    /// Rows for a kernel that does well with `rows` at a time and can make multiples of half of them.
    pub(super) fn rows(self, rows: usize) -> usize {
        if self.tile == 0 { rows / 2 } else { rows << (self.tile - 1) }
    }
}

/// A plan with what it costs.
#[derive(Debug, Clone)]
pub struct Offer {
    /// How it spends memory.
    pub choice: Choice,
    /// The plan.
    pub lowered: Lowered,
    /// Estimated instructions of one inference.
    pub instructions: f64,
}

impl Offer {
    fn new(graph: &QGraph, nodes: &[Node], options: &Options, choice: Choice) -> Result<Self> {
        let lowered = Lowered::build(graph, nodes, options, choice)?;
        let instructions = cost::instructions(&lowered, options.target);
        Ok(Self { choice, lowered, instructions })
    }

    fn fits(&self, options: &Options) -> bool {
        options.ram_budget.is_none_or(|most| self.lowered.header.arena_bytes <= most)
            && options.flash_budget.is_none_or(|most| self.lowered.header.data_bytes <= most)
    }
}

/// Every plan that is the cheapest in estimated instructions for its working memory and its constants, smallest working
/// memory first.
pub(super) fn offers(graph: &QGraph, nodes: &[Node], options: &Options) -> Result<Vec<Offer>> {
    let all: Vec<Offer> = Choice::all(options.target)
        .into_iter()
        .map(|choice| Offer::new(graph, nodes, options, choice))
        .collect::<Result<_>>()?;
    let size = |o: &Offer| (o.lowered.header.arena_bytes, o.lowered.header.data_bytes);
    let beaten = |o: &Offer| {
        let (arena, data) = size(o);
        all.iter().any(|other| {
            let (a, d) = size(other);
            let better = a < arena || d < data || other.instructions < o.instructions;
            a <= arena && d <= data && other.instructions <= o.instructions && better
        })
    };
    let mut best: Vec<Offer> = Vec::new();
    for offer in all.iter().filter(|o| !beaten(o)) {
        if !best.iter().any(|o| size(o) == size(offer)) {
            best.push(offer.clone());
        }
    }
    best.sort_by_key(|o| (size(o), o.choice.tile));
    Ok(best)
}

/// The plan with the fewest estimated instructions that keeps to the budgets; where there is none, the balanced one.
pub(super) fn choose(graph: &QGraph, nodes: &[Node], options: &Options) -> Result<Lowered> {
    if options.ram_budget.is_none() && options.flash_budget.is_none() {
        return Lowered::build(graph, nodes, options, Choice::BALANCED);
    }
    let offers = offers(graph, nodes, options)?;
    let fitting = offers.iter().filter(|o| o.fits(options));
    if let Some(best) = fitting.min_by(|a, b| a.instructions.total_cmp(&b.instructions)) {
        return Ok(best.lowered.clone());
    }
    let sizes: Vec<String> = offers
        .iter()
        .map(|o| format!("{} and {}", o.lowered.header.arena_bytes, o.lowered.header.data_bytes))
        .collect();
    Err(Error::invalid(format!(
        "no plan keeps to the budgets; possible are (bytes of working memory and of constants): {}",
        sizes.join(", ")
    )))
}
