//! Convolution for processors with vector registers: output channels lie across the lanes.
//!
//! The input rows of a tile are widened to int16, so that what lies under a kernel is a few runs of neighbouring values
//! ([`Runs`]). A pair of values meets the weights of sixteen output channels in one multiply-add, and each loaded weight
//! serves several positions. Largest accumulators, requantization and table follow for all sixteen at once. A layer with
//! fewer outputs than [`FEW`] is made of plain dot products along the runs.
//!
//! In the stage's record, `weights` are int16: `[phase][16 outputs][run][pair of values][output][2]`, or for few outputs
//! `[phase][output][run][values, up to a multiple of 8]`, with zeros where there is no tap or output. `bias` is
//! `[phase][output]` and `scales` one [`Scale`] an output, both up to a multiple of 16 (not for few outputs).

mod check;
mod finish;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;

use crate::model::typed;
use crate::ops::{Finish, RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Phase, Phases, Stage};
pub(crate) use check::{check, check_places};
pub use check::{is_few, vector_bytes};
pub(crate) use finish::{Lanes, Pool};

#[cfg(target_arch = "x86_64")]
use crate::arch::x86_64 as body;
#[cfg(not(target_arch = "x86_64"))]
use portable as body;

/// Output channels that are made together.
pub(crate) const LANES: usize = 16;

/// Layers with fewer outputs are made of dot products.
const FEW: u16 = 3;

/// Values that a dot product takes at a time.
pub(crate) const STEP: usize = 8;

/// What lies under a phase's kernel: pieces of neighbouring values, row by row of the kernel, or all in one where its
/// rows are whole rows of the map.
#[derive(Debug, Clone, Copy)]
pub struct Runs {
    /// How many.
    pub count: u64,
    /// Values of each.
    pub values: u64,
    /// Values from the start of one to the next.
    pub gap: u64,
}

impl Runs {
    /// The runs of `phase`.
    pub const fn of(stage: &Stage, phase: &Phase) -> Self {
        let (taps_h, taps_w) = (phase.taps_h as u64, phase.taps_w as u64);
        let (channels, columns) = (stage.input.channels as u64, stage.input.padded_width() as u64);
        let row = columns * channels;
        if taps_h == 0 || taps_w == 0 {
            Self { count: 0, values: 0, gap: 0 }
        } else if taps_w == columns && stage.dilation_h == 1 {
            Self { count: 1, values: taps_h * row, gap: 0 }
        } else {
            Self { count: taps_h, values: taps_w * channels, gap: stage.dilation_h as u64 * row }
        }
    }

    /// Weights of sixteen outputs, or of one of few.
    pub const fn weights(&self, few: bool) -> u64 {
        let each =
            if few { self.values.next_multiple_of(STEP as u64) } else { self.values.div_ceil(2) * 2 * LANES as u64 };
        self.count * each
    }
}

/// Neighbouring positions of a phase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// First value under the kernel of the first.
    pub(crate) at: usize,
    /// Values from position to position.
    pub(crate) step: usize,
    /// How many positions.
    pub(crate) count: usize,
    /// Where the sums of the first go.
    pub(crate) to: usize,
    /// From there to the next.
    pub(crate) to_step: usize,
}

/// What the inner loops take: positions, what lies under the kernel there, and the weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) line: &'a Line,
    pub(crate) runs: &'a Runs,
    /// The widened rows.
    pub(crate) values: &'a [i16],
    pub(crate) weights: &'a [i16],
}

/// The convolution's outputs (before pooling) that a tile is made of.
struct Tile {
    /// First row.
    first: usize,
    /// One behind the last.
    end: usize,
    /// Columns.
    columns: usize,
    /// Input row (padding counted) that lies first among the values.
    start: usize,
}

impl Tile {
    /// Calls `make` for every line of `phase`, the phase with this number.
    fn lines(&self, stage: &Stage, number: usize, phase: &Phase, mut make: impl FnMut(&Line)) {
        let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
        let (p, q) = (number / phases_w, number % phases_w);
        let first = self.first + (p + phases_h - self.first % phases_h) % phases_h;
        if q >= self.columns || first >= self.end {
            return;
        }
        let channels = stage.input.channels as usize;
        let row_len = stage.input.padded_width() * channels;
        let step_h = stage.step_h as usize;
        let at = |r: usize| {
            let row = r / phases_h * step_h + phase.row as usize - self.start;
            row * row_len + phase.column as usize * channels
        };
        if self.columns == 1 {
            let count = (self.end - first).div_ceil(phases_h);
            let (to, to_step) = (first - self.first, phases_h);
            return make(&Line { at: at(first), step: step_h * row_len, count, to, to_step });
        }
        let (step, count) = (stage.step_w as usize * channels, (self.columns - q).div_ceil(phases_w));
        for r in (first..self.end).step_by(phases_h) {
            let to = (r - self.first) * self.columns + q;
            make(&Line { at: at(r), step, count, to, to_step: phases_w });
        }
    }
}

