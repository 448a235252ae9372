//! Forms for the workstation: convolutions in vectors; see `picoae`'s `forms::vector` for the arithmetic.

use crate::error::{Error, Result};
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Node, NodeOp, PhaseTaps};
use bytemuck::pod_read_unaligned;
use picoae::Form;
use picoae::plan::{Phase, Phases, Runs, Scale, Span, Stage, is_few, vector_bytes};

/// Positions that are made at a time: few enough for their values and sums to stay in the fastest cache, many enough for
/// a block of weights to be read there often.
const POSITIONS: usize = 128;

/// Outputs that are made together.
const LANES: usize = 16;

/// The record of `node` in the best form for it; `None`: the portable one.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(node: &Node, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    match &node.op {
        NodeOp::Conv(conv) if conv.groups == 1 && conv.dilation[1] == 1 && conv.pool[0] * conv.pool[1] <= 256 => {
            vector(node, conv, data, choice).map(Some)
        }
        _ => Ok(None),
    }
}

fn vector(node: &Node, c: &ConvNode, data: &mut Data, choice: Choice) -> Result<Stage> {
    let each = node.output[1] * c.pool[0] * c.pool[1];
    let rows = (choice.rows(POSITIONS) / each).max(1).next_multiple_of(c.phases[0]).min(node.output[0]);
    let mut own = Data::default();
    let mut stage = stage::stage(node, rows, &mut own)?;
    let read = |span: Span| &own.bytes[span.offset as usize..(span.offset + span.bytes) as usize];
    let mut phases: Vec<Phase> = read(stage.phases).chunks_exact(size_of::<Phase>()).map(pod_read_unaligned).collect();

    stage.form = Form::Vector.code();
    stage.weight_bits = 16;
    let few = is_few(&stage);
    let outputs = node.output[2];
    let lanes = if few { 1 } else { LANES };
    let padded = outputs.next_multiple_of(lanes);
    let (mut weights, mut bias): (Vec<i16>, Vec<i32>) = (Vec::new(), Vec::new());
    for (phase, taps) in phases.iter_mut().zip(&c.taps) {
        phase.weights = weights.len() as u32;
        let runs = Runs::of(&stage, phase);
        for block in 0..padded / lanes {
            weights.extend(packed(taps, runs, block * lanes, lanes, outputs));
        }
        bias.extend(&taps.bias);
        bias.resize(bias.len() + padded - outputs, 0);
    }
    let mut scales: Vec<Scale> = read(stage.scales).chunks_exact(size_of::<Scale>()).map(pod_read_unaligned).collect();
    if scales.len() == 1 {
        scales.resize(outputs, scales[0]);
    }
    scales.resize(padded, Scale { multiplier: 0, shift: -1 });
    stage.phases = data.push(&phases);
    stage.weights = data.push(&weights);
    stage.bias = data.push(&bias);
    stage.scales = data.push(&scales);
    if stage.has_table != 0 {
        stage.table = data.push(read(stage.table));
    }
    let bytes = vector_bytes(&stage, &Phases::of(&stage, &data.bytes));
    stage.scratch_bytes = u32::try_from(bytes).map_err(|_| Error::invalid("a layer is too wide for a plan"))?;
    Ok(stage)
}

/// The weights of `lanes` outputs from `first` on, run by run: in pairs of values, or in steps of eight for one output.
fn packed(taps: &PhaseTaps, runs: Runs, first: usize, lanes: usize, outputs: usize) -> Vec<i16> {
    let (count, values) = (runs.count as usize, runs.values as usize);
    let each = count * values;
    let value = |o: usize, run: usize, v: usize| {
        let there = o < outputs && v < values;
        if there { taps.weights[o * each + run * values + v] } else { 0 }
    };
    let mut out = Vec::with_capacity(runs.weights(lanes == 1) as usize);
    for run in 0..count {
        if lanes == 1 {
            out.extend((0..values.next_multiple_of(8)).map(|v| value(first, run, v)));
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
