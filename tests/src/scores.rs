//! Scores with every part, their numbers random, for the host and the devices.

use picoae::plan::{AlarmRule, PartLimits};
use picoae::{Part, Score};
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{CoarseNumbers, Lowered, ScoreOptions};
use picoae_compiler::reference::score::{ScoreDefinition, score};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Every part that a network's score can have, or by `seed` some of them; the coarse one with numbers that are no recording's.
pub fn random_score(graph: &QGraph, seed: u64) -> ScoreOptions {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5c0e);
    let [_, width, channels] = graph.input.shape;
    let step = if graph.is_one_dimensional() || width == 1 { channels } else { 1 };
    let steps = graph.input.len() / step;
    let every = seed.is_multiple_of(2);
    let possible = |part: &Part| *part != Part::Coarse || step <= 64;
    let parts: Vec<Part> = Part::ALL.into_iter().filter(possible).filter(|_| every || rng.random()).collect();
    let limits = parts.iter().map(|part| PartLimits::new(part.code(), 0, u64::MAX, [1.0, -1.0, 1.0])).collect();
    let coarse = parts.contains(&Part::Coarse).then(|| {
        let most = (64 / step).min(steps).min(50);
        let blocks = rng.random_range(1..=most);
        let block = rng.random_range(1..=steps / blocks);
        random_coarse(&mut rng, blocks, block, step)
    });
    ScoreOptions { limits, coarse, alarm: AlarmRule { count: 2, of: 3, ..AlarmRule::EACH }, moments: Vec::new() }
}

fn random_coarse(rng: &mut ChaCha8Rng, blocks: usize, block: usize, step: usize) -> CoarseNumbers {
    let sums = blocks * step;
    let swing = 100 * block as i32;
    CoarseNumbers {
        blocks: blocks as u16,
        block: block as u16,
        // Such that some sums are clamped and others are not.
        shift: (block.ilog2() + 1).min(24) as u16,
        fraction: rng.random_range(0..=24),
        means: (0..sums).map(|_| rng.random_range(-swing..=swing)).collect(),
        factor: (0..sums * (sums + 1) / 2).map(|_| rng.random()).collect(),
        multipliers: (0..sums).map(|_| rng.random()).collect(),
    }
}

/// What the definition gives for a window of a plan of `graph`.
pub fn defined(graph: &QGraph, lowered: &Lowered, options: &ScoreOptions, input: &[i8]) -> Score {
    let [segment, step] = [lowered.header.segment, lowered.header.step].map(usize::from);
    let definition = ScoreDefinition { parts: options.parts(), segment, step, coarse: options.coarse.as_ref() };
    score(graph, input, &definition)
}
