//! Packs the convolution of a one-channel signal; see the runtime's `conv1d_c1_pool2` for what it can do.

use super::conv_dsp::{fits, is_signal, numbers_fit, plain, scales};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{ConvNode, Node, NodeOp};
use crate::lower::option::PlanOption;
use picoae::plan::params::conv1d_c1_pool2::Conv1dC1Params;
use picoae::plan::{Kernel, LayoutKind, Span, Stage};

/// Rows made at a time.
const TILE: usize = 12;

/// The record of a convolution for this kernel, if it can compute it.
pub(crate) fn stage(nodes: &[Node], conv: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    let node = &nodes[0];
    let shape = node.input[2] == 1 && is_signal(node, conv) && plain(conv) && node.output[0].is_multiple_of(2);
    let single = conv.branches == [1, 1] && conv.step == [1, 1] && conv.pool == [2, 1];
    let taps = (1..=5).contains(&conv.taps[0].taps[0]);
    // What it writes must be what a sliding kernel reads, at the same zero point.
    let finish = &conv.finish;
    let rectified = finish.table.is_none() && finish.zero_point == -128 && finish.range == [-128, 127];
    let read = matches!(nodes.get(1), Some(n) if matches!(&n.op, NodeOp::Conv(c)
        if is_signal(n, c) && c.input_zero_point == -128 && fits(&nodes[1..], c)));
    if !(shape && single && taps && rectified && read && numbers_fit(node, conv)) {
        return Ok(None);
    }
    let mut draft = ConvDraft::new(node, conv, 1)?;
    let stage = &mut draft.stage;
    stage.kernel = Kernel::Conv1dC1Pool2.code();
    // An even number that the output has room for.
    stage.tile = (option.rows(TILE) & !1).min(node.output[0]) as u16;
    stage.parameters = Conv1dC1Params { channels: Span::EMPTY }.words();
    let b = &mut stage.input;
    (b.layout, b.column, b.pitch) = (LayoutKind::Pairs.code(), 2, 2);
    Ok(Some(draft.finish(data)))
}

/// Weights and scales.
pub(crate) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    // Packed rows hold values as they are, pairs without their zero point.
    let rectified = !next.is_some_and(|n| n.input.is_packed());
    let mut packed: Vec<u8> = Vec::new();
    let t = &conv.taps[0];
    for (o, scale) in scales(conv, usize::from(stage.out_channels), rectified).iter().enumerate() {
        let tap = |k: usize| if k < t.taps[0] { t.weights[o * t.taps[0] + k] } else { 0 };
        for k in [0, 1, 2, 3, 1, 2, 3, 4] {
            packed.extend_from_slice(&tap(k).to_ne_bytes());
        }
        packed.extend_from_slice(bytemuck::bytes_of(scale));
    }
    stage.parameters = Conv1dC1Params { channels: data.push(&packed) }.words();
}

/// What the first tile may be: any even number below a tile, or a tile.
pub(super) fn first_tiles(stage: &Stage) -> Vec<u16> {
    (2..stage.tile).step_by(2).chain([0]).collect()
}
