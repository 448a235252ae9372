//! Makes a tile.

use super::abi::{Line, LineTaps, PoolWindows};
use super::body;
use super::output::TileOutput;
use crate::kernel_set::KernelSet;
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::Task;
use crate::plan::params::simd16::{LANES, Runs, STEP, Simd16Params, is_few};
use crate::plan::row_layout::RowLayout;
use crate::plan::span::cast_span;
use crate::plan::{Branch, Branches, Stage};

/// The convolution's outputs (before pooling) that a tile is made of.
struct ConvTile {
    /// First row.
    first: usize,
    /// One behind the last.
    end: usize,
    /// Columns.
    columns: usize,
    /// Input row (padding counted) that lies first among the values.
    start: usize,
}

impl ConvTile {
    /// Calls `make` for every line of `branch`, the branch with this number.
    fn lines(&self, stage: &Stage, number: usize, branch: &Branch, mut make: impl FnMut(&Line)) {
        let conv = stage.conv();
        let (branches_h, branches_w) = (conv.branches_h as usize, conv.branches_w as usize);
        let (p, q) = (number / branches_w, number % branches_w);
        let first = self.first + (p + branches_h - self.first % branches_h) % branches_h;
        if q >= self.columns || first >= self.end {
            return;
        }
        let channels = stage.input.channels as usize;
        let row_len = stage.input.padded_width() * channels;
        let step_h = conv.step_h as usize;
        let at = |r: usize| {
            let row = r / branches_h * step_h + branch.row as usize - self.start;
            row * row_len + branch.column as usize * channels
        };
        if self.columns == 1 {
            let count = (self.end - first).div_ceil(branches_h);
            let (to, to_step) = (first - self.first, branches_h);
            return make(&Line { at: at(first), step: step_h * row_len, count, to, to_step });
        }
        let (step, count) = (conv.step_w as usize * channels, (self.columns - q).div_ceil(branches_w));
        for r in (first..self.end).step_by(branches_h) {
            let to = (r - self.first) * self.columns + q;
            make(&Line { at: at(r), step, count, to, to_step: branches_w });
        }
    }
}

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, data, y, b) = (task.stage, task.data, task.y, &task.stage.input);
    let (params, conv) = (Simd16Params::of(&stage.parameters), stage.conv());
    let branches = task.branches();
    let start = stage.row_window::<K>(y, &Branches::cast(branches)).0;
    let end = stage.row_window::<K>(y + rows - 1, &Branches::cast(branches)).1;
    let outputs = layout.at..layout.row(rows - 1) + layout.len;
    let base = task.base;
    let Some([buffer, outputs, scratch]) = task.parts(outputs) else { return };

    let pool_h = conv.pool_h as usize;
    let columns = stage.out_width as usize * conv.pool_w as usize;
    let tile = ConvTile { first: y * pool_h, end: (y + rows) * pool_h, columns, start };
    let row_len = b.padded_width() * b.channels as usize;
    let count = end.saturating_sub(start) * row_len + STEP;
    let (values, sums) = scratch.split_at_mut((count * 2).next_multiple_of(4));
    let values: &mut [i16] = &mut bytemuck::cast_slice_mut(values)[..count];
    // Steps and pairs may reach behind the last value: what they meet there was written, too.
    values.fill(0);
    for (to, r) in values.chunks_exact_mut(row_len).zip(start..end) {
        let from = &buffer[(r - base) * b.pitch as usize..][..row_len];
        to.iter_mut().zip(from).for_each(|(to, from)| *to = i16::from(*from as i8));
    }

    let few = is_few(stage);
    let lanes = if few { 1 } else { LANES };
    let blocks = (stage.out_channels as usize).div_ceil(lanes);
    let (weights, biases): (&[i16], &[i32]) = (cast_span(data, params.weights), cast_span(data, params.bias));
    let window = [pool_h, conv.pool_w as usize];
    let pool = PoolWindows { rows, width: stage.out_width as usize, window };
    let to = TileOutput { stage: OutputStage::new(&params.output, data), params: &params.output, layout, pool };
    let positions = (tile.end - tile.first) * columns;
    let sums: &mut [i32] = bytemuck::cast_slice_mut(&mut sums[..positions * lanes * 4]);
    for block in 0..blocks {
        for (number, branch) in branches.iter().enumerate() {
            let runs = Runs::of(stage, branch);
            let each = runs.weights(few) as usize;
            let weights = &weights[branch.weights as usize + block * each..][..each];
            let bias = &biases[(number * blocks + block) * lanes..][..lanes];
            tile.lines(stage, number, branch, |line| {
                let call = LineTaps { line, runs: &runs, values, weights };
                if few {
                    body::dots(&call, bias[0], sums);
                } else if let Ok(bias) = bias.try_into() {
                    body::lanes(&call, bias, bytemuck::cast_slice_mut(sums));
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
