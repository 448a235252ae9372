//! Scores windows from a file and writes every result to another, for comparison bit by bit on the host.
//!
//! A result record is: the parts of the score in the order of `Part::ALL` (u64 each, little-endian), then the reconstruction and the
//! latent values, a byte each.

use picoae::{Decision, KernelSet, Model, Score, StreamScorer};
use semihosting::println;

use crate::host::File;
use crate::machine::counter::Counter;
use crate::stack;
use crate::trace_marks;

/// Windows that go through every way of scoring; the others only through the one that gives the reconstruction.
const THOROUGH: u32 = 4;

/// Memory for one window and what the model makes of it.
pub struct Buffers<'b> {
    /// What goes in.
    pub window: &'b mut [i8],
    /// What comes out.
    pub output: &'b mut [i8],
    /// What the encoder makes of it.
    pub latents: &'b mut [i8],
}

/// What was found beside the results.
#[derive(Default)]
pub struct Figures {
    /// Windows scored.
    pub windows: u32,
    /// Of these, outside the model's limits.
    pub anomalies: u32,
    /// Windows whose instructions and stack were measured.
    pub measured: u32,
    /// Instructions of the longest inference.
    pub instructions: u32,
    /// Deepest stack of an inference, in bytes.
    pub stack: usize,
}

impl Figures {
    /// Prints them in the form that the host reads.
    pub fn print(&self) {
        println!("figure windows {}", self.windows);
        println!("figure anomalies {}", self.anomalies);
        println!("figure measured {}", self.measured);
        println!("figure instructions {}", self.instructions);
        println!("figure stack_bytes {}", self.stack);
    }
}

/// Scores every window of `input`, prints what comes of the first `shown`, writes all results to `results`.
///
/// Panics where two ways of scoring give different results.
pub fn examine<A: AsMut<[u8]>, K: KernelSet>(
    model: &Model<'_, K>,
    scorer: &mut StreamScorer<'_, A, K>,
    counter: &Counter,
    buffers: &mut Buffers<'_>,
    input: &mut File,
    results: &mut File,
    shown: u32,
) -> Figures {
    let mut figures = Figures::default();
    while input.read_values(buffers.window) {
        let index = figures.windows;
        let score = accept(scorer.reconstruct(buffers.window, buffers.output));
        accept(scorer.encode(buffers.window, buffers.latents));
        write_result(results, &score, buffers);
        if index < THOROUGH {
            measure(scorer, counter, buffers, score, &mut figures);
            check_other_ways(scorer, buffers, score);
        }
        let decision = model.verdict(score).decision;
        if index < shown {
            let Score { total, segment_max, segment_min, .. } = score;
            println!("window {}: total {}, segments {} to {}: {:?}", index, total, segment_min, segment_max, decision);
        }
        figures.windows += 1;
        figures.anomalies += u32::from(decision == Decision::Anomaly);
    }
    figures
}

/// One inference, measured.
fn measure<A: AsMut<[u8]>, K: KernelSet>(
    scorer: &mut StreamScorer<'_, A, K>,
    counter: &Counter,
    buffers: &mut Buffers<'_>,
    expected: Score,
    figures: &mut Figures,
) {
    let painted = stack::paint();
    let (score, instructions) = counter.count(|| {
        trace_marks::mark(trace_marks::INFERENCE);
        let score = inference(scorer, buffers);
        trace_marks::mark(trace_marks::OUTSIDE);
        score
    });
    figures.stack = figures.stack.max(painted.used());
    assert!(score == expected, "two inferences differ: {score:?}, {expected:?}");
    figures.instructions = figures.instructions.max(instructions);
    figures.measured += 1;
}

#[cfg(not(feature = "stages"))]
#[inline(never)]
fn inference<A: AsMut<[u8]>, K: KernelSet>(scorer: &mut StreamScorer<'_, A, K>, buffers: &mut Buffers<'_>) -> Score {
    accept(scorer.score(buffers.window))
}

#[cfg(feature = "stages")]
#[inline(never)]
fn inference<A: AsMut<[u8]>, K: KernelSet>(scorer: &mut StreamScorer<'_, A, K>, buffers: &mut Buffers<'_>) -> Score {
    accept(scorer.trace(buffers.window, buffers.output, &mut trace_marks::StageMarks))
}

/// Sample by sample, and decoding what was encoded, must give the same.
fn check_other_ways<A: AsMut<[u8]>, K: KernelSet>(
    scorer: &mut StreamScorer<'_, A, K>,
    buffers: &mut Buffers<'_>,
    expected: Score,
) {
    let mut pushed = None;
    for (position, sample) in buffers.window.iter().enumerate() {
        assert!(pushed.is_none(), "`push` gave a score before the window's end, at sample {position}");
        pushed = scorer.push(*sample);
    }
    assert!(pushed == Some(expected), "`push` gave {pushed:?}, `score` {expected:?}");
    let reconstruction = digest(buffers.output);
    accept(scorer.decode(buffers.latents, buffers.output));
    assert!(digest(buffers.output) == reconstruction, "`decode` of `encode` differs from `reconstruct`");
}

/// Writes one result record.
pub fn write_result(results: &mut File, score: &Score, buffers: &Buffers<'_>) {
    score.parts().iter().for_each(|part| results.write(&part.to_le_bytes()));
    results.write_values(buffers.output);
    results.write_values(buffers.latents);
}

/// What a call gave; its refusal ends the run.
pub fn accept<T, E: core::fmt::Display>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// A hash of bytes (FNV-1a, 32 bits), to compare two outputs while only one is kept.
fn digest(values: &[i8]) -> u32 {
    values.iter().fold(0x811c_9dc5, |hash, value| (hash ^ u32::from(*value as u8)).wrapping_mul(0x0100_0193))
}
