//! Packs convolutions for the sliding kernel; see the runtime's `conv_dsp` for what it can do.

use super::high_mul::{high_mul, is_plain_relu, output_table};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{BranchTaps, ConvNode, Node, NodeOp};
use crate::lower::option::PlanOption;
use picoae::plan::params::conv_dsp::{ConvDspParams, stored};
use picoae::plan::{HighMulRequant, Kernel, LayoutKind, Span, Stage};

/// Positions that a call makes of a signal.
const POSITIONS: usize = 6;

/// The record of a convolution for `conv_dsp`, if it can compute it.
pub(crate) fn stage(nodes: &[Node], conv: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    let node = &nodes[0];
    if !fits(nodes, conv) {
        return Ok(None);
    }
    let signal = is_signal(node, conv);
    let rows = if signal { 1 } else { option.rows(1).clamp(1, node.output[0]) };
    let mut draft = ConvDraft::new(node, conv, rows)?;
    let planes = node.input[2].div_ceil(2).next_multiple_of(4);
    let differences = if signal && pairs_behind(nodes) { differences(node, conv) } else { None };
    // The five int8 weights that the sums came from take half of the room.
    let five = differences.as_ref().filter(|_| !option.wide()).and_then(|pairs| of_five(conv, pairs));
    let wide = signal
        && five.is_none()
        && (option.wide() || conv.taps.iter().any(|t| t.weights.iter().any(|w| i8::try_from(*w).is_err())));
    let mut weights = Vec::new();
    for (i, (taps, branch)) in conv.taps.iter().zip(&mut draft.branches).enumerate() {
        if i == 0 && differences.is_some() {
            continue;
        }
        branch.weights = weights.len() as u32;
        if let Some(five) = &five {
            pack_five(&mut weights, five, node.input[2], planes);
            continue;
        }
        pack(&mut weights, taps, node.input[2], planes, signal, wide);
    }
    if let Some(pairs) = &differences {
        draft.stage.scratch.bytes = planes as u32 * 28;
        draft.branches[0].weights = 0;
        if five.is_none() {
            pack_differences(&mut weights, pairs, node.input[2], planes);
        }
    }
    let params = ConvDspParams {
        weights: data.push(&weights),
        scales: Span::EMPTY,
        table: Span::EMPTY,
        stored: 0,
        even_outputs: match (&differences, &five) {
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(_), Some(_)) => 2,
        },
        // Where constants are to be few, code is, too.
        any_distance: u8::from(!option.wide()),
        weight_bits: if wide { 16 } else { 8 },
    };
    draft.stage.kernel = Kernel::ConvDsp.code();
    draft.stage.parameters = params.words();
    let stage = &mut draft.stage;
    let b = &mut stage.input;
    b.layout = if wide { LayoutKind::PairsUndoubled } else { LayoutKind::Pairs }.code();
    b.column = 4;
    if signal {
        b.pitch = 4;
        // What makes it a signal; how long is known later.
        b.plane = 8;
        // Pooling makes few rows, and behind the last stage nothing must hold many.
        let twice = conv.pool[0] == 2 || nodes.len() == 1;
        let positions = if twice { option.rows(2 * POSITIONS) } else { option.rows(POSITIONS).max(POSITIONS) };
        let outputs = positions * conv.branches[0] / conv.pool[0];
        stage.tile = outputs.min(node.output[0].next_multiple_of(conv.branches[0])) as u16;
    } else {
        let edges = conv.step[1] == 1 && conv.branches == [1, 1] && conv.taps[0].taps[1] == 3 && node.output[1] == 7;
        let columns = if edges && (b.width, b.pad_left, b.pad_right) == (7, 1, 1) {
            b.layout = LayoutKind::PairsUnpadded.code();
            usize::from(b.width)
        } else {
            b.padded_width()
        };
        b.plane = columns as u32 * 4;
        b.pitch = planes as u32 * b.plane;
    }
    Ok(Some(draft.finish(data)))
}

/// Whether the sliding kernels can compute the first of `nodes`.
pub(super) fn fits(nodes: &[Node], conv: &ConvNode) -> bool {
    let node = &nodes[0];
    // The outputs of a signal lie at most 8 bytes apart, which is so unless the next line buffer is an image's.
    let image_behind = nodes.get(1).is_some_and(|n| matches!(&n.op, NodeOp::Conv(c) if !is_signal(n, c)));
    let fits = if is_signal(node, conv) { signal_fits(conv) && !image_behind } else { image_fits(conv) };
    // Few channels would leave most of the four pairs empty.
    fits && node.input[2] >= 3 && numbers_fit(node, conv)
}

/// Whether everything has one column and no padding beside it, so that the taps slide along rows.
pub(super) fn is_signal(node: &Node, conv: &ConvNode) -> bool {
    let one_column = node.input[1] == 1 && node.output[1] == 1 && node.input_roi(1) == (0..1);
    one_column && conv.taps.iter().all(|t| t.taps[1] == 1 && t.column == 0)
}

