//! Convolution on a processor with a 32-bit product and nothing more: two positions in one word.
//!
//! With the activations of two positions in the lanes of a word, (x₀ + 2¹⁶·x₁)·w makes two products in one
//! multiplication. A low lane stays exact while it is in −2¹⁵…2¹⁵−1, which holds for one product with |w| ≤ 255, and for
//! two whose |w| sum to at most 255: then the word t is split. C takes all of t modulo 2³²; B takes the high lane, which
//! is ⌊t / 2¹⁶⌋ plus bit 15 of t (a negative low lane borrowed from it). In the end the sums are A₁ = B and
//! A₀ = C − 2¹⁶·B modulo 2³².
//!
//! Activations are packed once for all output channels, weights become words once for all positions of a tile. Where
//! that is long, taps are taken a few kernel rows at a time (a slice), while the sums of all channels wait in the
//! stage's working memory.
//!
//! [`Stage::extra`] of this form:
//! 0. bits 0–1: requantization (0 the definition, 1 in three digits, 2 in four);
//! 1. offset in the data of one byte a phase and output channel: whether two products go to a split;
//! 2. offset of 256 bytes: output values by requantized value + 128, range and table of the stage applied;
//! 3. kernel rows of a slice;
//! 4. pairs of positions packed at a time.
//!
//! With `weight_bits` 32 the weights are words, `[out][taps]` padded with zeros to an even number.

mod check;
mod digits;
mod kernels;
mod lines;

pub(crate) use check::check;
pub use check::{TwoLanes, two_lanes_words};
pub(crate) use digits::Digits;
pub use digits::{LARGEST_FOUR, LARGEST_THREE};

use crate::model::typed;
use crate::ops::{Finish, RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Phase, Phases, Span, Stage};
use lines::{Line, lines};

fn bytes(data: &[u8], offset: u32, bytes: usize) -> &[u8] {
    typed(data, Span { offset, bytes: bytes as u32 })
}

/// Everything that stays the same during a call.
struct Work<'a> {
    stage: &'a Stage,
    data: &'a [u8],
    strip: &'a [i8],
    out: &'a mut [i8],
    activations: &'a mut [i32],
    weights: &'a mut [i32],
    sums: &'a mut [i32],
    finish: Finish<'a>,
    table: &'a [u8; 256],
}

/// Makes `rows` rows; `false` never happens for a checked plan.
pub(super) fn run(task: &mut RowTask<'_>, place: &Place, rows: usize) -> bool {
    let (stage, data) = (task.stage, task.data);
    let phases = phases_of(stage, data);
    let Ok(table) = bytes(data, stage.extra[2], 256).try_into() else { return false };
    let strip = stage.input.offset as usize..stage.input.offset as usize + stage.input.bytes();
    let out = place.at..place.at + (rows - 1) * place.pitch + place.len;
    let scratch = stage.scratch_offset as usize..(stage.scratch_offset + stage.scratch_bytes) as usize;
    let Ok([strip, out, scratch]) = task.arena.get_disjoint_mut([strip, out, scratch]) else { return false };
    let Ok(scratch) = bytemuck::try_cast_slice_mut(scratch) else { return false };
    let words = two_lanes_words(stage, &Phases::of(stage, data));
    let (activations, rest) = scratch.split_at_mut(words.activations);
    let (weights, sums) = rest.split_at_mut(words.weights);
    let (strip, out) = (bytemuck::cast_slice(strip), bytemuck::cast_slice_mut(out));
    let finish = Finish::new(stage, data);
    let mut work = Work { stage, data, strip, out, activations, weights, sums, finish, table };
    for (number, phase) in phases.iter().enumerate() {
        lines(stage, phase, number, task.base, task.y, rows, place, |line| work.line(phase, number, line));
    }
    true
}

