//! Packs convolutions for the sliding kernels; see `picoae`'s `forms::slide` for what they can do.

use super::{doubled, is_plain_relu, output_table};
use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{ConvNode, Node, NodeOp, Options, PhaseTaps};
use picoae::Form;
use picoae::plan::{Doubled, Layout, Phase, Span, Stage};

/// Positions that a call makes of a signal.
const POSITIONS: usize = 6;

/// The record of a convolution in sliding form, if that can compute it.
pub(super) fn stage(
    node: &Node,
    conv: &ConvNode,
    next: Option<&Node>,
    data: &mut Data,
    options: &Options,
) -> Result<Option<Stage>> {
    let signal = is_signal(node, conv);
    // The outputs of a signal lie at most 8 bytes apart, which is so unless the next strip is an image's.
    let image_behind = next.is_some_and(|n| matches!(&n.op, NodeOp::Conv(c) if !is_signal(n, c)));
    let fits = if signal { signal_fits(conv) && !image_behind } else { image_fits(node, conv) };
    if !fits || !numbers_fit(node, conv) {
        return Ok(None);
    }
    // The portable record has the geometry; its parameters stay behind.
    let mut apart = Data::default();
    let mut stage = stage::stage(node, 1, &mut apart)?;
    let raw = &apart.bytes[stage.phases.offset as usize..][..stage.phases.bytes as usize];
    let mut phases: Vec<Phase> = raw.chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    let planes = node.input[2].div_ceil(2).next_multiple_of(4);
    let small = options.flash_budget.is_some();
    let wide = signal && (!small || conv.taps.iter().any(|t| t.weights.iter().any(|w| i8::try_from(*w).is_err())));
    let mut weights = Vec::new();
    for (taps, phase) in conv.taps.iter().zip(&mut phases) {
        phase.weights = weights.len() as u32;
        pack(&mut weights, taps, node.input[2], planes, signal, wide);
    }
    stage.form = Form::Slide.code();
    stage.weight_bits = if wide { 16 } else { 8 };
    stage.phases = data.push(&phases);
    stage.weights = data.push(&weights);
    (stage.bias, stage.scales, stage.table) = (NOTHING, NOTHING, NOTHING);
    let b = &mut stage.input;
    b.layout = Layout::Pairs.code();
    b.column = 4;
    if signal {
        b.pitch = 4;
        let outputs = POSITIONS * conv.phases[0] / conv.pool[0];
        stage.tile = outputs.min(node.output[0].next_multiple_of(conv.phases[0])) as u16;
    } else {
        b.plane = (b.padded_width() * 4) as u32;
        b.pitch = planes as u32 * b.plane;
    }
    Ok(Some(stage))
}

/// Whether everything has one column, so that the taps slide along rows.
fn is_signal(node: &Node, conv: &ConvNode) -> bool {
    node.input[1] == 1 && node.output[1] == 1 && conv.taps.iter().all(|t| t.taps[1] == 1)
}

const NOTHING: Span = Span { offset: 0, bytes: 0 };

/// Whether a signal's taps and steps are those of the kernels.
fn signal_fits(conv: &ConvNode) -> bool {
    let phases = conv.phases[0];
    let pooled = conv.pool == [1, 1] || (conv.pool == [2, 1] && phases == 1);
    let taps = conv.taps.iter().all(|t| (1..=3).contains(&t.taps[0]));
    plain(conv) && pooled && taps && conv.step == [1, 1] && phases <= 2 && conv.phases[1] == 1
}

/// Whether an image's taps and steps are those of the kernels.
fn image_fits(node: &Node, conv: &ConvNode) -> bool {
    let taps = conv.taps.iter().all(|t| {
        let narrow = t.weights.iter().all(|w| i8::try_from(*w).is_ok());
        let step = conv.step[1] == 1 || (conv.step[1] == 2 && t.taps[1] == 3);
        narrow && step && (1..=7).contains(&t.taps[0]) && (1..=3).contains(&t.taps[1])
    });
    // Few channels would leave most of the four pairs empty.
    plain(conv) && taps && conv.pool == [1, 1] && conv.phases[1] <= 2 && node.input[2] >= 3
}

fn plain(conv: &ConvNode) -> bool {
    conv.groups == 1 && conv.dilation == [1, 1]
}

/// Whether every accumulator stays below 2³⁰, and every scale is a right shift.
fn numbers_fit(node: &Node, conv: &ConvNode) -> bool {
    let zero = i64::from(conv.input_zero_point);
    let largest = (127 - zero).max(zero + 128);
    conv.taps.iter().all(|t| {
        (0..node.output[2]).all(|o| {
            let each = t.weights.len() / node.output[2];
            let sum: i64 = t.weights[o * each..(o + 1) * each].iter().map(|w| i64::from(w.abs())).sum();
            let bias = unfolded(t, zero, o, node.output[2]);
            bias.abs() + sum * largest < 1 << 30 && doubled(&conv.finish, o, bias, false).is_some()
        })
    })
}

/// The bias of channel `o` for activations without their zero point.
fn unfolded(t: &PhaseTaps, zero: i64, o: usize, outputs: usize) -> i64 {
    let each = t.weights.len() / outputs;
    let sum: i64 = t.weights[o * each..(o + 1) * each].iter().map(|w| i64::from(*w)).sum();
    i64::from(t.bias[o]) + zero * sum
}

/// Appends a phase's weights. In a signal the kernel's rows are the taps.
fn pack(out: &mut Vec<u8>, t: &PhaseTaps, channels: usize, planes: usize, signal: bool, wide: bool) {
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
                            out.extend_from_slice(&weight(j, tap, 0).to_le_bytes());
                            out.extend_from_slice(&weight(j, tap, 1).to_le_bytes());
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

/// Scales, and the table of what is stored.
pub(super) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let rectified = is_plain_relu(&conv.finish, next);
    let outputs = stage.out_channels as usize;
    let zero = i64::from(conv.input_zero_point);
    let scales: Vec<Doubled> = conv
        .taps
        .iter()
        .flat_map(|t| {
            (0..outputs).filter_map(move |o| doubled(&conv.finish, o, unfolded(t, zero, o, outputs), rectified))
        })
        .collect();
    stage.scales = data.push(&scales);
    stage.extra[0] = u32::from(rectified);
    stage.has_table = 0;
    if !rectified {
        stage.table = data.push(&output_table(&conv.finish, next));
    }
}
