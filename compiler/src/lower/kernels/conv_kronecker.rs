//! Packs the convolution of a signal for products of two rows and two weights each; see the runtime's `conv_kronecker` for
//! what it can do.

use super::conv_dsp::{is_signal, plain, stored_as};
use super::high_mul::{high_mul, is_plain_relu};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{BranchTaps, ConvNode, Node, NodeOp, OutputStage};
use crate::lower::option::PlanOption;
use picoae::plan::params::conv_kronecker::{KroneckerParams, LAG, ROWS, scratch_bytes};
use picoae::plan::{Branch, HighMulRequant, Kernel, LayoutKind, Span, Stage};

/// What every sum starts with, which the bias takes off again.
const START: i64 = 1 << 21;

/// The record of a convolution for this kernel behind the stage `writer`, if that can compute it.
pub(crate) fn stage(
    nodes: &[Node],
    conv: &ConvNode,
    writer: Option<&Stage>,
    data: &mut Data,
    option: PlanOption,
) -> Result<Option<Stage>> {
    let node = &nodes[0];
    if !fits(nodes, conv) || !writer.is_none_or(writes_packed_rows) {
        return Ok(None);
    }
    let mut draft = ConvDraft::new(node, conv, 1)?;
    let first = draft.branches[0];
    let stage = &mut draft.stage;
    let b = &mut stage.input;
    if b.pad_top != 1 || first.row + first.taps_h > 3 {
        return Ok(None);
    }
    let pool = conv.pool[0];
    // Outputs lag behind the rows, so a window is that of the output before, and its last row is one more.
    let wanted = node.output[0] * pool + 3;
    b.pad_bottom = b.pad_bottom.max(wanted.saturating_sub(1 + node.input[0]) as u16);
    (b.layout, b.column, b.pitch) = (LayoutKind::PackedRows22.code(), 2, 2);
    // What makes it a signal; how long is known later.
    b.plane = 4;
    stage.kernel = Kernel::ConvKronecker.code();
    // Pooling makes few rows, and behind the last stage nothing must hold many.
    let twice = pool == 2 || nodes.len() == 1;
    let positions = if twice { option.rows(2 * ROWS) } else { option.rows(ROWS).max(ROWS) };
    // No more than there are, the first two of which are none.
    let all = (node.output[0] * pool + LAG).next_multiple_of(ROWS);
    stage.tile = (positions.min(all) / pool) as u16;
    stage.first_tile = stage.tile - (LAG / pool) as u16;
    let params = KroneckerParams {
        weights: data.push(&pack(&conv.taps[0], usize::from(first.row), node.input[2])),
        scales: Span::EMPTY,
        table: Span::EMPTY,
        stored: 0,
    };
    stage.parameters = params.words();
    stage.scratch.bytes = scratch_bytes(node.output[2]) as u32;
    draft.branches = vec![Branch { row: 1, taps_h: 3, column: 0, taps_w: 1, weights: 0 }];
    Ok(Some(draft.finish(data)))
}

/// Whether a stage can write packed rows.
fn writes_packed_rows(writer: &Stage) -> bool {
    match Kernel::from_code(writer.kernel) {
        Some(Kernel::Portable | Kernel::Conv1dC1Pool2) => true,
        Some(Kernel::ConvKronecker) => writer.out_height.is_multiple_of(2),
        _ => false,
    }
}

/// Whether the kernel can compute the first of `nodes`.
fn fits(nodes: &[Node], conv: &ConvNode) -> bool {
    let node = &nodes[0];
    let image_behind = nodes.get(1).is_some_and(|n| matches!(&n.op, NodeOp::Conv(c) if !is_signal(n, c)));
    let shape = is_signal(node, conv) && !image_behind && plain(conv) && node.output[0] > 1;
    let plain = conv.branches == [1, 1] && conv.step == [1, 1] && (conv.pool == [1, 1] || conv.pool == [2, 1]);
    // Few channels would not make up for taking the fields apart.
    shape && plain && node.input[2] >= 3 && conv.taps[0].taps[0] <= 3 && sums_fit(node, conv)
}

/// Whether every field holds its sum, and every scale is a right shift.
fn sums_fit(node: &Node, conv: &ConvNode) -> bool {
    let t = &conv.taps[0];
    let (rows, channels) = (t.taps[0], node.input[2]);
    (0..node.output[2]).all(|o| {
        let tap = |k: usize| -> i64 {
            let row = |k: usize| &t.weights[(o * rows + k) * channels..][..channels];
            if k < rows { row(k).iter().map(|w| i64::from(w.abs())).sum() } else { 0 }
        };
        // Where there are fewer than three, any of them may be the middle one.
        let sums = [tap(0), tap(1), tap(2)];
        let all: i64 = sums.iter().sum();
        let middle = if rows == 3 { sums[1] } else { all };
        let outer = if rows == 3 { all - middle } else { all };
        outer <= (START - (1 << 19)) / 128
            && all < START / 128
            && middle < (1 << 19) / 128
            && scale(&conv.finish, t, o).is_some()
    })
}

/// The requantization of channel `o`.
fn scale(finish: &OutputStage, t: &BranchTaps, o: usize) -> Option<HighMulRequant> {
    let bias = i64::from(t.bias[o]);
    // With the sum itself, below 2³⁰.
    if bias.abs() > 1 << 29 { None } else { high_mul(finish, o, bias - START, false) }
}

/// Pairs of words (w₂ + w₁·2²², w₀) `[out][channel]`; `row` is that of the first tap.
fn pack(t: &BranchTaps, row: usize, channels: usize) -> Vec<u32> {
    let rows = t.taps[0];
    let mut words = Vec::with_capacity(2 * channels * t.bias.len());
    for o in 0..t.bias.len() {
        for c in 0..channels {
            let weight = |k: usize| -> i32 {
                let tap = k.checked_sub(row).filter(|tap| *tap < rows);
                tap.map_or(0, |tap| i32::from(t.weights[(o * rows + tap) * channels + c]))
            };
            words.push((weight(2) + (weight(1) << 22)) as u32);
            words.push(weight(0) as u32);
        }
    }
    words
}

/// Scales, and the table of what is stored.
pub(crate) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let packed = next.is_some_and(|n| n.input.is_packed());
    let finish = &conv.finish;
    // Packed rows hold values as they are: what saturates at their end is rectified.
    let saturates = finish.table.is_none() && finish.zero_point == -128 && finish.range == [-128, 127];
    let rectified = if packed { saturates } else { is_plain_relu(finish, next) };
    let (zero_point, outputs) = (if rectified && !packed { 0 } else { finish.zero_point }, stage.out_channels as usize);
    let finish = OutputStage { zero_point, ..finish.clone() };
    let scales: Vec<_> = (0..outputs).filter_map(|o| scale(&finish, &conv.taps[0], o)).collect();
    let scales = data.push(&scales);
    let (stored, table) = stored_as(conv, rectified, next, data);
    let params = KroneckerParams::of(&stage.parameters);
    stage.parameters = KroneckerParams { scales, table, stored, ..*params }.words();
}

/// What the first tile may be: four rows and any number of six more, below a tile.
pub(super) fn first_tiles(stage: &Stage) -> Vec<u16> {
    let pool = stage.conv().pool_h;
    ((ROWS - LAG) as u16 / pool..stage.tile).step_by(ROWS / usize::from(pool)).collect()
}
