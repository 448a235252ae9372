//! Convolution with phases: plain, strided, dilated, grouped, transposed, or behind an upsampling; with an optional
//! max-pooling of its accumulators.

use super::{Finish, RowTask, dot, phases_of};
use crate::plan::{Phase, Stage};
use bytemuck::Pod;

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
    let (pool_h, pool_w) = (stage.pool_h as usize, stage.pool_w as usize);
    let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        for (o, out) in out.iter_mut().enumerate() {
            let mut largest = i32::MIN;
            for r in y * pool_h..(y + 1) * pool_h {
                for c in x * pool_w..(x + 1) * pool_w {
                    let number = r % phases_h * phases_w + c % phases_w;
                    let phase = &phases[number];
                    let row = r / phases_h * stage.step_h as usize + phase.row as usize - base;
                    let column = c / phases_w * stage.step_w as usize + phase.column as usize;
                    let bias = biases[number * channels + o];
                    let acc = bias.wrapping_add(taps(stage, phase, memory.input, weights, row, column, o));
                    largest = largest.max(acc);
                }
            }
            *out = finish.value(largest, o);
        }
    }
}

/// Σ over the taps of one output channel. `row` counts within the strip, `column` with the left padding.
#[inline]
fn taps<W: Pod + Into<i32>>(
    stage: &Stage,
    phase: &Phase,
    input: &[i8],
    weights: &[W],
    row: usize,
    column: usize,
    out_channel: usize,
) -> i32 {
    let all = stage.input.channels as usize;
    let per_group = all / stage.groups as usize;
    let group = out_channel / (stage.out_channels as usize / stage.groups as usize);
    let (taps_h, taps_w) = (phase.taps_h as usize, phase.taps_w as usize);
    let row_weights = taps_w * per_group;
    let mut sum = 0_i32;
    for ky in 0..taps_h {
        let at = (row + ky * stage.dilation_h as usize) * stage.input.pitch as usize + column * all;
        let w = &weights[phase.weights as usize + (out_channel * taps_h + ky) * row_weights..][..row_weights];
        if stage.groups == 1 && stage.dilation_w == 1 {
            sum = sum.wrapping_add(dot(&input[at..at + row_weights], w));
        } else {
            for kx in 0..taps_w {
                let at = at + kx * stage.dilation_w as usize * all + group * per_group;
                let w = &w[kx * per_group..(kx + 1) * per_group];
                sum = sum.wrapping_add(dot(&input[at..at + per_group], w));
            }
        }
    }
    sum
}
