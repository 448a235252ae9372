//! `conv_dsp`: the sliding convolution, up to seven neighbouring outputs of a channel at a time, on doubled channel pairs.
//!
//! Every activation that is loaded serves all the outputs that have a tap over it. A stage of this kernel reads channel pairs,
//! as an image (the taps of a kernel row slide along columns) or as a signal (all taps slide along rows).

pub(crate) use super::conv_dsp_loops::TapShape;
use super::output::high_mul_fit;
use crate::kernel_set::{Routine, Routines};
use crate::plan::branches::Branches;
use crate::plan::fault::Fault;
use crate::plan::geometry::ConvGeometry;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::{Span, check, ensure, entries, in_range};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Most outputs of a call.
pub(crate) const OUTPUTS: usize = 7;

/// Kernel rows that a call can take.
pub(crate) const MAX_ROWS: usize = 7;

record! {
    /// Sliding convolution. Weights: for each branch, at its byte,
    /// `[out][kernel row][channel pair]`, with channel pairs up to a multiple of four.
    #[derive(Eq)]
    pub struct ConvDspParams {
        /// int8 or int16 weights.
        pub weights: Span,
        /// `HighMulRequant` records, one an output channel.
        pub scales: Span,
        /// 256 entries, entry v + 128 is what is stored for v: int16 or int8 as `stored` says; else empty.
        pub table: Span,
        /// How outputs are stored: 0 by an int16 table, 1 rectified, 2 by an int8 table.
        pub stored: u8,
        /// How even outputs are made: 0 like all, 1 of odd ones, whose weights come first and the differences' behind them, 2 of
        /// odd ones, both of the same five int8 weights.
        pub even_outputs: u8,
        /// 1 where the inner loops are those for any distance between channel pairs, which several stages can share.
        pub any_distance: u8,
        /// Width of a weight: 8 or 16 bits.
        pub weight_bits: u8,
    }
}
words!(ConvDspParams in PARAMETER_WORDS);

/// How outputs are stored: codes of `stored`.
pub mod stored {
    /// Requantized and looked up, int16.
    pub const TABLE: u32 = 0;
    /// Requantized and rectified.
    pub const RELU: u32 = 1;
    /// Requantized and looked up, int8.
    pub const TABLE_BYTES: u32 = 2;
}

/// What becomes of accumulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Requantized and looked up; int16, 4 bytes apart.
    Table4,
    /// 8 bytes apart.
    Table8,
    /// Requantized and looked up; int8, any number of bytes apart.
    TableBytes,
    /// Requantized, clamped to 0…255, doubled; 4 bytes apart.
    Relu4,
    /// 8 bytes apart.
    Relu8,
    /// Requantized, clamped to 0…255; 4 bytes apart.
    ReluUndoubled4,
    /// 8 bytes apart.
    ReluUndoubled8,
    /// Requantized, clamped to int8; packed rows.
    PackedRelu,
    /// Requantized and looked up; packed rows.
    PackedTable,
}

/// How outputs `column` bytes apart are stored, if that is possible.
pub(crate) const fn stores_as(stored: u32, layout: &RowLayout, column: usize) -> Option<Store> {
    match (stored, layout.pairs, column) {
        _ if layout.packed => None,
        (stored::TABLE, true, 4) => Some(Store::Table4),
        (stored::TABLE, true, 8) => Some(Store::Table8),
        (stored::TABLE_BYTES, false, _) => Some(Store::TableBytes),
        (stored::RELU, true, 4) => Some(if layout.factor == 1 { Store::ReluUndoubled4 } else { Store::Relu4 }),
        (stored::RELU, true, 8) => Some(if layout.factor == 1 { Store::ReluUndoubled8 } else { Store::Relu8 }),
        _ => None,
    }
}

/// The routine that stores.
pub(crate) const fn store_routines(store: Option<Store>, pooled: bool) -> Routines {
    let Some(store) = store else { return Routines::NONE };
    Routines::NONE.with(match store {
        Store::Table4 => Routine::StoreTable4,
        Store::Table8 => Routine::StoreTable8,
        Store::TableBytes => Routine::StoreTableBytes,
        Store::Relu4 => Routine::StoreRelu4,
        Store::Relu8 => Routine::StoreRelu8,
        Store::ReluUndoubled4 => Routine::StoreReluUndoubled4,
        Store::ReluUndoubled8 => Routine::StoreReluUndoubled8,
        Store::PackedRelu if pooled => Routine::StorePackedPooledRelu,
        Store::PackedTable if pooled => Routine::StorePackedPooledTable,
        Store::PackedRelu => Routine::StorePackedRelu,
        Store::PackedTable => Routine::StorePackedTable,
    })
}

/// Checks that how outputs are stored is known and its table there.
pub(crate) const fn table_fits(stored: u32, table: Span, data: &[u8]) -> Result<(), Fault> {
    let size = match stored {
        stored::TABLE => 2,
        stored::RELU => return Ok(()),
        stored::TABLE_BYTES => 1,
        _ => return Err(Fault::StoreUnknown),
    };
    ensure!(check!(entries(data, table, size, size)) == 256, Fault::TableLength);
    Ok(())
}

