//! What a window scores, naively: the definition of each part's bits, an obvious loop a part. The runtime makes the same of values as
//! they come.

mod channel;
mod coarse;
mod exact;
mod flat;
mod latent;
mod residuals;

pub use exact::ScalePair;

use crate::graph::QGraph;
use crate::lower::CoarseNumbers;
use picoae::Score;
use picoae::plan::{Part, PartSet};

/// How a window is scored.
#[derive(Debug, Clone, Copy)]
pub struct ScoreDefinition<'c> {
    /// The parts that are made; the others are 0. Those of the residuals always are.
    pub parts: PartSet,
    /// Steps of a segment.
    pub segment: usize,
    /// Values of a step.
    pub step: usize,
    /// Of the coarse part.
    pub coarse: Option<&'c CoarseNumbers>,
}

/// The score of a window by its int8 values, `[step][channel]`; `outside` is not known here and stays 0. All 0 where input and output
/// have different lengths.
pub fn score(graph: &QGraph, input: &[i8], definition: &ScoreDefinition) -> Score {
    let tensors = super::trace(graph, input);
    let (latent, output) = (&tensors[graph.encoder_layers], &tensors[graph.layers.len()]);
    score_of(input, output, latent, graph.latent().zero_point, definition)
}

/// The same of an input, what was made of it, and the latent on the way.
pub fn score_of(
    input: &[i8],
    output: &[i8],
    latent: &[i8],
    latent_zero_point: i32,
    definition: &ScoreDefinition,
) -> Score {
    if input.len() != output.len() {
        return Score::default();
    }
    let ScoreDefinition { parts, segment, step, coarse } = *definition;
    let squares = residuals::of_steps(input, output, step);
    let [segment_min, segment_max] = residuals::segments(&squares, segment);
    let used = |part| parts.contains(part);
    Score {
        total: squares.iter().sum(),
        segment_max: segment_max as u32,
        segment_min: segment_min as u32,
        coarse: coarse.filter(|_| used(Part::Coarse)).map_or(0, |numbers| coarse::coarse(input, step, numbers)),
        flat: if used(Part::Flat) { flat::flat(input, step, segment) as u32 } else { 0 },
        latent: if used(Part::Latent) { latent::latent(latent, latent_zero_point) } else { 0 },
        channel_max: if used(Part::Channel) { channel::channel(input, output, step) } else { 0 },
        outside: 0,
    }
}
