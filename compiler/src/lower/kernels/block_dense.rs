//! Packs convolutions whose windows touch; see the runtime's `block_dense` for the arithmetic.

use super::high_mul::{high_mul, output_table};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{BranchTaps, ConvNode, Node, NodeOp, OutputStage};
use crate::lower::option::PlanOption;
use picoae::plan::params::block_dense::{BlockDenseParams, GROUP, VALUES};
use picoae::plan::{HighMulRequant, Kernel, Span, Stage};

/// Rows of a block that a decoder makes at a time, at least: what a call costs beside them vanishes.
const ROWS: usize = 64;

/// Fewest rows of a block of several, and values of a block; of a row alone, which the portable kernels take value by value.
const BLOCK: usize = 4;
const BLOCK_VALUES: usize = 16;
const ROW_VALUES: usize = 4;

/// Largest |accumulator| + 1: it comes times 256.
const LIMIT: i64 = 1 << 23;

/// What a block becomes, or is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A row.
    Encoder,
    /// It is made of a row.
    Decoder,
}

/// Shape and rows of a block, where the convolution has them.
fn shape(node: &Node, conv: &ConvNode) -> Option<(Shape, usize)> {
    let signal = node.input[1] == 1 && node.output[1] == 1 && conv.branches[1] == 1;
    let plain = conv.groups == 1 && conv.dilation == [1, 1] && conv.pool == [1, 1];
    if !(signal && plain && conv.taps.iter().all(|taps| taps.taps[1] == 1 && (taps.row, taps.column) == (0, 0))) {
        return None;
    }
    let taps = |rows: usize| conv.taps.iter().all(|taps| taps.taps[0] == rows);
    let (shape, block, values) = if conv.branches[0] == 1 {
        let block = conv.step[0];
        (taps(block) && node.output[0] * block <= node.input[0]).then_some((
            Shape::Encoder,
            block,
            block * node.input[2],
        ))?
    } else {
        let block = conv.branches[0];
        let whole = taps(1) && conv.step[0] == 1 && node.output[0] <= node.input[0] * block;
        whole.then_some((Shape::Decoder, block, block * node.output[2]))?
    };
    // A row that becomes a row is a dense layer, too.
    let rows = block >= BLOCK || (block == 1 && shape == Shape::Encoder && node.output[0] == 1);
    let least = if block == 1 { ROW_VALUES } else { BLOCK_VALUES };
    (rows && values >= least).then_some((shape, block))
}

/// A dense layer of a signal or of one row as a convolution of one block: from a map to a row, where the block is the map, or from a row to a
/// map, which has to have one scale for all of a channel's values.
pub(crate) fn of_dense(node: &Node) -> Option<Node> {
    let (NodeOp::Linear { weights, bias, finish } | NodeOp::DenseToMap { weights, bias, finish }) = &node.op else {
        return None;
    };
    let ([rows, width, inputs], [out_rows, out_width, outputs]) = (node.input, node.output);
    if width != 1 || out_width != 1 || (rows != 1 && out_rows != 1) {
        return None;
    }
    let alike = finish.scales.iter().all(|scale| *scale == finish.scales[0]);
    if out_rows > 1 && !alike {
        return None;
    }
    let each = rows * inputs;
    let branch = |row: usize| {
        let own = row * outputs..(row + 1) * outputs;
        BranchTaps {
            row: 0,
            column: 0,
            taps: [rows, 1],
            weights: weights[own.start * each..own.end * each].iter().map(|w| i16::from(*w)).collect(),
            bias: bias[own].to_vec(),
        }
    };
    let scales = if alike { vec![finish.scales[0]] } else { finish.scales.clone() };
    let conv = ConvNode {
        branches: [out_rows, 1],
        taps: (0..out_rows).map(branch).collect(),
        step: [rows, 1],
        dilation: [1, 1],
        groups: 1,
        pool: [1, 1],
        // Nothing is padded.
        input_zero_point: 0,
        finish: OutputStage { scales, ..finish.clone() },
    };
    let Node { name, input, output, is_latent, .. } = node;
    Some(Node { name: name.clone(), op: NodeOp::Conv(conv), input: *input, output: *output, is_latent: *is_latent })
}

/// Whether the convolution has one of the two shapes.
pub(crate) fn is_block(node: &Node, conv: &ConvNode) -> bool {
    shape(node, conv).is_some()
}

