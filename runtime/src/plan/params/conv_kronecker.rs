//! `conv_kronecker`: the convolution of a signal with three taps, two products at a time in each of both factors (Kronecker
//! substitution). What it computes and its bound stand with the kernel.

use super::conv_dsp::{Store, TapShape, store_routines, stored, stores_as, table_fits};
use super::output::high_mul_fit;
use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::{Span, check, ensure, entries, in_range};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Rows that a tile's kernel goes on by.
pub const ROWS: usize = 6;
/// How far its outputs lag behind.
pub const LAG: usize = 2;

record! {
    /// Convolution by fields of words.
    #[derive(Eq)]
    pub struct KroneckerParams {
        /// `[out][channel]` pairs of words (w₂ + w₁·2²², w₀).
        pub weights: Span,
        /// `HighMulRequant` records, one an output channel, with biases less 2²².
        pub scales: Span,
        /// As `ConvDspParams::table`.
        pub table: Span,
        /// As `ConvDspParams::stored`.
        pub stored: u32,
    }
}
words!(KroneckerParams in PARAMETER_WORDS);

/// Bytes of working memory for what `channels` output channels carry from tile to tile.
pub const fn scratch_bytes(channels: usize) -> usize {
    channels * 8
}

/// How outputs are stored, if that is possible: as packed rows, or as `conv_dsp` does it.
pub(crate) const fn store(stage: &Stage, layout: &RowLayout) -> Option<Store> {
    let params = KroneckerParams::of(&stage.parameters);
    match (layout.packed, params.stored) {
        (false, _) => stores_as(params.stored, layout, layout.pitch),
        (true, stored::RELU) => Some(Store::PackedRelu),
        (true, stored::TABLE_BYTES) => Some(Store::PackedTable),
        (true, _) => None,
    }
}

/// Checks a stage of this kernel for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, KroneckerParams::of(&stage.parameters), stage.conv());
    ensure!(b.is_packed() && b.pad_top % 2 == 1, Fault::BufferLayout);
    let branches = check!(conv.check(stage, data));
    let plain = conv.step_h == 1 && conv.dilation_h == 1 && conv.has_one_branch();
    let pool = in_range(conv.pool_h as i64, 1, 2) && conv.pool_w == 1;
    ensure!(plain && pool && stage.out_height > 1 && stage.out_width == 1, Fault::GeometryForKernel);
    let branch = branches.get(0);
    ensure!(branch.row == 1 && branch.taps_h == 3 && branch.taps_w == 1, Fault::BranchTaps);
    let (pool, lag) = (conv.pool_h as usize, if stage.first_tile > 0 { LAG } else { 0 });
    let first = stage.first_tile as usize * pool + lag;
    let whole = (stage.tile as usize * pool).is_multiple_of(ROWS) && first.is_multiple_of(ROWS) && first > 0;
    ensure!(whole && stage.tile > 0, Fault::TileBroken);
    let (channels, terms) = (stage.out_channels as usize, b.channels as usize);
    ensure!(check!(entries(data, params.weights, 8, 4)) == channels * terms, Fault::WeightCount);
    ensure!(stage.scratch.bytes as usize >= scratch_bytes(channels), Fault::ScratchSmall);
    check!(high_mul_fit(data, params.scales, channels));
    table_fits(params.stored, params.table, data)
}

/// Checks a stage of this kernel with what lies behind it: `next` is the line buffer there, `None` the place of the last rows.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>, arena_bytes: u32) -> Result<(), Fault> {
    let (b, layout) = (&stage.input, RowLayout::of_output(stage, next));
    // Packed rows are stored in twos.
    let whole = match next {
        Some(next) if next.is_packed() => next.pad_top % 2 == 1 && stage.out_height.is_multiple_of(2),
        _ => true,
    };
    ensure!(store(stage, &layout).is_some() && layout.has_planes() && whole, Fault::OutputLayout);
    // What lies between two channels may be read in front of each.
    ensure!(b.offset >= 8 && b.reads_inside(arena_bytes), Fault::Overread);
    Ok(())
}

/// The routines that `stage` calls; `next` is the line buffer that it writes to.
pub(crate) const fn routines(stage: &Stage, next: Option<&LineBuffer>) -> Routines {
    let (b, layout, pooled) = (&stage.input, RowLayout::of_output(stage, next), stage.conv().pool_h == 2);
    store_routines(store(stage, &layout), pooled)
        .with(TapShape::Kronecker.inner_loop(b.planes(), b.plane as usize, false))
        .with_if(pooled, Routine::ConvDspPool2)
}
