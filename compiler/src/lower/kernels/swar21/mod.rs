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
use picoae::plan::params::swar21::{Activations, SLIDING_POSITIONS, SLIDING_TAPS, Scratch, Swar21Params};
use picoae::plan::{Branch, Branches, Kernel, LineBuffer, MulhRequant, Span, Stage, windows_fit};

/// Output channels up to which activations are used as they lie.
const DIRECT: usize = 2;
/// Positions of a signal's tile, of each branch and before pooling, the best first; the same where activations are used as
/// they lie.
const SIGNAL_POSITIONS: [usize; 7] = [192, 96, 48, 24, 12, 6, 3];
const DIRECT_POSITIONS: [usize; 6] = [128, 64, 32, 16, 8, 4];
/// The most rows of a tile where memory is to be spared; the same.
const TILE: usize = 12;
const DIRECT_TILE: usize = 16;
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
    let narrow = c.taps.iter().all(|t| t.weights.iter().all(|w| i8::try_from(*w).is_ok()));
    let table = output_table(&c.finish);
    let mulh = mulh::find(c, &table);
    let params = Swar21Params { segment: segment as u32, weight_bytes: if narrow { 1 } else { 2 }, ..EMPTY };
    let tiles = Tiles { node, c, base, params, own: &own, branches: &draft.branches, option };
    let sliding = if narrow && mulh.is_some() && slides(node, c) { tiles.sliding() } else { None };
    let (activations, stage) = match sliding {
        Some(stage) => (Activations::Sliding, stage),
        None if node.output[2] <= DIRECT => (Activations::Direct, tiles.longest(Activations::Direct)),
        None => (Activations::Packed, tiles.longest(Activations::Packed)),
    };
    let scratch = tiles.scratch(&stage) as u32;

    let (packed, starts) = weights::packed(c, activations, !narrow);
    for (branch, start) in draft.branches.iter_mut().zip(&starts) {
        branch.weights = *start as u32;
    }
    let bias: Vec<i32> = c.taps.iter().flat_map(|t| t.bias.iter().copied()).collect();
    let mut params = *Swar21Params::of(&stage.parameters);
    params.table = data.push(&table);
    params.weights = data.push(&packed);
    params.bias = data.push(&bias);
    params.output = OutputParams { zero_point: c.finish.zero_point as i16, ..EMPTY.output };
    if let Some((records, shift)) = mulh {
        params.shift = shift as u8;
        params.mulh = data.push(&records);
    } else {
        params.output = portable::output(&c.finish, data);
    }
    draft.stage = Stage { parameters: params.words(), ..stage };
    draft.stage.scratch.bytes = scratch;
    Ok(Some(draft.finish(data)))
}

/// What the length of a tile depends on.
struct Tiles<'a> {
    node: &'a Node,
    c: &'a ConvNode,
    base: Stage,
    params: Swar21Params,
    /// The constants that `base` refers to.
    own: &'a Data,
    branches: &'a [Branch],
    option: PlanOption,
}

impl Tiles<'_> {
    /// Bytes of working memory.
    fn scratch(&self, stage: &Stage) -> usize {
        Scratch::of(stage, &Branches::cast(self.branches)).words() * 4
    }

    /// `tile` rows at a time, so many positions packed at a time; `None`: that cuts a window of branches of unlike height, or is
    /// more than `most` rows or `bytes` bytes.
    fn with(
        &self,
        activations: Activations,
        [tile, positions]: [usize; 2],
        [most, bytes]: [usize; 2],
    ) -> Option<Stage> {
        let positions = u16::try_from(positions).ok()?;
        let params = Swar21Params { positions, activations: activations.code(), ..self.params };
        let stage = Stage { tile: tile as u16, parameters: params.words(), ..self.base };
        let roomy = Stage { input: LineBuffer { rows: u16::MAX, ..stage.input }, ..stage };
        let fits = (1..=most.min(self.node.output[0])).contains(&tile) && self.scratch(&stage) <= bytes;
        (fits && windows_fit(&roomy, &self.own.bytes, None).is_ok()).then_some(stage)
    }

    /// The longest tile that memory allows.
    fn longest(&self, activations: Activations) -> Stage {
        let (c, pool) = (self.c, self.c.pool[0] * self.c.pool[1]);
        let direct = activations == Activations::Direct;
        let found = if self.node.output[1] == 1 {
            let most = self.option.rows(if direct { DIRECT_TILE } else { TILE });
            let limits = [most, self.option.rows(SIGNAL_BYTES)];
            let whole = |positions: &&usize| positions.is_multiple_of(c.pool[0]);
            let positions = if direct { &DIRECT_POSITIONS[..] } else { &SIGNAL_POSITIONS };
            positions.iter().filter(whole).find_map(|positions| {
                self.with(activations, [positions * c.branches[0] / c.pool[0], positions * c.pool[1]], limits)
            })
        } else {
            let limits = [c.branches[0], self.option.rows(IMAGE_BYTES)];
            IMAGE_POSITIONS
                .iter()
                .filter(|positions| **positions >= pool)
                .find_map(|positions| self.with(activations, [c.branches[0], positions / pool * pool], limits))
        };
        let shortest = || {
            let params = Swar21Params { positions: pool as u16, activations: activations.code(), ..self.params };
            Stage { tile: 1, parameters: params.words(), ..self.base }
        };
        found.unwrap_or_else(shortest)
    }

    /// The longest tile with activations in registers: none, not even the last, may have less than a block of positions.
    fn sliding(&self) -> Option<Stage> {
        let (pool, rows) = (self.c.pool[0], self.node.output[0]);
        let whole = |tile: &usize| {
            let last = rows % tile;
            last == 0 || last * pool >= SLIDING_POSITIONS
        };
        let tiles = SIGNAL_POSITIONS.iter().filter(|positions| **positions >= SLIDING_POSITIONS);
        let tiles = tiles.map(|positions| positions / pool).filter(whole);
        let limits = [self.option.rows(TILE), usize::MAX];
        tiles.into_iter().find_map(|tile| self.with(Activations::Sliding, [tile, tile * pool], limits))
    }
}

/// Whether activations can be held in registers: a signal of one channel, five taps.
fn slides(node: &Node, c: &ConvNode) -> bool {
    let signal = node.output[1] == 1 && node.input[1] == 1 && node.input[2] == 1 && c.branches == [1, 1];
    let pool = c.pool == [1, 1] || c.pool == [2, 1];
    signal && pool && c.taps.iter().all(|t| t.taps == [SLIDING_TAPS, 1]) && c.step[0] == c.dilation[0]
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
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || c.branches == [1, 1]) && pool <= 16 && sums_fit
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
    activations: 0,
    shift: 0,
    reserved: 0,
    reserved_2: 0,
};