impl ConvDspParams {
    /// The shape of a signal's taps.
    pub(crate) const fn signal_taps(&self) -> TapShape {
        match (self.weight_bits, self.even_outputs) {
            (16, _) => TapShape::Taps3By6Wide,
            (_, 2) => TapShape::Taps5By6,
            _ => TapShape::Taps3By6,
        }
    }
}

/// The shape of the taps of an image's branch.
pub(crate) const fn image_taps(b: &LineBuffer, taps: usize, step: usize, outputs: usize) -> Option<TapShape> {
    if b.is_unpadded() {
        let whole = b.width == 7 && b.pad_left == 1 && b.pad_right == 1;
        return if whole && taps == 3 && step == 1 && outputs == 7 { Some(TapShape::Taps3By7Edges) } else { None };
    }
    match (taps, step, outputs) {
        (1, 1, ..=4) => Some(TapShape::Taps1By4),
        (1, 1, _) => Some(TapShape::Taps1By7),
        (2, 1, ..=4) => Some(TapShape::Taps2By4),
        (2, 1, _) => Some(TapShape::Taps2By7),
        (3, 1, ..=4) => Some(TapShape::Taps3By4),
        (3, 1, _) => Some(TapShape::Taps3By7),
        (3, 2, _) => Some(TapShape::Taps3Step2By7),
        _ => None,
    }
}

/// Outputs of branch `q` among `branches` in a row of `width`.
pub(crate) const fn columns_of(width: usize, branches: usize, q: usize) -> usize {
    (width + branches - 1).saturating_sub(q) / branches
}

/// Bytes of the differences in working memory.
pub(crate) const fn difference_bytes(planes: usize) -> usize {
    planes * 28
}

/// Bytes from output to output of one branch.
const fn apart(stage: &Stage, layout: &RowLayout) -> usize {
    let conv = stage.conv();
    if stage.input.is_signal() {
        conv.branches_h as usize * layout.pitch
    } else {
        conv.branches_w as usize * layout.column
    }
}

/// Checks a stage of this kernel for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, ConvDspParams::of(&stage.parameters), stage.conv());
    ensure!(b.is_pairs() && b.column == 4, Fault::BufferLayout);
    ensure!(b.planes() >= 4 && b.planes().is_multiple_of(4), Fault::BufferStrides);
    let branches = check!(conv.check(stage, data));
    ensure!(conv.dilation_h == 1 && conv.dilation_w == 1 && stage.tile > 0, Fault::GeometryForKernel);
    check!(high_mul_fit(data, params.scales, stage.out_channels as usize));
    check!(table_fits(params.stored as u32, params.table, data));
    ensure!(params.weight_bits == 8 || params.weight_bits == 16, Fault::PackingUnknown);
    ensure!(params.even_outputs <= 2 && params.any_distance <= 1, Fault::PackingUnknown);
    let weights = check!(entries(data, params.weights, 1, 4)) as u64;
    if b.is_signal() {
        let pool = conv.pool_h;
        ensure!((pool == 1 || (pool == 2 && conv.branches_h == 1)) && conv.pool_w == 1, Fault::GeometryForKernel);
        let even = params.even_outputs == 0 || differences_fit(stage, params, &branches, weights);
        ensure!(even && conv.branches_w == 1 && conv.step_h == 1 && stage.out_width == 1, Fault::GeometryForKernel);
        let whole = stage.tile.is_multiple_of(conv.branches_h) && stage.first_tile.is_multiple_of(conv.branches_h);
        ensure!(whole, Fault::TileBroken);
    } else {
        ensure!(conv.pool_h == 1 && conv.pool_w == 1 && params.even_outputs == 0, Fault::GeometryForKernel);
        ensure!(params.weight_bits == 8, Fault::PackingUnknown);
    }
    let mut i = 0;
    while i < branches.len() {
        let bytes = if b.is_signal() {
            check!(signal_weights(stage, params, &branches, i))
        } else {
            check!(image_weights(stage, conv, &branches, i))
        };
        // With differences the even branch has no weights of its own.
        if !(b.is_signal() && params.even_outputs > 0 && i == 0) {
            let from = branches.get(i).weights;
            let end = from as u64 + stage.out_channels as u64 * bytes as u64;
            ensure!(from.is_multiple_of(4) && end <= weights, Fault::BranchWeights);
            if b.is_signal() {
                let own = Span { offset: params.weights.offset + from, bytes: (end - from as u64) as u32 };
                ensure!(taps_end(params.weight_bits, branches.get(i).taps_h, data, own), Fault::BranchWeights);
            }
        }
        i += 1;
    }
    Ok(())
}

