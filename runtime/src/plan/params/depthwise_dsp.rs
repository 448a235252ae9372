//! `depthwise_dsp`: a convolution of each channel by itself (as many groups as channels), four channels at a time.
//!
//! The channels of a group lie side by side in a word of the line buffer. Where their number is no multiple of four, the last
//! group takes some of the one before once more.

use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::{Span, check, ensure, entries, in_range, word};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Channels of a group; there must be as many.
pub const GROUP: usize = 4;

/// Most taps of a kernel.
pub const MAX_TAPS: usize = 9;

record! {
    /// Depthwise convolution.
    #[derive(Eq)]
    pub struct DepthwiseDspParams {
        /// For each group of channels, in words ([`group_bytes`] in all):
        /// - four biases, doubled, the input's zero point folded in;
        /// - for each tap, row by row, the doubled weights of channels (0, 2) and of (1, 3) as pairs of int16, and the tap's
        ///   [`tap_offset`];
        /// - for each channel multiplier, rounding and shift of its `HighMulRequant`.
        pub groups: Span,
        /// Entry v + 128 is what is stored for v: 256 int8, or int16 where channel pairs are; empty: v itself, as int8.
        pub table: Span,
    }
}
words!(DepthwiseDspParams in PARAMETER_WORDS);

/// Bytes of constants of a group of channels whose kernels have `taps` taps.
pub const fn group_bytes(taps: usize) -> usize {
    4 * (GROUP + 3 * taps + 3 * GROUP)
}

/// How many groups `channels` channels make.
pub const fn group_count(channels: usize) -> usize {
    channels.div_ceil(GROUP)
}

/// First channel of group `group` among `channels` channels.
pub const fn group_start(channels: usize, group: usize) -> usize {
    let last = channels.saturating_sub(GROUP);
    if group * GROUP < last { group * GROUP } else { last }
}

/// Bytes from the first value under the kernel to that of the tap in this row and column of the kernel.
pub const fn tap_offset(stage: &Stage, row: usize, column: usize) -> u64 {
    let (b, conv) = (&stage.input, stage.conv());
    let down = row as u64 * conv.dilation_h as u64 * b.pitch as u64;
    down + column as u64 * conv.dilation_w as u64 * b.channels as u64
}

/// What is stored of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Itself, int8.
    Bytes,
    /// What the table has for it, int8.
    TableBytes,
    /// What the table has for it, int16, in channel pairs.
    TablePairs,
}

/// How a stage with these parameters stores rows of this layout, if it can.
pub(crate) const fn store(params: &DepthwiseDspParams, layout: &RowLayout) -> Option<Store> {
    match (params.table.bytes, layout.is_bytes()) {
        (0, true) => Some(Store::Bytes),
        (256, true) => Some(Store::TableBytes),
        (512, false) if layout.pairs && layout.has_planes() => Some(Store::TablePairs),
        _ => None,
    }
}

/// Checks a stage of this kernel for itself: behind this every group of channels lies in the line buffer, every tap where the
/// geometry says, and the constants are whole.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, DepthwiseDspParams::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    let channels = b.channels as usize;
    ensure!(stage.out_channels == b.channels && channels >= GROUP, Fault::Channels);
    let branches = check!(conv.check(stage, data));
    let plain = conv.pool_h == 1 && conv.pool_w == 1 && conv.has_one_branch();
    ensure!(plain, Fault::GeometryForKernel);
    ensure!(stage.tile > 0, Fault::Tile);
    let branch = branches.get(0);
    let (rows, columns) = (branch.taps_h as usize, branch.taps_w as usize);
    ensure!(in_range((rows * columns) as i64, 1, MAX_TAPS as i64), Fault::BranchTaps);
    let bytes = group_bytes(rows * columns);
    ensure!(check!(entries(data, params.groups, bytes, 4)) == group_count(channels), Fault::WeightCount);
    ensure!(check!(entries(data, params.table, 256, 4)) <= 2, Fault::TableLength);
    let mut group = 0;
    while group < group_count(channels) {
        let mut at = params.groups.offset as usize + group * bytes + 4 * GROUP;
        let mut tap = 0;
        while tap < rows * columns {
            let offset = tap_offset(stage, tap / columns, tap % columns);
            ensure!(word(data, at + 8) as u64 == offset, Fault::TapOffset);
            at += 12;
            tap += 1;
        }
        let mut channel = 0;
        while channel < GROUP {
            ensure!(in_range(word(data, at + 8) as i64, 1, 20), Fault::ScaleRange);
            at += 12;
            channel += 1;
        }
        group += 1;
    }
    Ok(())
}

/// Checks that the outputs find their layout behind the stage: bytes or channel pairs.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>) -> Result<(), Fault> {
    let params = DepthwiseDspParams::of(&stage.parameters);
    ensure!(store(params, &RowLayout::of_output(stage, next)).is_some(), Fault::OutputLayout);
    Ok(())
}

/// The routine that stores rows for the line buffer `next`.
pub(crate) const fn routines(stage: &Stage, next: Option<&LineBuffer>) -> Routines {
    let params = DepthwiseDspParams::of(&stage.parameters);
    match store(params, &RowLayout::of_output(stage, next)) {
        Some(Store::Bytes) => Routines::NONE.with(Routine::DepthwiseBytes),
        Some(Store::TableBytes) => Routines::NONE.with(Routine::DepthwiseTableBytes),
        Some(Store::TablePairs) => Routines::NONE.with(Routine::DepthwiseTablePairs),
        None => Routines::NONE,
    }
}
