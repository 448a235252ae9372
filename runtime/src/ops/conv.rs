//! Convolution with phases: plain, strided, dilated, grouped, transposed, or behind an upsampling; with an optional
//! max-pooling of its accumulators.

use super::{Finish, RowTask, dot, phases_of};
use crate::plan::{Phase, Stage};
use bytemuck::Pod;

/// Windows of a pooled output that are found once for all output channels; further ones are found for each.
const KEPT: usize = 16;

/// What a kernel sees for one position of its output.
#[derive(Clone, Copy, Default)]
struct Window {
    /// Number of the phase.
    phase: usize,
    /// Offset of its first value in the strip.
    at: usize,
}

/// Makes one output row. Padding lies in the strip, and the input's zero point is folded into the biases, so an output
/// is a bias and one dot product for each kernel row.
pub(super) fn row<W: Pod + Into<i32>>(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let weights: &[W] = task.typed(stage.weights);
    let biases: &[i32] = task.typed(stage.bias);
    let phases = phases_of(stage, task.data);
    let finish = Finish::new(stage, task.data);
    let (base, y) = (task.base, task.y);
    let Some(memory) = task.memory() else { return };

    let channels = stage.out_channels as usize;
    let windows = stage.pool_h as usize * stage.pool_w as usize;
    let mut kept = [Window::default(); KEPT];
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        for (i, window) in kept.iter_mut().enumerate().take(windows) {
            *window = find(stage, phases, base, y, x, i);
        }
        for (o, out) in out.iter_mut().enumerate() {
            let mut largest = i32::MIN;
            for i in 0..windows {
                let window = if i < KEPT { kept[i] } else { find(stage, phases, base, y, x, i) };
                let bias = biases[window.phase * channels + o];
                let acc = bias.wrapping_add(taps(stage, &phases[window.phase], memory.input, weights, window.at, o));
                largest = largest.max(acc);
            }
            *out = finish.value(largest, o);
        }
    }
}

/// Window `i` of the pooled output (y, x). `base` is the number of the strip's first row.
fn find(stage: &Stage, phases: &[Phase], base: usize, y: usize, x: usize, i: usize) -> Window {
    let (pool_h, pool_w) = (stage.pool_h as usize, stage.pool_w as usize);
    // Divisions are slow on small processors, and mostly by 1.
    let split = |value: usize, by: usize| if by == 1 { (value, 0) } else { (value / by, value % by) };
    let (down, across) = split(i, pool_w);
    let (row, row_phase) = split(y * pool_h + down, stage.phases_h as usize);
    let (column, column_phase) = split(x * pool_w + across, stage.phases_w as usize);
    let phase = row_phase * stage.phases_w as usize + column_phase;
    let row = row * stage.step_h as usize + phases[phase].row as usize - base;
    let column = column * stage.step_w as usize + phases[phase].column as usize;
    Window { phase, at: row * stage.input.pitch as usize + column * stage.input.channels as usize }
}

/// Σ over the taps of one output channel, the first at `at` in the strip.
#[inline]
fn taps<W: Pod + Into<i32>>(
    stage: &Stage,
    phase: &Phase,
    input: &[i8],
    weights: &[W],
    at: usize,
    out_channel: usize,
) -> i32 {
    let all = stage.input.channels as usize;
    let (taps_h, taps_w) = (phase.taps_h as usize, phase.taps_w as usize);
    let down = stage.dilation_h as usize * stage.input.pitch as usize;
    let plain = stage.groups == 1 && stage.dilation_w == 1;
    let (per_group, group) = if stage.groups == 1 {
        (all, 0)
    } else {
        let groups = stage.groups as usize;
        (all / groups, out_channel / (stage.out_channels as usize / groups))
    };
    let row_weights = taps_w * per_group;
    if row_weights == 0 {
        // A phase without taps: its window may lie anywhere.
        return 0;
    }
    let mut weights = &weights[phase.weights as usize + out_channel * taps_h * row_weights..];
    if plain && down == row_weights {
        // The rows of the kernel lie behind each other, as in a signal.
        let taps = taps_h * row_weights;
        return dot(&input[at..at + taps], &weights[..taps]);
    }
    let mut at = at;
    let mut sum = 0_i32;
    if plain && row_weights == 1 {
        // A dot product of a single value costs more around it.
        for w in &weights[..taps_h] {
            sum = sum.wrapping_add(i32::from(input[at]).wrapping_mul((*w).into()));
            at += down;
        }
        return sum;
    }
    for _ in 0..taps_h {
        let (row, rest) = weights.split_at(row_weights);
        weights = rest;
        if plain {
            sum = sum.wrapping_add(dot(&input[at..at + row_weights], row));
        } else {
            for (kx, w) in row.chunks_exact(per_group).enumerate() {
                let at = at + kx * stage.dilation_w as usize * all + group * per_group;
                sum = sum.wrapping_add(dot(&input[at..at + per_group], w));
            }
        }
        at += down;
    }
    sum
}