/// Bytes of weights of an output channel in branch `i` of a signal.
const fn signal_weights(
    stage: &Stage,
    params: &ConvDspParams,
    branches: &Branches<'_>,
    i: usize,
) -> Result<usize, Fault> {
    let branch = branches.get(i);
    ensure!(in_range(branch.taps_h as i64, 1, 3) && branch.taps_w == 1, Fault::BranchTaps);
    Ok(stage.input.planes() / 4 * params.signal_taps().weight_bytes())
}

/// Whether a signal's weights of taps `taps` and up are 0: the kernel multiplies by three taps in any case, and what lies behind
/// the window may never have been written.
const fn taps_end(weight_bits: u8, taps: u16, data: &[u8], weights: Span) -> bool {
    // The tap that each byte of two pairs of int8 weights, or of one pair of int16 weights, belongs to.
    const NARROW: [u16; 12] = [0, 1, 0, 1, 2, 2, 2, 2, 0, 1, 0, 1];
    const WIDE: [u16; 12] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
    let tap = if weight_bits == 8 { &NARROW } else { &WIDE };
    let (mut at, end, mut k) = (weights.offset as usize, weights.end() as usize, 0);
    while taps < 3 && at < end {
        if tap[k] >= taps && data[at] != 0 {
            return false;
        }
        at += 1;
        k = if k + 1 < tap.len() { k + 1 } else { 0 };
    }
    true
}

/// Bytes of weights of an output channel in branch `i` of an image.
const fn image_weights(stage: &Stage, conv: &ConvGeometry, branches: &Branches<'_>, i: usize) -> Result<usize, Fault> {
    let (b, branch) = (&stage.input, branches.get(i));
    let width = columns_of(stage.out_width as usize, conv.branches_w as usize, i % conv.branches_w as usize);
    ensure!(in_range(branch.taps_h as i64, 1, MAX_ROWS as i64), Fault::BranchTaps);
    match image_taps(b, branch.taps_w as usize, conv.step_w as usize, width) {
        Some(taps) => Ok(branch.taps_h as usize * (b.planes() / 4 * taps.weight_bytes())),
        None => Err(Fault::BranchTaps),
    }
}

/// Whether a signal's stage can make even outputs of odd ones, `weights` bytes of weights given.
const fn differences_fit(stage: &Stage, params: &ConvDspParams, branches: &Branches<'_>, weights: u64) -> bool {
    if branches.len() != 2 {
        return false;
    }
    let (planes, even, odd) = (stage.input.planes(), branches.get(0), branches.get(1));
    let alike = even.row == odd.row && even.taps_h == 3 && odd.taps_h == 3 && odd.weights == 0;
    let (bits, bytes) = if params.even_outputs == 1 { (16, 20) } else { (8, 10) };
    params.weight_bits == bits
        && stage.conv().pool_h == 1
        && alike
        && stage.out_height.is_multiple_of(2)
        && stage.scratch.bytes as usize >= difference_bytes(planes)
        && weights >= stage.out_channels as u64 * planes as u64 * bytes
}

/// Checks a stage of this kernel with what lies behind it: `next` is the line buffer there, `None` the place of the last rows.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>, arena_bytes: u32) -> Result<(), Fault> {
    let (params, layout) = (ConvDspParams::of(&stage.parameters), RowLayout::of_output(stage, next));
    let beside = params.even_outputs == 0 || (layout.pairs && layout.pitch == 4);
    let stored = stores_as(params.stored as u32, &layout, apart(stage, &layout)).is_some();
    ensure!(stored && beside && layout.has_planes(), Fault::OutputLayout);
    ensure!(stage.input.reads_inside(arena_bytes), Fault::Overread);
    Ok(())
}

/// The routines that `stage` calls; `next` is the line buffer that it writes to.
pub(crate) const fn routines(stage: &Stage, data: &[u8], next: Option<&LineBuffer>) -> Routines {
    let (b, params, conv) = (&stage.input, ConvDspParams::of(&stage.parameters), stage.conv());
    let (layout, branches) = (RowLayout::of_output(stage, next), stage.read_branches(data));
    let (signal, pooled) = (b.is_signal(), conv.pool_h == 2);
    let mut routines = store_routines(stores_as(params.stored as u32, &layout, apart(stage, &layout)), pooled)
        .with(if signal { Routine::ConvDspSignal } else { Routine::ConvDspImage })
        .with_if(pooled, Routine::ConvDspPool2)
        .with_if(params.even_outputs == 1, Routine::ConvDspDifferences)
        .with_if(params.even_outputs == 2, Routine::ConvDspDifferencesOfFive);
    let mut i = 0;
    while i < branches.len() {
        let columns = conv.branches_w as usize;
        let width = columns_of(stage.out_width as usize, columns, i % columns);
        let taps = if signal {
            Some(params.signal_taps())
        } else {
            image_taps(b, branches.get(i).taps_w as usize, conv.step_w as usize, width)
        };
        if let Some(taps) = taps {
            routines = routines.with(taps.inner_loop(b.planes(), b.plane as usize, params.any_distance == 1));
        }
        i += 1;
    }
    routines
}