/// The record of a convolution, if the kernel can compute it. An encoder whose rows are no whole words must be the first stage,
/// with no `writer` in front of it.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(
    node: &Node,
    conv: &ConvNode,
    writer: Option<&Stage>,
    data: &mut Data,
    option: PlanOption,
) -> Result<Option<Stage>> {
    let Some((shape, block)) = shape(node, conv) else { return Ok(None) };
    if shape == Shape::Encoder && writer.is_some() && !node.input[2].is_multiple_of(4) {
        return Ok(None);
    }
    let outputs = node.output[2];
    let finish = &conv.finish;
    let scales: Option<Vec<HighMulRequant>> = (0..outputs).map(|o| high_mul(finish, o, 0, false)).collect();
    let Some(scales) = scales else { return Ok(None) };
    let tile = match shape {
        Shape::Encoder => 1,
        Shape::Decoder => tile(block, node.output[0], option.rows(ROWS)),
    };
    // Output `o` of branch `r`, in the order in which they are packed.
    let order: Vec<(usize, usize)> = match shape {
        Shape::Encoder => (0..outputs).map(|o| (0, o)).collect(),
        Shape::Decoder => (0..block)
            .step_by(tile)
            .flat_map(|first| (0..outputs).flat_map(move |o| (first..first + tile).map(move |r| (r, o))))
            .collect(),
    };
    let lines = if shape == Shape::Encoder { outputs } else { tile };
    let mut packed: Vec<i32> = Vec::new();
    for line in order.chunks(lines) {
        for group in line.chunks(GROUP) {
            let Some(group) = group.iter().map(|(r, o)| Packed::new(conv, *r, *o, outputs)).collect::<Option<Vec<_>>>()
            else {
                return Ok(None);
            };
            packed.extend(group.iter().map(|output| output.bias));
            let words = group[0].words.len();
            packed.extend((0..words).flat_map(|word| group.iter().map(move |output| output.words[word])));
        }
    }
    let mut draft = ConvDraft::new(node, conv, tile)?;
    draft.stage.kernel = Kernel::BlockDense.code();
    draft.stage.geometry = draft.geometry.words();
    if shape == Shape::Encoder {
        draft.stage.input.pitch = draft.stage.input.channels.into();
    }
    let alike = scales.iter().all(|scale| *scale == scales[0]);
    let scales = if alike { &scales[..1] } else { &scales };
    let scales: Vec<i32> = scales.iter().flat_map(|s| [s.multiplier, s.rounding, s.shift as i32]).collect();
    let params =
        BlockDenseParams { groups: data.push(&packed), scales: data.push(&scales), table: table(finish, data) };
    // No branches: the shape says which rows an output reads.
    Ok(Some(Stage { parameters: params.words(), ..draft.stage }))
}

/// The fewest rows from `least` on that divide both a block and all rows; a block where there is none.
fn tile(block: usize, rows: usize, least: usize) -> usize {
    let divides = |tile: &usize| block.is_multiple_of(*tile) && rows.is_multiple_of(*tile);
    (least.clamp(1, block)..=block).find(divides).or_else(|| (1..block).rev().find(divides)).unwrap_or(1)
}

/// The table of what is stored, where values are not stored as they are.
fn table(finish: &OutputStage, data: &mut Data) -> Span {
    if finish.table.is_none() && finish.range == [-128, 127] {
        return Span::EMPTY;
    }
    data.push(&output_table(finish, None).iter().map(|v| *v as i8).collect::<Vec<i8>>())
}

/// Bias and weights of an output.
struct Packed {
    bias: i32,
    words: Vec<i32>,
}

impl Packed {
    /// Those of output `o` of branch `r`; `None` where a number is too large.
    fn new(conv: &ConvNode, r: usize, o: usize, outputs: usize) -> Option<Self> {
        let taps = &conv.taps[r];
        let each = taps.weights.len() / outputs;
        let weights = &taps.weights[o * each..(o + 1) * each];
        let sum: i64 = weights.iter().map(|w| i64::from(w.abs())).sum();
        let bias = i64::from(taps.bias[o]);
        if bias.abs() + 128 * sum >= LIMIT || weights.iter().any(|w| i8::try_from(*w).is_err()) {
            return None;
        }
        let weight = |i: usize| weights.get(i).map_or(0, |w| i32::from(*w));
        let pair = |i: usize| i16::try_from(weight(i) + 256 * weight(i + 1)).ok();
        let words = (0..each).step_by(VALUES).map(|i| Some(i32::from(pair(i)? as u16) | i32::from(pair(i + 2)?) << 16));
        let even: i64 = weights.iter().step_by(2).map(|w| i64::from(*w)).sum();
        // Sums are taken modulo 2³².
        Some(Self { bias: (256 * bias - 127 * even) as i32, words: words.collect::<Option<_>>()? })
    }
}
