//! Packs convolutions for two positions in a word; see the runtime's `swar16` for the arithmetic.
//!
//! What makes the results exact is checked here, where the weights are known: lanes that cannot overflow, fused functions
//! that requantize every possible accumulator as the definition does.

mod dual_phase;
mod fused;
mod weights;

use super::portable;
use super::staircase::output_table;
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{ConvNode, Node};
use crate::lower::option::PlanOption;
use picoae::plan::params::output::OutputParams;
use picoae::plan::params::swar16::{Packing, Swar16Params};
use picoae::plan::params::swar16_streams::Scratch;
use picoae::plan::{Branches, Kernel, LineBuffer, Span, Stage, windows_fit};
use weights::{LANE, PackedWeights, WeightLayout};

/// Most bytes that a stage's weights may take as words, four times their usual size.
const WORDS: usize = 12_288;
/// Rows of a signal that are made at a time, the best first.
const TILES: [usize; 9] = [128, 64, 32, 24, 16, 12, 8, 4, 2];
/// The most of them where memory is to be spared.
const TILE: usize = 16;
/// Most bytes of packed activations of a signal's tile.
const SIGNAL_BYTES: usize = 1536;
/// Most bytes of working memory for an image, where there is a choice.
const IMAGE_BYTES: usize = 9984;
/// Most bytes of the input rows that a second row of an image's tile reads in addition.
const ROW_BYTES: usize = 1024;

/// The record of a convolution, if the kernel can compute it.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(node: &Node, conv: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    if !fits(conv) {
        return Ok(None);
    }
    if option.wide()
        && dual_phase::fits(node, conv)
        && let Some(stage) = packed(node, conv, data, option, true)?
    {
        return Ok(Some(stage));
    }
    packed(node, conv, data, option, false)
}

/// What the kernel can express at all.
fn fits(c: &ConvNode) -> bool {
    let pool = c.pool[0] * c.pool[1];
    let one_branch = c.branches == [1, 1];
    let in_lane = c.taps.iter().all(|t| t.weights.iter().all(|w| i32::from(*w).abs() <= LANE));
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || one_branch) && pool <= 16 && in_lane
}