/// Whether a signal's taps and steps are those of the kernels.
fn signal_fits(conv: &ConvNode) -> bool {
    let branches = conv.branches[0];
    let pooled = conv.pool == [1, 1] || (conv.pool == [2, 1] && branches == 1);
    // The kernels double weights of 16 bits.
    let taps = conv.taps.iter().all(|t| (1..=3).contains(&t.taps[0]) && t.weights.iter().all(|w| w.abs() < 1 << 14));
    plain(conv) && pooled && taps && conv.step == [1, 1] && branches <= 2 && conv.branches[1] == 1
}

/// Whether an image's taps and steps are those of the kernels.
fn image_fits(conv: &ConvNode) -> bool {
    let taps = conv.taps.iter().all(|t| {
        let narrow = t.weights.iter().all(|w| i8::try_from(*w).is_ok());
        let step = conv.step[1] == 1 || (conv.step[1] == 2 && t.taps[1] == 3);
        narrow && step && (1..=7).contains(&t.taps[0]) && (1..=3).contains(&t.taps[1])
    });
    plain(conv) && taps && conv.pool == [1, 1] && conv.branches[1] <= 2
}

pub(super) fn plain(conv: &ConvNode) -> bool {
    conv.groups == 1 && conv.dilation == [1, 1]
}

/// Whether every accumulator stays below 2³⁰, and every scale is a right shift.
pub(super) fn numbers_fit(node: &Node, conv: &ConvNode) -> bool {
    let zero = i64::from(conv.input_zero_point);
    let largest = (127 - zero).max(zero + 128);
    conv.taps.iter().all(|t| {
        (0..node.output[2]).all(|o| {
            let each = t.weights.len() / node.output[2];
            let sum: i64 = t.weights[o * each..(o + 1) * each].iter().map(|w| i64::from(w.abs())).sum();
            let bias = unfolded(t, zero, o, node.output[2]);
            // The branches share their scales, and so their biases.
            bias == unfolded(&conv.taps[0], zero, o, node.output[2])
                && bias.abs() + sum * largest < 1 << 30
                && high_mul(&conv.finish, o, bias, false).is_some()
        })
    })
}

/// The bias of channel `o` for activations without their zero point.
pub(super) fn unfolded(t: &BranchTaps, zero: i64, o: usize, outputs: usize) -> i64 {
    let each = t.weights.len() / outputs;
    let sum: i64 = t.weights[o * each..(o + 1) * each].iter().map(|w| i64::from(*w)).sum();
    i64::from(t.bias[o]) + zero * sum
}

/// Appends a branch's weights. In a signal the kernel's rows are the taps.
fn pack(out: &mut Vec<u8>, t: &BranchTaps, channels: usize, planes: usize, signal: bool, wide: bool) {
    let (rows, taps) = if signal { (1, 3) } else { (t.taps[0], t.taps[1]) };
    let real = if signal { t.taps[0] } else { t.taps[1] };
    let outputs = t.bias.len();
    for o in 0..outputs {
        for ky in 0..rows {
            let weight = |j: usize, tap: usize, half: usize| -> i16 {
                let c = 2 * j + half;
                if c < channels && tap < real { t.weights[((o * rows + ky) * real + tap) * channels + c] } else { 0 }
            };
            let mut word = |a: (usize, usize), b: (usize, usize)| {
                for half in 0..2 {
                    out.push(weight(a.0, a.1, half) as i8 as u8);
                    out.push(weight(b.0, b.1, half) as i8 as u8);
                }
            };
            match (wide, taps) {
                (true, _) => {
                    for j in 0..planes {
                        for tap in 0..taps {
                            // Doubled here, because activations beside wide weights are not.
                            out.extend_from_slice(&(2 * weight(j, tap, 0)).to_ne_bytes());
                            out.extend_from_slice(&(2 * weight(j, tap, 1)).to_ne_bytes());
                        }
                    }
                }
                (false, 1) => (0..planes).step_by(2).for_each(|j| word((j, 0), (j + 1, 0))),
                (false, 2) => (0..planes).for_each(|j| word((j, 0), (j, 1))),
                (false, _) => (0..planes).step_by(2).for_each(|j| {
                    word((j, 0), (j, 1));
                    word((j, 2), (j + 1, 2));
                    word((j + 1, 0), (j + 1, 1));
                }),
            }
        }
    }
}

/// Whether the line buffer behind the first of `nodes` is a signal of channel pairs.
fn pairs_behind(nodes: &[Node]) -> bool {
    matches!(nodes.get(1), Some(n) if matches!(&n.op, NodeOp::Conv(c) if is_signal(n, c) && fits(&nodes[1..], c)))
}