impl Work<'_> {
    /// Makes the outputs of a line, as many at a time as there is room for.
    fn line(&mut self, phase: &Phase, number: usize, mut line: Line) {
        let pool = usize::from(self.stage.pool_h) * usize::from(self.stage.pool_w);
        let most = if pool == 1 { self.stage.extra[4] as usize * 2 } else { self.stage.extra[4] as usize * 2 / pool };
        while line.outputs > 0 {
            let outputs = line.outputs.min(most);
            self.chunk(phase, number, &Line { outputs, ..line }, outputs * pool);
            line.outputs -= outputs;
            line.source += outputs * line.source_step;
            line.out += outputs * line.out_step;
        }
    }

    fn chunk(&mut self, phase: &Phase, number: usize, line: &Line, positions: usize) {
        let stage = self.stage;
        let (pairs, channels) = (positions.div_ceil(2), usize::from(stage.out_channels));
        let (taps_h, rows) = (usize::from(phase.taps_h), stage.extra[3] as usize);
        let run = usize::from(phase.taps_w) * usize::from(stage.input.channels);
        let (first, sliced) = (number * channels, taps_h > rows);
        let biases: &[i32] = typed(self.data, stage.bias);
        let flags = bytes(self.data, stage.extra[1] + first as u32, channels);
        let (words32, words16, words8): (&[i32], &[i16], &[i8]) = match stage.weight_bits {
            32 => (typed(self.data, stage.weights), &[], &[]),
            16 => (&[], typed(self.data, stage.weights), &[]),
            _ => (&[], &[], typed(self.data, stage.weights)),
        };
        let mut ky = 0;
        loop {
            let now = (taps_h - ky).min(rows);
            let taps = now * run;
            let padded = taps + taps % 2;
            self.pack(line, pairs, positions, ky, now, run, padded);
            let last = ky + now >= taps_h;
            for o in 0..channels {
                let at = if sliced { o * pairs * 2 } else { 0 };
                if ky == 0 {
                    start(&mut self.sums[at..at + pairs * 2], biases[first + o]);
                }
                let from = phase.weights as usize + o * taps_h * run + ky * run;
                let words: &[i32] = match stage.weight_bits {
                    32 => &words32[phase.weights as usize + o * padded..][..padded],
                    16 => {
                        let own = &words16[from..from + taps];
                        self.weights[taps..padded].fill(0);
                        self.weights.iter_mut().zip(own).for_each(|(to, w)| *to = i32::from(*w));
                        &self.weights[..padded]
                    }
                    _ => {
                        self.weights[taps..padded].fill(0);
                        kernels::expand(&words8[from..from + taps], self.weights);
                        &self.weights[..padded]
                    }
                };
                kernels::mac(self.activations, words, &mut self.sums[at..at + pairs * 2], pairs, flags[o] != 0);
                if last {
                    self.finish(line, at, pairs, positions, o);
                }
            }
            ky += now;
            if last {
                break;
            }
        }
    }

    /// Packs kernel rows `ky` to `ky + now` of all pairs.
    fn pack(&mut self, line: &Line, pairs: usize, positions: usize, ky: usize, now: usize, run: usize, padded: usize) {
        if padded == 0 {
            // A phase without taps.
            return;
        }
        let stage = self.stage;
        let row_step = usize::from(stage.dilation_h) * stage.input.pitch as usize;
        let mut sources = line.sources();
        let mut left = positions;
        for pair in 0..pairs {
            let a = sources.next() + ky * row_step;
            let b = if left > 1 { sources.next() + ky * row_step } else { a };
            left = left.saturating_sub(2);
            let (lanes, lane) = if pair + 1 == pairs && pairs % 2 == 1 { (1, 0) } else { (2, pair % 2) };
            let to = &mut self.activations[pair / 2 * 2 * padded + lane * 2..];
            if run.is_multiple_of(2) {
                let mut at = 0;
                for row in 0..now {
                    let (a, b) = (a + row * row_step, b + row * row_step);
                    kernels::pack(&self.strip[a..a + run], &self.strip[b..b + run], &mut to[at..], lanes * 2);
                    at += run * lanes;
                }
            } else {
                // Odd runs do not start on a step.
                let (mut at, mut odd) = (0, false);
                for row in 0..now {
                    let (a, b) = (a + row * row_step, b + row * row_step);
                    for (a, b) in self.strip[a..a + run].iter().zip(&self.strip[b..b + run]) {
                        to[at] = i32::from(*a) + (i32::from(*b) << 16);
                        at += if odd { lanes * 2 - 1 } else { 1 };
                        odd = !odd;
                    }
                }
            }
        }
    }

    /// Lanes to sums, sums to values of channel `o`.
    fn finish(&mut self, line: &Line, at: usize, pairs: usize, positions: usize, o: usize) {
        let sums = &mut self.sums[at..at + pairs * 2];
        let pool = usize::from(self.stage.pool_h) * usize::from(self.stage.pool_w);
        let (blocks, single) = sums.split_at_mut(pairs / 2 * 4);
        kernels::separate(blocks, pool == 2);
        if let [low, high] = single {
            *low = low.wrapping_sub(*high << 16);
        }
        if pool == 2 {
            if pairs % 2 == 1 {
                let last = sums[pairs * 2 - 2].max(sums[pairs * 2 - 1]);
                sums[pairs - 1] = last;
            }
        } else if pool > 1 {
            let mut from = 0;
            for to in 0..line.outputs {
                let mut largest = sums[from];
                for i in 1..pool {
                    largest = largest.max(sums[from + i]);
                }
                sums[to] = largest;
                from += pool;
            }
        }
        debug_assert!(pool > 1 || line.outputs == positions);
        let (out, kind) = (&mut self.out[line.out + o..], self.stage.extra[0]);
        if kind == 0 {
            for (i, sum) in sums[..line.outputs].iter().enumerate() {
                out[i * line.out_step] = self.finish.value(*sum, o);
            }
        } else {
            let digits = Digits::new(self.finish.scale(o), kind == 1);
            let zero = i32::from(self.stage.zero_point) + 128;
            kernels::requantize(&sums[..line.outputs], out, line.out_step, &digits, zero, self.table);
        }
    }
}

/// The sums of a channel before any product: its bias in both lanes.
fn start(sums: &mut [i32], bias: i32) {
    let both = bias.wrapping_add(bias << 16);
    let (blocks, single) = sums.split_at_mut(sums.len() / 4 * 4);
    kernels::start(blocks, both, bias);
    if let [low, high] = single {
        (*low, *high) = (both, bias);
    }
}
