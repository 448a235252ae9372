//! Packs convolutions for vectors; see the runtime's `simd16` for the arithmetic.

use super::portable;
use crate::error::{Error, Result};
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{BranchTaps, ConvNode, Node};
use crate::lower::option::PlanOption;
use picoae::plan::params::output::OutputParams;
use picoae::plan::params::simd16::{LANES, Runs, STEP, Simd16Params, is_few, scratch_bytes};
use picoae::plan::{Branches, Kernel, Scale, Stage};

/// Positions that are made at a time: few enough for their values and sums to stay in the fastest cache, many enough for
/// a block of weights to be read there often.
const POSITIONS: usize = 128;

/// The record of a convolution, if the kernel can compute it.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(node: &Node, c: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    if c.groups != 1 || c.dilation[1] != 1 || c.pool[0] * c.pool[1] > 256 {
        return Ok(None);
    }
    let each = node.output[1] * c.pool[0] * c.pool[1];
    let rows = (option.rows(POSITIONS) / each).max(1).next_multiple_of(c.branches[0]).min(node.output[0]);
    let mut draft = ConvDraft::new(node, c, rows)?;
    draft.stage.kernel = Kernel::Simd16.code();
    draft.stage.geometry = draft.geometry.words();
    let few = is_few(&draft.stage);
    let outputs = node.output[2];
    let lanes = if few { 1 } else { LANES };
    let padded = outputs.next_multiple_of(lanes);
    let (mut weights, mut bias): (Vec<i16>, Vec<i32>) = (Vec::new(), Vec::new());
    for (branch, taps) in draft.branches.iter_mut().zip(&c.taps) {
        branch.weights = weights.len() as u32;
        let runs = Runs::of(&draft.stage, branch);
        for block in 0..padded / lanes {
            weights.extend(packed(taps, runs, block * lanes, lanes, outputs));
        }
        bias.extend(&taps.bias);
        bias.resize(bias.len() + padded - outputs, 0);
    }
    let mut scales = c.finish.scales.clone();
    if scales.len() == 1 {
        scales.resize(outputs, scales[0]);
    }
    scales.resize(padded, Scale { multiplier: 0, shift: -1 });
    let params = Simd16Params {
        weights: data.push(&weights),
        bias: data.push(&bias),
        output: OutputParams { scales: data.push(&scales), ..portable::output(&c.finish, data) },
    };
    draft.stage.parameters = params.words();
    let bytes = scratch_bytes(&draft.stage, &Branches::cast(&draft.branches));
    draft.stage.scratch.bytes = u32::try_from(bytes).map_err(|_| Error::invalid("a layer is too wide for a plan"))?;
    Ok(Some(draft.finish(data)))
}

/// The weights of `lanes` outputs from `first` on, run by run: in pairs of values, or in steps of eight for one output.
fn packed(taps: &BranchTaps, runs: Runs, first: usize, lanes: usize, outputs: usize) -> Vec<i16> {
    let (count, values) = (runs.count as usize, runs.values as usize);
    let each = count * values;
    let value = |o: usize, run: usize, v: usize| {
        let there = o < outputs && v < values;
        if there { taps.weights[o * each + run * values + v] } else { 0 }
    };
    let mut out = Vec::with_capacity(runs.weights(lanes == 1) as usize);
    for run in 0..count {
        if lanes == 1 {
            out.extend((0..values.next_multiple_of(STEP)).map(|v| value(first, run, v)));
            continue;
        }
        for pair in 0..values.div_ceil(2) {
            for o in first..first + lanes {
                out.extend([value(o, run, 2 * pair), value(o, run, 2 * pair + 1)]);
            }
        }
    }
    out
}
