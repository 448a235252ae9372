//! Packs convolutions for three positions in two words; see the runtime's `swar21` for the arithmetic.
//!
//! What makes the results exact is checked here, where the weights are known: segments whose sums have no more than 21 bits,
//! functions that requantize every possible accumulator as the definition does.

mod mulh;
mod weights;

use super::portable;
use super::staircase::{output_table, reach};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{ConvNode, Node};
use crate::lower::option::PlanOption;
use picoae::plan::params::output::OutputParams;
use picoae::plan::params::swar21::{Scratch, Swar21Params};
use picoae::plan::{Branches, Kernel, LineBuffer, MulhRequant, Span, Stage, windows_fit};

/// Output channels up to which activations are used as they lie.
const DIRECT: usize = 2;
/// Positions of a signal's tile, of each branch and before pooling, the best first.
const SIGNAL_POSITIONS: [usize; 7] = [192, 96, 48, 24, 12, 6, 3];
/// The most of them where memory is to be spared; the same of a single channel.
const POSITIONS: usize = 24;
const DIRECT_POSITIONS: usize = 12;
/// Most bytes of working memory for a signal.
const SIGNAL_BYTES: usize = 1736;
/// Positions of an image that are packed at a time, the best first.
const IMAGE_POSITIONS: [usize; 12] = [48, 36, 30, 24, 18, 14, 12, 8, 6, 4, 3, 1];
/// Most bytes of working memory for an image.
const IMAGE_BYTES: usize = 9728;
/// Sums times 2⁹ must have no more than 32 bits.
const LARGEST_SUM: i64 = 1 << (31 - MulhRequant::SCALED);

/// The record of a convolution, if the kernel can compute it.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(node: &Node, c: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    if !fits(c) {
        return Ok(None);
    }
    let Some(segment) = weights::segment(c) else { return Ok(None) };
    let mut draft = ConvDraft::new(node, c, 1)?;
    let mut own = Data::default();
    // The branches' rows are those of the stage whatever becomes of their weights.
    let base = Stage { kernel: Kernel::Swar21.code(), ..draft.clone().finish(&mut own) };
    let branches = draft.branches.clone();
    let narrow = c.taps.iter().all(|t| t.weights.iter().all(|w| i8::try_from(*w).is_ok()));
    let direct = node.output[2] <= DIRECT;
    let with = |tile: usize, positions: usize| {
        let weight_bytes = if narrow { 1 } else { 2 };
        let (segment, positions) = (segment as u32, positions as u16);
        let params = Swar21Params { segment, positions, weight_bytes, direct: direct.into(), ..EMPTY };
        Stage { tile: tile as u16, parameters: params.words(), ..base }
    };
    let bytes = |stage: &Stage| Scratch::of(stage, &Branches::cast(&branches)).words() * 4;
    // Windows of branches of unlike height may not be cut into tiles.
    let cuts = |stage: &Stage| {
        let input = LineBuffer { rows: u16::MAX, ..stage.input };
        windows_fit(&Stage { input, ..*stage }, &own.bytes, None).is_ok()
    };
    let pool = c.pool[0] * c.pool[1];
    draft.stage = if node.output[1] == 1 {
        let most = option.rows(if direct { DIRECT_POSITIONS } else { POSITIONS });
        let fit = |positions: &usize| {
            let tile = positions * c.phases[0] / c.pool[0];
            let stage = with(tile, positions * c.pool[1]);
            let whole = positions.is_multiple_of(c.pool[0]) && tile > 0 && tile <= node.output[0];
            (whole && *positions <= most && cuts(&stage) && bytes(&stage) <= option.rows(SIGNAL_BYTES)).then_some(stage)
        };
        SIGNAL_POSITIONS.iter().find_map(fit)
    } else {
        let fit = |positions: &usize| {
            let stage = with(c.phases[0], positions / pool * pool);
            let whole = *positions >= pool && c.phases[0] <= node.output[0] && cuts(&stage);
            (whole && bytes(&stage) <= option.rows(IMAGE_BYTES)).then_some(stage)
        };
        IMAGE_POSITIONS.iter().find_map(fit)
    }
    .unwrap_or_else(|| with(1, pool));

    let (packed, starts) = weights::packed(c, direct, !narrow);
    for (branch, start) in draft.branches.iter_mut().zip(&starts) {
        branch.weights = *start as u32;
    }
    let bias: Vec<i32> = c.taps.iter().flat_map(|t| t.bias.iter().copied()).collect();
    let table = output_table(&c.finish);
    let mut params = *Swar21Params::of(&draft.stage.parameters);
    params.table = data.push(&table);
    params.weights = data.push(&packed);
    params.bias = data.push(&bias);
    params.output = OutputParams { zero_point: c.finish.zero_point as i16, ..EMPTY.output };
    if let Some((records, shift)) = mulh::find(c, &table) {
        params.shift = shift as u8;
        params.mulh = data.push(&records);
    } else {
        params.output = portable::output(&c.finish, data);
    }
    draft.stage.parameters = params.words();
    draft.stage.scratch.bytes = bytes(&draft.stage) as u32;
    Ok(Some(draft.finish(data)))
}

/// What the kernel can express at all.
fn fits(c: &ConvNode) -> bool {
    let pool = c.pool[0] * c.pool[1];
    let channels = c.taps.first().map_or(0, |t| t.bias.len());
    let sums_fit = (0..channels).all(|o| {
        let [least, largest] = reach(c, o);
        let bias = c.taps.iter().map(|t| i64::from(t.bias[o]).abs()).max().unwrap_or(0);
        largest.max(-least) + bias < LARGEST_SUM
    });
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || c.phases == [1, 1]) && pool <= 16 && sums_fit
}

/// Parameters without a constant yet.
const EMPTY: Swar21Params = Swar21Params {
    weights: Span::EMPTY,
    bias: Span::EMPTY,
    table: Span::EMPTY,
    mulh: Span::EMPTY,
    output: OutputParams { scales: Span::EMPTY, table: Span::EMPTY, zero_point: 0, act_min: -128, act_max: 127 },
    segment: 1,
    positions: 1,
    weight_bytes: 1,
    direct: 0,
    shift: 0,
    reserved: 0,
    reserved_2: 0,
};