/// Makes `rows` rows.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let (stage, data, y, b) = (task.stage, task.data, task.y, &task.stage.input);
    let phases = phases_of(stage, data);
    let start = stage.window::<K>(y, &Phases::typed(phases)).0;
    let end = stage.window::<K>(y + rows - 1, &Phases::typed(phases)).1;
    let strip = b.offset as usize..b.offset as usize + b.bytes();
    let outputs = place.at..place.row(rows - 1) + place.len;
    let scratch = stage.scratch_offset as usize..(stage.scratch_offset + stage.scratch_bytes) as usize;
    let Ok([strip, outputs, scratch]) = task.arena.get_disjoint_mut([strip, outputs, scratch]) else { return };

    let pool_h = stage.pool_h as usize;
    let columns = stage.out_width as usize * stage.pool_w as usize;
    let tile = Tile { first: y * pool_h, end: (y + rows) * pool_h, columns, start };
    let row_len = b.padded_width() * b.channels as usize;
    let count = end.saturating_sub(start) * row_len + STEP;
    let (values, sums) = scratch.split_at_mut((count * 2).next_multiple_of(4));
    let values: &mut [i16] = &mut bytemuck::cast_slice_mut(values)[..count];
    for (to, r) in values.chunks_exact_mut(row_len).zip(start..end) {
        let from = &strip[(r - task.base) * b.pitch as usize..][..row_len];
        to.iter_mut().zip(from).for_each(|(to, from)| *to = i16::from(*from as i8));
    }

    let few = is_few(stage);
    let lanes = if few { 1 } else { LANES };
    let blocks = (stage.out_channels as usize).div_ceil(lanes);
    let (weights, biases): (&[i16], &[i32]) = (typed(data, stage.weights), typed(data, stage.bias));
    let window = [pool_h, stage.pool_w as usize];
    let pool = Pool { rows, width: stage.out_width as usize, window };
    let to = finish::To { finish: Finish::new(stage, data), stage, place, pool };
    let positions = (tile.end - tile.first) * columns;
    let sums: &mut [i32] = bytemuck::cast_slice_mut(&mut sums[..positions * lanes * 4]);
    for block in 0..blocks {
        for (number, phase) in phases.iter().enumerate() {
            let runs = Runs::of(stage, phase);
            let each = runs.weights(few) as usize;
            let weights = &weights[phase.weights as usize + block * each..][..each];
            let bias = &biases[(number * blocks + block) * lanes..][..lanes];
            tile.lines(stage, number, phase, |line| {
                let seen = Seen { line, runs: &runs, values, weights };
                if few {
                    body::dots(&seen, bias[0], sums);
                } else if let Ok(bias) = bias.try_into() {
                    body::lanes(&seen, bias, bytemuck::cast_slice_mut(sums));
                }
            });
        }
        if few {
            to.few(block, sums, outputs);
        } else {
            to.lanes(block * LANES, sums, outputs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The processor's bodies and the portable ones, on all that a line can be.
    #[test]
    fn bodies_agree() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut values = [0_i16; 400];
        let mut weights = [0_i16; 4 * 32 * 40];
        for round in 0..300 {
            let extreme = round % 3 == 0;
            values.fill_with(|| if extreme { -128 } else { random() as u8 as i8 as i16 });
            weights.fill_with(|| if extreme { -256 } else { (random() % 511) as i16 - 255 });
            let bias: [i32; LANES] = core::array::from_fn(|i| if extreme { i32::MAX } else { i as i32 * 1000 });
            let runs = Runs { count: u64::from(random() % 4), values: u64::from(1 + random() % 70), gap: 75 };
            let line = Line { at: 1, step: 3, count: round % 9, to: 1, to_step: 2 };
            let mut sums = [[[7; LANES]; 20]; 3];
            let each = &weights[..runs.weights(false) as usize];
            let seen = Seen { line: &line, runs: &runs, values: &values, weights: each };
            portable::lanes(&seen, &bias, &mut sums[0]);
            body::lanes(&seen, &bias, &mut sums[1]);
            assert_eq!(sums[0], sums[1]);
            #[cfg(target_arch = "x86_64")]
            {
                crate::arch::x86_64::without_avx2::lanes(&seen, &bias, &mut sums[2]);
                assert_eq!(sums[0], sums[2]);
            }
            let mut sums = [[7; 20]; 2];
            let each = &weights[..runs.weights(true) as usize];
            let seen = Seen { weights: each, ..seen };
            body::dots(&seen, bias[1], &mut sums[0]);
            portable::dots(&seen, bias[1], &mut sums[1]);
            assert_eq!(sums[0], sums[1]);
        }
    }
}
