//! One output channel in two branches side by side, which read nearly the same values: the lanes are the branches.
//!
//! A word of weights is that of the one branch and that of the other, 0 where a branch has no such tap, and activations are
//! used as they lie in the line buffer: for a single channel it does not pay to pack them. Lanes are split every four products;
//! excess taps, what is too much for them, are taken off the weights and come once more behind: an offset in the window and a word.
//!
//! The weights of a pair of branches start at the first one's number of bytes, `[line][column][channel]`, and are followed by
//! as many of those as the second one's number says.

use super::abi::{ChannelLoop, DualPhase};
use super::body;
use crate::kernels::lines::Line;
use crate::plan::params::swar16_streams::TapGrid;
use crate::plan::{Branch, Stage};

/// The outputs of two branches as those of one line.
pub(super) fn merged(a: &Line, b: &Line) -> Line {
    let source = if a.source < b.source { a.source } else { b.source };
    let (source_step, out_step) = (a.source_step / 2, b.out - a.out);
    Line { source, source_step, outputs: a.outputs * 2, out_step, ..*a }
}

/// Makes the sums of a merged line of two branches.
pub(super) fn sums(stage: &Stage, [a, b]: [&Branch; 2], buffer: &[i8], line: &Line, call: &mut ChannelLoop<'_>) {
    let grid = TapGrid::of_both(stage, a, b);
    let (weights, excess, source_step) = (call.weights, b.weights as usize, line.source_step * 2);
    let &[first, second] = call.bias else { return };
    let mut source = line.source;
    for row in 0..line.rows {
        let own = row * line.outputs..(row + 1) * line.outputs;
        let Some(sums) = call.sums.get_mut(own) else { return };
        let bias = [first, second];
        body::dual_phase(&mut DualPhase { buffer, source, source_step, grid, weights, excess, bias, sums });
        source += line.source_down;
    }
}
