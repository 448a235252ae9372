//! `im2col_few_channels`: the sliding convolution for few channels. The rows under the kernel are gathered as if they were
//! channels: up to four values (kernel row, channel) of a column become two channel pairs in working memory, over which a kernel
//! of three columns slides.

use super::conv_dsp::{OUTPUTS, store_routines, stores_as, table_fits};
use super::output::high_mul_fit;
use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::{Span, check, ensure, entries, in_range};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Bytes of weights of a channel.
pub(crate) const CHANNEL_BYTES: usize = 24;

record! {
    /// Convolution of an image of few channels.
    #[derive(Eq)]
    pub struct Im2colParams {
        /// int16 weights `[out][pair][tap][2]`, three taps.
        pub weights: Span,
        /// `HighMulRequant` records, one an output channel.
        pub scales: Span,
        /// As `ConvDspParams::table`.
        pub table: Span,
        /// As `ConvDspParams::stored`.
        pub stored: u32,
    }
}
words!(Im2colParams in PARAMETER_WORDS);

/// Bytes of a gathered plane.
pub(crate) const fn plane(b: &LineBuffer) -> usize {
    b.padded_width() * 4
}

/// Bytes of working memory: both planes, and what a last, partial tile reads beyond them.
pub const fn scratch_bytes(b: &LineBuffer) -> usize {
    2 * plane(b) + 4 * OUTPUTS
}

/// Checks a stage of this kernel for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, Im2colParams::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    let branches = check!(conv.check(stage, data));
    let plain =
        conv.step_w == 1 && conv.dilation_h == 1 && conv.dilation_w == 1 && conv.pool_h == 1 && conv.pool_w == 1;
    ensure!(plain && conv.has_one_branch(), Fault::GeometryForKernel);
    ensure!(stage.tile > 0, Fault::Tile);
    let branch = branches.get(0);
    let values = branch.taps_h as i64 * b.channels as i64;
    ensure!(in_range(values, 1, 4) && in_range(branch.taps_w as i64, 1, 3), Fault::BranchTaps);
    ensure!(stage.scratch.bytes as usize >= scratch_bytes(b), Fault::ScratchSmall);
    let channels = stage.out_channels as usize;
    let weights = check!(entries(data, params.weights, 1, 4));
    ensure!(weights == channels * CHANNEL_BYTES, Fault::WeightCount);
    check!(high_mul_fit(data, params.scales, channels));
    table_fits(params.stored, params.table, data)
}

/// Checks that the outputs find their layout behind the stage.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>) -> Result<(), Fault> {
    let (layout, params) = (RowLayout::of_output(stage, next), Im2colParams::of(&stage.parameters));
    let stored = stores_as(params.stored, &layout, layout.column).is_some();
    ensure!(stored && layout.has_planes(), Fault::OutputLayout);
    Ok(())
}

/// The routines that `stage` calls; `next` is the line buffer that it writes to.
pub(crate) const fn routines(stage: &Stage, next: Option<&LineBuffer>) -> Routines {
    let (layout, params) = (RowLayout::of_output(stage, next), Im2colParams::of(&stage.parameters));
    Routines::NONE
        .with(Routine::Im2col)
        .with(Routine::K3P7Gathered)
        .and(store_routines(stores_as(params.stored, &layout, layout.column), false))
}
