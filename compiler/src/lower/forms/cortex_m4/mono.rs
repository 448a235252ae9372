//! Packs the convolution of a one-channel signal; see `picoae`'s `forms::mono` for what it can do.

use super::slide::{NOTHING, fits, is_signal, numbers_fit, plain, scales};
use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Node, NodeOp};
use picoae::Form;
use picoae::plan::{Layout, Phase, Stage};

/// Rows made at a time.
const TILE: usize = 12;

/// The record of a convolution in this form, if that can compute it.
pub(super) fn stage(nodes: &[Node], conv: &ConvNode, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    let node = &nodes[0];
    let shape = node.input[2] == 1 && is_signal(node, conv) && plain(conv) && node.output[0].is_multiple_of(2);
    let single = conv.phases == [1, 1] && conv.step == [1, 1] && conv.pool == [2, 1];
    let taps = (1..=5).contains(&conv.taps[0].taps[0]);
    // What it writes must be what a sliding kernel reads, at the same zero point.
    let finish = &conv.finish;
    let rectified = finish.table.is_none() && finish.zero_point == -128 && finish.range == [-128, 127];
    let read = matches!(nodes.get(1), Some(n) if matches!(&n.op, NodeOp::Conv(c)
        if is_signal(n, c) && c.input_zero_point == -128 && fits(&nodes[1..], c)));
    if !(shape && single && taps && rectified && read && numbers_fit(node, conv)) {
        return Ok(None);
    }
    let mut apart = Data::default();
    let mut stage = stage::stage(node, 1, &mut apart)?;
    let raw = &apart.bytes[stage.phases.offset as usize..][..stage.phases.bytes as usize];
    let mut phases: Vec<Phase> = raw.chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    phases[0].weights = 0;
    stage.form = Form::Mono.code();
    stage.weight_bits = 16;
    // An even number that the output has room for.
    stage.tile = (choice.rows(TILE) & !1).min(node.output[0]) as u16;
    stage.phases = data.push(&phases);
    (stage.weights, stage.bias, stage.scales, stage.table) = (NOTHING, NOTHING, NOTHING, NOTHING);
    let b = &mut stage.input;
    (b.layout, b.column, b.pitch) = (Layout::Pairs.code(), 2, 2);
    Ok(Some(stage))
}

/// Weights and scales.
pub(super) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    // Fields hold values as they are, pairs without their zero point.
    let rectified = !next.is_some_and(|n| n.input.is_fields());
    let mut packed: Vec<u8> = Vec::new();
    let t = &conv.taps[0];
    for (o, scale) in scales(conv, usize::from(stage.out_channels), rectified).iter().enumerate() {
        let tap = |k: usize| if k < t.taps[0] { t.weights[o * t.taps[0] + k] } else { 0 };
        for k in [0, 1, 2, 3, 1, 2, 3, 4] {
            packed.extend_from_slice(&tap(k).to_le_bytes());
        }
        packed.extend_from_slice(bytemuck::bytes_of(scale));
    }
    stage.weights = data.push(&packed);
}
