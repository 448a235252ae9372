//! One output channel in two phases side by side, which read nearly the same values: the lanes are the phases.
//!
//! A word of weights is that of the one phase and that of the other, 0 where a phase has no such tap, and activations are
//! used as they lie in the strip: for a single channel it does not pay to pack them. Lanes are split every four products;
//! what is too much for them is taken off the weights and comes once more behind: an offset in the window and a word.
//!
//! The weights of a pair of phases start at the first one's number of bytes, `[line][column][channel]`, and are followed by
//! as many of those as the second one's number says.

use super::kernels::twins;
use super::lines::Line;
use super::{Cells, Sweep};
use crate::model::typed;
use crate::ops::phases_of;
use crate::plan::{Phase, Phases, Stage, count, ensure, word};

/// The sums of a row of positions.
pub(crate) struct Twins<'a> {
    pub(crate) strip: &'a [i8],
    /// First value of the window of the first position, and from there to the next one's.
    pub(crate) source: usize,
    pub(crate) source_step: usize,
    /// The window that both phases have together.
    pub(crate) cells: Cells,
    /// One word a value, and behind them offsets in the window and words.
    pub(crate) weights: &'a [u8],
    /// How many of the latter.
    pub(crate) rest: usize,
    pub(crate) bias: [i32; 2],
    /// Two for each position.
    pub(crate) sums: &'a mut [i32],
}

/// The window of both phases.
const fn both(stage: &Stage, a: &Phase, b: &Phase) -> Cells {
    let signal = stage.out_width == 1;
    let [from, taps, other, other_taps] = if signal {
        [a.row as usize, a.taps_h as usize, b.row as usize, b.taps_h as usize]
    } else {
        [a.column as usize, a.taps_w as usize, b.column as usize, b.taps_w as usize]
    };
    let (end, other_end) = (from + taps, other + other_taps);
    let from = if from < other { from } else { other };
    let end = if end > other_end { end } else { other_end };
    let across = end - from;
    let (rows, columns) = if signal { (across, 1) } else { (a.taps_h as usize, across) };
    let run = columns * stage.input.channels as usize;
    Cells { lines: rows, line_step: stage.input.pitch as usize, cells: 1, cell_step: run, run }
}

/// Whether the phases are in pairs.
const fn is_pairs(stage: &Stage) -> bool {
    if stage.out_width == 1 { stage.phases_h == 2 && stage.phases_w == 1 } else { stage.phases_w == 2 }
}

/// Checks the stage behind what the portable operator's checks do.
pub(super) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let map = &stage.input;
    let even = if stage.out_width == 1 {
        stage.tile.is_multiple_of(2) && stage.first_tile.is_multiple_of(2) && stage.out_height.is_multiple_of(2)
    } else {
        stage.out_width.is_multiple_of(2)
    };
    ensure!(is_pairs(stage) && even && stage.pool_h == 1 && stage.pool_w == 1, "the phases are not in pairs");
    let whole = map.channels.is_multiple_of(8) && map.pitch.is_multiple_of(4) && map.left().is_multiple_of(4);
    let whole = whole && (stage.out_width > 1 || map.pitch == map.channels as u32);
    ensure!(stage.out_channels == 1 && stage.dilation_h == 1 && whole, "not for phases in lanes");
    let phases = Phases::of(stage, data);
    let weights = count(data, stage.weights, 4, 4);
    let mut i = 0;
    while i < phases.len() {
        let (a, b) = (phases.get(i), phases.get(i + 1));
        ensure!(a.taps_h > 0 && a.taps_w > 0 && b.taps_h > 0 && b.taps_w > 0, "a phase has no taps");
        let cells = both(stage, &a, &b);
        let (start, rest) = (a.weights as usize / 4, b.weights as usize);
        let values = cells.lines * cells.run;
        ensure!(a.weights.is_multiple_of(4), "a phase's weights start on no multiple of 4");
        let end = start.saturating_add(values).saturating_add(rest.saturating_mul(2));
        ensure!(end <= weights, "a phase has fewer weights than taps");
        let reach = (cells.lines - 1) * cells.line_step + cells.run;
        let mut k = 0;
        while k < rest {
            let offset = word(data, stage.weights.offset as usize + (start + values + k * 2) * 4) as usize;
            ensure!(offset < reach, "a weight lies outside its window");
            k += 1;
        }
        i += 2;
    }
    Ok(())
}

/// The outputs of two phases as those of one line.
pub(super) fn merged(a: &Line, b: &Line) -> Line {
    let source = if a.source < b.source { a.source } else { b.source };
    let (source_step, out_step) = (a.source_step / 2, b.out - a.out);
    Line { source, source_step, outputs: a.outputs * 2, out_step, ..*a }
}

/// Makes the sums of a merged line of phase number `number` and the next.
pub(super) fn sums(
    stage: &Stage,
    phase: &Phase,
    data: &[u8],
    number: usize,
    strip: &[i8],
    line: &Line,
    sweep: &mut Sweep<'_>,
) {
    let other = &phases_of(stage, data)[number + 1];
    let bias = typed::<i32>(data, stage.bias);
    let bias = [bias[number], bias[number + 1]];
    let cells = both(stage, phase, other);
    let (weights, rest) = (sweep.weights, other.weights as usize);
    let source_step = line.source_step * 2;
    let mut source = line.source;
    for row in 0..line.rows {
        let sums = &mut sweep.sums[row * line.outputs..][..line.outputs];
        twins(&mut Twins { strip, source, source_step, cells, weights, rest, bias, sums });
        source += line.source_down;
    }
}

/// What the processor's does.
#[cfg_attr(picoae_cortex_m0, expect(dead_code, reason = "the processor has its own"))]
pub(super) fn portable(t: &mut Twins<'_>) {
    let split = |t: i32, low: &mut i32, high: &mut i32| {
        *low = low.wrapping_add(t);
        *high = high.wrapping_add((t >> 16) + ((t >> 15) & 1));
    };
    let weight = |i: usize| word(t.weights, i * 4) as i32;
    let values = t.cells.values();
    for (i, sums) in t.sums.chunks_exact_mut(2).enumerate() {
        let x = &t.strip[t.source + i * t.source_step..];
        let (mut low, mut high) = (t.bias[0].wrapping_add(t.bias[1] << 16), t.bias[1]);
        for four in (0..values).step_by(4) {
            let x = &x[four / t.cells.run * t.cells.line_step + four % t.cells.run..];
            let products = (0..4).map(|k| i32::from(x[k]).wrapping_mul(weight(four + k)));
            split(products.fold(0, i32::wrapping_add), &mut low, &mut high);
        }
        for k in 0..t.rest {
            let x = i32::from(x[weight(values + k * 2) as usize]);
            split(x.wrapping_mul(weight(values + k * 2 + 1)), &mut low, &mut high);
        }
        sums.copy_from_slice(&[low.wrapping_sub(high << 16), high]);
    }
}