/// The record; `in_pairs`: with two branches in the lanes.
fn packed(node: &Node, c: &ConvNode, data: &mut Data, option: PlanOption, in_pairs: bool) -> Result<Option<Stage>> {
    let mut draft = ConvDraft::new(node, c, 1)?;
    let mut own = Data::default();
    // The branches' rows are those of the stage whatever becomes of their weights.
    let base = Stage { kernel: Kernel::Swar16.code(), ..draft.clone().finish(&mut own) };
    let branches = draft.branches.clone();
    let channels = node.input[2];
    let most_rows = c.taps.iter().map(|t| t.taps[0]).max().unwrap_or(1).max(1);

    let words = PackedWeights::new(c, &WeightLayout { node, packing: Packing::Words, rows: most_rows });
    let as_words = option.wide() && words.bytes.len() <= WORDS;
    let narrow = c.taps.iter().all(|t| t.weights.iter().all(|w| i8::try_from(*w).is_ok()));
    let packing = match (as_words, narrow) {
        _ if in_pairs => Packing::DualPhase,
        (true, _) => Packing::Words,
        (false, true) => Packing::Bytes,
        (false, false) => Packing::Halves,
    };
    let as_words = as_words || in_pairs;
    // What a tile takes, with the taps a number of kernel rows at a time.
    let with = |tile: usize, rows: usize, weights: &PackedWeights| {
        let positions = tile.div_ceil(c.branches[0]) * (node.output[1] * c.pool[1]).div_ceil(c.branches[1]) * c.pool[0];
        let pairs = if in_pairs { positions } else { positions.div_ceil(2).next_multiple_of(c.pool[0] * c.pool[1]) };
        let params = Swar16Params {
            packing: packing.code(),
            streams: weights.streams.code(),
            slice_rows: rows as u16,
            pairs: pairs as u16,
            ..EMPTY
        };
        Stage { tile: tile as u16, parameters: params.words(), ..base }
    };
    let scratch = |stage: &Stage| Scratch::of(stage, &Branches::cast(&branches));
    let whole = if in_pairs {
        dual_phase::weights(node, c, base.input.pitch as usize)
    } else if as_words {
        words
    } else {
        PackedWeights::new(c, &WeightLayout { node, packing, rows: most_rows })
    };
    // Windows of branches of unlike height may not be cut into tiles.
    let cuts = |stage: &Stage| {
        let input = LineBuffer { rows: u16::MAX, ..stage.input };
        windows_fit(&Stage { input, ..*stage }, &own.bytes, None).is_ok()
    };
    let signal = node.output[1] == 1;
    let (tile, rows) = if signal {
        let fits = |tile: &usize| {
            let stage = with(*tile, most_rows, &whole);
            let words = scratch(&stage);
            cuts(&stage) && (words.plain + words.polynomial) * 4 <= option.rows(SIGNAL_BYTES)
        };
        // The more branches, the fewer positions a row makes for each call.
        let tile = if c.branches[0] > 1 && !in_pairs { TILE / 2 * 3 } else { TILE };
        let most = node.output[0].min(option.rows(tile));
        (TILES.into_iter().filter(|tile| *tile <= most).find(fits).unwrap_or(1), most_rows)
    } else if as_words {
        (1, most_rows)
    } else {
        // Two rows (of a branch) are made at a time where that costs little memory, because weights are expanded for each
        // tile; where the activations are many, taps are taken in slices.
        let row = (node.input[1] + 2) * channels * c.step[0] * c.pool[0];
        let fits = |(tile, rows): &(usize, usize)| {
            let stage = with(*tile, *rows, &whole);
            let narrow = *tile == 1 || (row <= option.rows(ROW_BYTES) && *tile <= node.output[0]);
            narrow && cuts(&stage) && scratch(&stage).words() * 4 <= option.rows(IMAGE_BYTES)
        };
        let two = 2 * c.branches[0];
        [(two, most_rows), (two, 1), (1, most_rows)].into_iter().find(fits).unwrap_or((1, 1))
    };
    if in_pairs && signal && tile % 2 == 1 {
        return Ok(None);
    }
    let weights = if rows < most_rows { PackedWeights::new(c, &WeightLayout { node, packing, rows }) } else { whole };

    draft.stage = with(tile, rows, &weights);
    for (branch, start) in draft.branches.iter_mut().zip(&weights.starts) {
        branch.weights = *start as u32;
    }
    let bias: Vec<i32> = c.taps.iter().flat_map(|t| t.bias.iter().copied()).collect();
    let mut params = *Swar16Params::of(&draft.stage.parameters);
    if !in_pairs {
        params.flags = data.push(&weights.flags);
    }
    let table = output_table(&c.finish);
    params.table = data.push(&table);
    params.weights = data.push(&weights.bytes);
    params.bias = data.push(&bias);
    params.output = OutputParams { zero_point: c.finish.zero_point as i16, ..EMPTY.output };
    if let Some(fused) = fused::fused(c, &table) {
        params.digits = fused.digits as u8;
        params.digit_bits = fused.bits as u8;
        params.negative_bit = fused.negative_bit as u8;
        params.fused = data.push(&fused.each);
    } else {
        params.output = portable::output(&c.finish, data);
    }
    draft.stage.parameters = params.words();
    draft.stage.scratch.bytes = (scratch(&draft.stage).words() * 4) as u32;
    Ok(Some(draft.finish(data)))
}

/// Parameters without a constant yet.
const EMPTY: Swar16Params = Swar16Params {
    weights: Span::EMPTY,
    bias: Span::EMPTY,
    flags: Span::EMPTY,
    table: Span::EMPTY,
    fused: Span::EMPTY,
    output: OutputParams { scales: Span::EMPTY, table: Span::EMPTY, zero_point: 0, act_min: -128, act_max: 127 },
    packing: 0,
    streams: 0,
    digits: 0,
    digit_bits: 0,
    negative_bit: 0,
    reserved: 0,
    slice_rows: 1,
    pairs: 1,
    reserved_2: 0,
};
