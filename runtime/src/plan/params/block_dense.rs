//! `block_dense`: a convolution of a signal whose windows touch is a dense layer of each block.
//!
//! Two shapes. *Encoder*: one branch of as many taps as its step, so that a block of `step_h` rows becomes one row. *Decoder*: one
//! tap in each of `branches_h` branches, so that a row becomes a block of as many. Both are dot products of values that lie side
//! by side in the line buffer, and nothing else is: there are no branch records, the shape says which rows an output reads.

use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::{Span, check, ensure, entries, in_range, word};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Outputs whose weights lie side by side: those of a group.
pub const GROUP: usize = 4;

/// Input values in a word of weights.
pub const VALUES: usize = 4;

/// Bytes of a scale: multiplier, rounding and shift.
pub const SCALE_BYTES: usize = 12;

record! {
    /// Dense layer of each block of a signal.
    #[derive(Eq)]
    pub struct BlockDenseParams {
        /// Words, output by output in groups of four (the last of a part may have fewer): the group's biases, then for each four
        /// input values a word of each of its outputs. An encoder's outputs are the channels of its row. A decoder's are those of
        /// the first `tile` rows of a block, channel by channel, then those of the next ones.
        ///
        /// A word holds two int16, w₀ + 256 · w₁ and w₂ + 256 · w₃, each of which a weight in its low byte and with the value
        /// itself another; weights that are missing are 0. A bias is 256 times the output's, the input's zero point folded in, less
        /// 127 times the sum of its w₀ and w₂.
        pub groups: Span,
        /// Multiplier, rounding and shift of the `HighMulRequant` of all output channels, or of each.
        pub scales: Span,
        /// Entry v + 128 is what is stored for v: 256 int8; empty: v itself.
        pub table: Span,
    }
}
words!(BlockDenseParams in PARAMETER_WORDS);

/// Whether a block becomes a row, and not a row a block.
#[inline(always)]
pub const fn is_encoder(stage: &Stage) -> bool {
    stage.conv().branches_h == 1
}

/// Values that an output is made of.
#[inline(always)]
pub const fn terms(stage: &Stage) -> usize {
    let rows = if is_encoder(stage) { stage.conv().step_h as usize } else { 1 };
    rows * stage.input.channels as usize
}

/// Words of weights of an output of `terms` values.
#[inline(always)]
pub const fn weight_words(terms: usize) -> usize {
    terms.div_ceil(VALUES)
}

/// Bytes of biases and weights of `outputs` outputs of `terms` values.
#[inline(always)]
pub const fn group_bytes(outputs: usize, terms: usize) -> usize {
    4 * outputs * (1 + weight_words(terms))
}

/// What is stored of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Itself, int8.
    Bytes,
    /// What the table has for it, int8.
    TableBytes,
}

/// How a stage with these parameters stores its outputs.
pub(crate) const fn store(params: &BlockDenseParams) -> Store {
    if params.table.is_empty() { Store::Bytes } else { Store::TableBytes }
}

/// Checks a stage of this kernel for itself: behind this a block's values lie side by side from a multiple of four on, whole words
/// of them in the line buffer, and the constants are whole.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, BlockDenseParams::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    ensure!(!b.is_padded(), Fault::Padding);
    let extents = stage.out_height > 0 && stage.out_width == 1 && stage.out_channels > 0 && b.width == 1;
    ensure!(extents, Fault::Extent);
    let positive = conv.step_h > 0 && conv.step_w > 0 && conv.branches_h > 0;
    ensure!(positive, Fault::Geometry);
    let plain =
        conv.dilation_h == 1 && conv.dilation_w == 1 && conv.pool_h == 1 && conv.pool_w == 1 && conv.branches_w == 1;
    ensure!(plain && conv.branches.is_empty(), Fault::GeometryForKernel);
    ensure!(stage.tile > 0 && (stage.first_tile == 0 || stage.first_tile == stage.tile), Fault::Tile);
    let outputs = if is_encoder(stage) {
        ensure!(stage.tile == 1, Fault::Tile);
        // Rows without gaps, and where they are no words only those of a block, so that it starts with the line buffer.
        ensure!(b.pitch == b.channels as u32, Fault::BufferStrides);
        ensure!(b.pitch.is_multiple_of(4) || b.rows == conv.step_h, Fault::BufferStrides);
        stage.out_channels as usize
    } else {
        ensure!(conv.step_h == 1, Fault::GeometryForKernel);
        ensure!(b.pitch.is_multiple_of(4), Fault::BufferStrides);
        let whole = conv.branches_h.is_multiple_of(stage.tile) && stage.out_height.is_multiple_of(stage.tile);
        ensure!(whole, Fault::TileBroken);
        conv.branches_h as usize * stage.out_channels as usize
    };
    let bytes = 4 * outputs as u64 * (1 + weight_words(terms(stage)) as u64);
    ensure!(check!(entries(data, params.groups, 4, 4)) as u64 * 4 == bytes, Fault::WeightCount);
    let scales = check!(entries(data, params.scales, SCALE_BYTES, 4));
    ensure!(scales == 1 || scales == stage.out_channels as usize, Fault::ScaleCount);
    let mut scale = 0;
    while scale < scales {
        let shift = word(data, params.scales.offset as usize + scale * SCALE_BYTES + 8);
        ensure!(in_range(shift as i64, 1, 20), Fault::ScaleRange);
        scale += 1;
    }
    ensure!(check!(entries(data, params.table, 256, 4)) <= 1, Fault::TableLength);
    Ok(())
}

/// Checks that the outputs are bytes behind the stage.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>) -> Result<(), Fault> {
    ensure!(RowLayout::of_output(stage, next).is_bytes(), Fault::OutputLayout);
    Ok(())
}

/// The routine that stores as the stage does.
pub(crate) const fn routines(stage: &Stage) -> Routines {
    match store(BlockDenseParams::of(&stage.parameters)) {
        Store::Bytes => Routines::NONE.with(Routine::BlockDenseBytes),
        Store::TableBytes => Routines::NONE.with(Routine::BlockDenseTableBytes),
    }
}
