//! Forms for ARMv6-M: convolutions with two positions in a word; see `picoae`'s `forms::m0` for the arithmetic.
//!
//! What makes the results exact is checked here, where the weights are known: lanes that cannot overflow, accumulators
//! within what a requantization in digits can take.

use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Finish, Node, NodeOp};
use picoae::Form;
use picoae::plan::{Buffer, LARGEST_FOUR, LARGEST_THREE, Phase, Phases, Scale, Stage, two_lanes_words, windows_fit};

/// Largest sum of |w| whose products fill no more than a lane.
const LANE: i32 = 255;
/// Most bytes that a stage's weights may take as words, four times their usual size.
const WORDS: usize = 8192;
/// Rows of a signal that are made at a time, the best first.
const TILES: [usize; 6] = [64, 32, 16, 8, 4, 2];
/// The most of them where memory is to be spared.
const TILE: usize = 8;
/// Most bytes of packed activations of a signal's tile, and of an image's row.
const SIGNAL_BYTES: usize = 1536;
const IMAGE_BYTES: usize = 3072;

/// The record of `node` in the best form for it; `None`: the portable one.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(node: &Node, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    match &node.op {
        NodeOp::Conv(conv) if fits(conv) => two_lanes(node, conv, data, choice).map(Some),
        _ => Ok(None),
    }
}

/// What the form can express at all.
fn fits(c: &ConvNode) -> bool {
    let pool = c.pool[0] * c.pool[1];
    let one_phase = c.phases == [1, 1];
    let in_lane = c.taps.iter().all(|t| t.weights.iter().all(|w| i32::from(*w).abs() <= LANE));
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || one_phase) && pool <= 16 && in_lane
}

fn two_lanes(node: &Node, c: &ConvNode, data: &mut Data, choice: Choice) -> Result<Stage> {
    let channels = node.input[2];
    let taps = |t: &crate::lower::PhaseTaps| t.taps[0] * t.taps[1] * channels;
    let padded = |t: &crate::lower::PhaseTaps| taps(t).next_multiple_of(2);
    let longest = c.taps.iter().map(padded).max().unwrap_or(0);
    let most_rows = c.taps.iter().map(|t| t.taps[0]).max().unwrap_or(1).max(1);

    let mut own = Data::default();
    let portable = stage::stage(node, 1, &mut own)?;
    let read = |span: picoae::plan::Span| &own.bytes[span.offset as usize..(span.offset + span.bytes) as usize];
    let mut phases: Vec<Phase> =
        read(portable.phases).chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();

    let pool = c.pool[0] * c.pool[1];
    let signal = node.output[1] == 1;
    // Positions of one phase in a row of outputs, or in a signal's tile.
    let (tile, positions) = if signal {
        let fits = |tile: &usize| {
            let positions = (tile * pool).div_ceil(c.phases[0]);
            // Windows of phases of unlike height may not be cut into tiles.
            let input = Buffer { rows: u16::MAX, ..portable.input };
            let cuts = windows_fit(&Stage { tile: *tile as u16, input, ..portable }, &own.bytes, None).is_ok();
            cuts && positions.div_ceil(2) * longest * 4 <= choice.rows(SIGNAL_BYTES)
        };
        let tile =
            TILES.into_iter().filter(|tile| *tile <= node.output[0].min(choice.rows(TILE))).find(fits).unwrap_or(1);
        (tile, (tile * pool).div_ceil(c.phases[0]))
    } else {
        (1, (node.output[1] * pool).div_ceil(c.phases[1]))
    };
    let pairs = positions.div_ceil(2).next_multiple_of(pool);
    // A row of an image may need more than there should be; then its taps are taken in slices.
    let even = c.taps.iter().all(|t| (t.taps[1] * channels).is_multiple_of(2));
    let sliced = !signal && even && most_rows > 1 && pairs * longest * 4 > IMAGE_BYTES;
    let rows = if sliced { 1 } else { most_rows };

    let words: usize = c.taps.iter().map(|t| padded(t) * node.output[2] * 4).sum();
    let as_words = choice.wide && rows == most_rows && words <= WORDS;

    let mut stage = Stage {
        form: Form::TwoLanes.code(),
        tile: tile as u16,
        extra: [
            requantization(c),
            data.push(&flags(c, node.output[2])).offset,
            data.push(&output_table(&c.finish)).offset,
            rows as u32,
            pairs as u32,
        ],
        ..portable
    };
    if as_words {
        let mut all: Vec<i32> = Vec::new();
        for (phase, t) in phases.iter_mut().zip(&c.taps) {
            phase.weights = all.len() as u32;
            for o in 0..node.output[2] {
                all.extend(t.weights[o * taps(t)..(o + 1) * taps(t)].iter().map(|w| i32::from(*w)));
                all.resize(all.len().next_multiple_of(2), 0);
            }
        }
        stage.weight_bits = 32;
        stage.weights = data.push(&all);
    } else {
        stage.weights = data.push(read(portable.weights));
    }
    stage.phases = data.push(&phases);
    stage.bias = data.push(read(portable.bias));
    stage.scales = data.push(read(portable.scales));
    if portable.has_table != 0 {
        stage.table = data.push(read(portable.table));
    }
    let w = two_lanes_words(&stage, &Phases::of(&stage, &data.bytes));
    stage.scratch_bytes = ((w.activations + w.weights + w.sums) * 4) as u32;
    Ok(stage)
}

/// For each phase and output channel, whether two neighbouring products always fit in a lane together.
fn flags(c: &ConvNode, outputs: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for t in &c.taps {
        let each = t.weights.len() / outputs;
        for o in 0..outputs {
            let size = |w: &[i16]| w.iter().map(|w| i32::from(*w).abs()).sum::<i32>();
            out.push(u8::from(t.weights[o * each..(o + 1) * each].chunks(2).all(|pair| size(pair) <= LANE)));
        }
    }
    out
}

/// How the accumulators can be requantized: 0 by the definition, 1 in three digits, 2 in four.
fn requantization(c: &ConvNode) -> u32 {
    let in_digits = |s: &Scale| s.multiplier >= 0 && (-31..=-1).contains(&s.shift);
    if !c.finish.scales.iter().all(in_digits) {
        return 0;
    }
    let mut largest = 0;
    for t in &c.taps {
        let each = t.weights.len() / t.bias.len();
        for (o, bias) in t.bias.iter().enumerate() {
            let sum: i64 = t.weights[o * each..(o + 1) * each].iter().map(|w| i64::from(*w).abs()).sum();
            largest = largest.max(i64::from(*bias).abs() + 128 * sum);
        }
    }
    match largest {
        n if n <= i64::from(LARGEST_THREE) => 1,
        n if n <= i64::from(LARGEST_FOUR) => 2,
        _ => 0,
    }
}

/// What is stored for each requantized value + 128: the range and the table applied.
fn output_table(finish: &Finish) -> Vec<i8> {
    (-128..=127)
        .map(|v: i32| {
            let v = v.clamp(finish.range[0], finish.range[1]);
            finish.table.as_ref().map_or(v as i8, |t| t[(v + 128) as usize])
        })
        .collect()
}
