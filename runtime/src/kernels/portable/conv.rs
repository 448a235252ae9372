//! Convolution in polyphase branches: plain, strided, dilated, grouped, transposed, or behind an upsampling; with an optional
//! max-pooling of its accumulators.

use super::dot::dot;
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::{Task, branches_of};
use crate::plan::params::portable::ConvParams;
use crate::plan::{Branch, Stage};
use bytemuck::Pod;

/// Windows of a pooled output that are found once for all output channels; further ones are found for each.
const KEPT: usize = 4;

/// What a kernel sees for one position of its output.
#[derive(Clone, Copy, Default)]
struct TapWindow {
    /// Number of the branch.
    branch: usize,
    /// Offset of its first value in the line buffer.
    at: usize,
}

/// Makes one output row. Padding lies in the line buffer, and the input's zero point is folded into the biases, so an output
/// is a bias and one dot product for each kernel row.
pub(super) fn row<W: Pod + Into<i32>>(task: &mut Task<'_>) {
    let (stage, params) = (task.stage, ConvParams::of(&task.stage.parameters));
    let conv = stage.conv();
    let weights = task.cast(params.weights);
    let biases: &[i32] = task.cast(params.bias);
    let branches = branches_of(stage, task.data);
    let output = OutputStage::new(&params.output, task.data);
    let (base, y) = (task.base, task.y);
    let Some(memory) = task.memory() else { return };

    let channels = stage.out_channels as usize;
    if channels == 0 {
        return;
    }
    let windows = conv.pool_h as usize * conv.pool_w as usize;
    let taps = Taps::<W>::new(stage, params, memory.input, weights);
    let mut kept = [TapWindow::default(); KEPT];
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        for (i, window) in kept.iter_mut().enumerate().take(windows) {
            *window = find(stage, branches, base, y, x, i);
        }
        for (o, out) in out.iter_mut().enumerate() {
            let mut largest = i32::MIN;
            for i in 0..windows {
                let window = match kept.get(i) {
                    Some(window) => *window,
                    None => find(stage, branches, base, y, x, i),
                };
                let bias = biases.get(window.branch * channels + o).copied().unwrap_or(0);
                let Some(branch) = branches.get(window.branch) else { return };
                let acc = bias.wrapping_add(taps.sum(branch, window.at, o));
                largest = largest.max(acc);
            }
            *out = output.value(largest, o);
        }
    }
}

/// A quotient and its remainder. Divisions are slow on small processors, and mostly by 1.
fn split(value: usize, by: u16) -> (usize, usize) {
    let by = by as usize;
    if by <= 1 { (value, 0) } else { (value / by, value % by) }
}

/// TapWindow `i` of the pooled output (y, x). `base` is the number of the line buffer's first row.
fn find(stage: &Stage, branches: &[Branch], base: usize, y: usize, x: usize, i: usize) -> TapWindow {
    let conv = stage.conv();
    let (down, across) = split(i, conv.pool_w);
    let (row, row_branch) = split(y * conv.pool_h as usize + down, conv.branches_h);
    let (column, column_branch) = split(x * conv.pool_w as usize + across, conv.branches_w);
    let number = row_branch * conv.branches_w as usize + column_branch;
    let Some(branch) = branches.get(number) else { return TapWindow::default() };
    let row = row * conv.step_h as usize + branch.row as usize - base;
    let column = column * conv.step_w as usize + branch.column as usize;
    TapWindow { branch: number, at: row * stage.input.pitch as usize + column * stage.input.channels as usize }
}

/// The dot product of kernel rows. A function of its own: inlined, its loop counts in memory for want of registers.
#[inline(never)]
fn dot_of_rows<W: Pod + Into<i32>>(x: &[i8], w: &[W]) -> i32 {
    dot(x, w)
}

/// What is the same for all outputs of a row.
struct Taps<'a, W> {
    input: &'a [i8],
    weights: &'a [W],
    /// From kernel row to kernel row, and from tap to tap, in the line buffer.
    down: usize,
    across: usize,
    /// Whether the values under a kernel row lie side by side.
    plain: bool,
    /// Input channels of a group.
    group_inputs: usize,
    /// Output channels of a group; 0 where there is one.
    group_outputs: usize,
}

impl<'a, W: Pod + Into<i32>> Taps<'a, W> {
    #[inline(always)]
    fn new(stage: &Stage, params: &ConvParams, input: &'a [i8], weights: &'a [W]) -> Self {
        let conv = stage.conv();
        let (all, groups) = (stage.input.channels as usize, params.groups as usize);
        let (group_inputs, group_outputs) =
            if groups <= 1 { (all, 0) } else { (all / groups, stage.out_channels as usize / groups) };
        Self {
            input,
            weights,
            down: conv.dilation_h as usize * stage.input.pitch as usize,
            across: conv.dilation_w as usize * all,
            plain: groups <= 1 && conv.dilation_w == 1,
            group_inputs,
            group_outputs,
        }
    }

    /// Σ over the taps of one output channel, the first at `at` in the line buffer.
    #[inline(never)]
    fn sum(&self, branch: &Branch, mut at: usize, out_channel: usize) -> i32 {
        let row_weights = branch.taps_w as usize * self.group_inputs;
        if row_weights == 0 {
            // A branch without taps: its window may lie anywhere.
            return 0;
        }
        let count = branch.taps_h as usize * row_weights;
        let first = branch.weights as usize + out_channel * count;
        let Some(mut weights) = self.weights.get(first..first + count) else { return 0 };
        if self.plain && self.down == row_weights {
            // The rows of the kernel lie behind each other, as in a signal.
            let Some(input) = self.input.get(at..at + count) else { return 0 };
            return dot_of_rows(input, weights);
        }
        let mut sum = 0_i32;
        if self.plain && row_weights == 1 {
            // A dot product of a single value costs more around it.
            for w in weights {
                let x = self.input.get(at).map_or(0, |x| i32::from(*x));
                sum = sum.wrapping_add(x.wrapping_mul((*w).into()));
                at += self.down;
            }
            return sum;
        }
        let group = out_channel.checked_div(self.group_outputs).unwrap_or(0) * self.group_inputs;
        while let Some((row, later)) = weights.split_at_checked(row_weights) {
            weights = later;
            if self.plain {
                let Some(input) = self.input.get(at..at + row_weights) else { return 0 };
                sum = sum.wrapping_add(dot_of_rows(input, row));
            } else {
                let mut from = at + group;
                let mut left = row;
                while let Some((tap, later)) = left.split_at_checked(self.group_inputs) {
                    left = later;
                    let Some(input) = self.input.get(from..from + self.group_inputs) else { return 0 };
                    sum = sum.wrapping_add(dot(input, tap));
                    from += self.across;
                }
            }
            at += self.down;
        }
        sum
    }
}