/// The weights (w₁, w₃) `[out][channel]` with which even outputs come of odd ones, see `Differences` of the runtime; `None`
/// where the branches are not such.
fn differences(node: &Node, conv: &ConvNode) -> Option<Vec<[i16; 2]>> {
    let [even, odd] = &conv.taps[..] else { return None };
    // Branches of the same rows, as many even outputs as odd ones, and sums of weights that need 16 bits anyway.
    let same = even.row == odd.row && even.taps == [3, 1] && odd.taps == [3, 1] && conv.branches == [2, 1];
    let wide = conv.taps.iter().any(|t| t.weights.iter().any(|w| i8::try_from(*w).is_err()));
    if !(same && wide && node.output[0].is_multiple_of(2)) {
        return None;
    }
    let channels = node.input[2];
    let mut pairs = Vec::new();
    for o in 0..node.output[2] {
        for c in 0..channels {
            let d: [i16; 3] = std::array::from_fn(|t| {
                let at = (o * 3 + t) * channels + c;
                even.weights[at] - odd.weights[at]
            });
            if d[0] + d[1] + d[2] != 0 {
                return None;
            }
            pairs.push([d[0], -d[2]]);
        }
    }
    Some(pairs)
}

/// The five weights `[out][channel]` behind an upsampling by two whose second and fourth are in `pairs`; `None` where they
/// are not int8.
fn of_five(conv: &ConvNode, pairs: &[[i16; 2]]) -> Option<Vec<[i8; 5]>> {
    let odd = &conv.taps[1].weights;
    let channels = odd.len() / 3 / conv.taps[1].bias.len();
    let weights = |i: usize| {
        let [w1, w3] = pairs[i];
        let tap = |t: usize| odd[(i / channels * 3 + t) * channels + i % channels];
        let all = [tap(0), w1, tap(1) - w1, w3, tap(2) - w3];
        let narrow: Vec<i8> = all.iter().filter_map(|w| i8::try_from(*w).ok()).collect();
        narrow.try_into().ok()
    };
    (0..pairs.len()).map(weights).collect()
}

/// Appends them as the format of the artifact tells.
fn pack_five(out: &mut Vec<u8>, weights: &[[i8; 5]], channels: usize, planes: usize) {
    for row in weights.chunks_exact(channels) {
        let weight = |c: usize, tap: usize| row.get(c).map_or(0, |w| w[tap]) as u8;
        for j in (0..planes).step_by(2) {
            for [(a, s), (b, t)] in [
                [(j, 0), (j, 1)],
                [(j, 2), (j, 3)],
                [(j, 4), (j + 1, 4)],
                [(j + 1, 0), (j + 1, 1)],
                [(j + 1, 2), (j + 1, 3)],
            ] {
                for half in 0..2 {
                    out.push(weight(2 * a + half, s));
                    out.push(weight(2 * b + half, t));
                }
            }
        }
    }
}

fn pack_differences(out: &mut Vec<u8>, pairs: &[[i16; 2]], channels: usize, planes: usize) {
    for row in pairs.chunks_exact(channels) {
        for j in 0..planes {
            for tap in 0..2 {
                for c in [2 * j, 2 * j + 1] {
                    out.extend_from_slice(&row.get(c).map_or(0, |d| 2 * d[tap]).to_ne_bytes());
                }
            }
        }
    }
}

/// Scales, and the table of what is stored.
pub(crate) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let rectified = is_plain_relu(&conv.finish, next);
    let scales = data.push(&scales(conv, stage.out_channels as usize, rectified));
    let (stored, table) = stored_as(conv, rectified, next, data);
    let params = ConvDspParams::of(&stage.parameters);
    stage.parameters = ConvDspParams { scales, table, stored: stored as u8, ..*params }.words();
}

/// How outputs are stored, and the table of it, unless values are only `rectified`.
pub(super) fn stored_as(conv: &ConvNode, rectified: bool, next: Option<&Stage>, data: &mut Data) -> (u32, Span) {
    if rectified {
        return (stored::RELU, Span::EMPTY);
    }
    let table = output_table(&conv.finish, next);
    if next.is_some_and(|n| n.input.is_pairs()) {
        (stored::TABLE, data.push(&table))
    } else {
        (stored::TABLE_BYTES, data.push(&table.iter().map(|v| *v as i8).collect::<Vec<i8>>()))
    }
}

/// The requantization of every channel.
pub(super) fn scales(conv: &ConvNode, outputs: usize, rectified: bool) -> Vec<HighMulRequant> {
    let zero = i64::from(conv.input_zero_point);
    let bias = |o| unfolded(&conv.taps[0], zero, o, outputs);
    (0..outputs).filter_map(|o| high_mul(&conv.finish, o, bias(o), rectified)).collect()
}

/// What the first tile may be: any whole number of branches below a tile, or a tile.
pub(super) fn first_tiles(stage: &Stage) -> Vec<u16> {
    if !stage.input.is_signal() {
        return vec![stage.first_tile];
    }
    let branches = stage.conv().branches_h;
    (branches..stage.tile).step_by(usize::from(branches)).chain([0]).collect()
}
