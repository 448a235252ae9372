//! `swar21`: convolution with three positions in two 32-bit words. What it computes and why that is exact stands with the
//! kernel; here is how its constants lie.

use super::output::OutputParams;
use super::tap_grid::TapGrid;
use crate::arith::MulhRequant;
use crate::kernel_set::{Routine, Routines};
use crate::plan::branches::Branches;
use crate::plan::fault::Fault;
use crate::plan::geometry::taps;
use crate::plan::span::{Span, check as pass, ensure, entries};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

record! {
    /// Convolution with three positions in two words.
    #[derive(Eq)]
    pub struct Swar21Params {
        /// int8 or int16 weights `[branch][group of 4 channels][tap][4]`, channels that are not there being 0; where activations
        /// are not packed, `[branch][out][tap]`. Taps are in the order `[row][column][channel]`; a branch's weights start at its byte.
        pub weights: Span,
        /// int32 biases with the input's zero point folded in: `[branch][out]`.
        pub bias: Span,
        /// 256 bytes: output values by requantized value + 128, range and table of the stage applied.
        pub table: Span,
        /// `MulhRequant` records, one an output channel or one for all; empty: the definition requantizes.
        pub mulh: Span,
        /// The definition's requantization; where `mulh` is there its scales are not asked for.
        pub output: OutputParams,
        /// Taps (channels counted) of a segment, whose sums have no more than 21 bits.
        pub segment: u32,
        /// Positions packed at a time.
        pub positions: u16,
        /// Bytes of a weight: 1 or 2.
        pub weight_bytes: u8,
        /// Where activations are: 0 packed, 1 used as they lie, 2 held in registers (a signal of one channel, five taps).
        pub activations: u8,
        /// Right shift of the `MulhRequant`s.
        pub shift: u8,
        /// 0.
        pub reserved: u8,
        /// 0.
        pub reserved_2: u16,
    }
}
words!(Swar21Params in PARAMETER_WORDS);

/// Channels of a group.
pub const GROUP: usize = 4;
/// Taps of the kernel that holds activations in registers, and the positions that it makes at a time.
pub const SLIDING_TAPS: usize = 5;
/// See there.
pub const SLIDING_POSITIONS: usize = 6;

/// Where activations are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activations {
    /// Packed, three positions in two words.
    Packed,
    /// Used as they lie, one position a word.
    Direct,
    /// Held in registers, one position a word.
    Sliding,
}

impl Activations {
    /// Their number in the artifact.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// The blocks that positions are made in, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// Of six positions, four words a tap.
    pub six: usize,
    /// Of three, two words.
    pub three: usize,
    /// Of one, one word.
    pub one: usize,
}

impl Blocks {
    /// None.
    pub const NONE: Self = Self { six: 0, three: 0, one: 0 };

    /// Those for `positions` positions, of which the last block may have too many.
    pub const fn of(positions: usize) -> Self {
        let rest = positions % 6;
        Self {
            six: positions / 6 + (rest == 5) as usize,
            three: (rest >= 2 && rest <= 4) as usize,
            one: (rest == 1 || rest == 4) as usize,
        }
    }

    /// Words a tap.
    pub const fn words(self) -> usize {
        4 * self.six + 2 * self.three + self.one
    }

    /// Positions, those that are too many included.
    pub const fn positions(self) -> usize {
        6 * self.six + 3 * self.three + self.one
    }
}

/// What the working memory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scratch {
    /// Words of packed activations.
    pub activations: usize,
    /// Words of sums.
    pub sums: usize,
}

impl Scratch {
    /// That of `stage`, whose branches are `branches`; the planner asks the same.
    pub const fn of(stage: &Stage, branches: &Branches<'_>) -> Self {
        let params = Swar21Params::of(&stage.parameters);
        let positions = params.positions as usize;
        if params.is_sliding() {
            return Self { activations: 0, sums: 0 };
        }
        if params.is_direct() {
            return Self { activations: 0, sums: positions.next_multiple_of(4) };
        }
        let blocks = Blocks::of(positions);
        let activations = most_taps(stage, branches).saturating_mul(blocks.words());
        Self { activations, sums: blocks.positions() * GROUP }
    }

    /// All of it in words.
    pub const fn words(&self) -> usize {
        self.activations.saturating_add(self.sums)
    }
}

/// Taps of the largest branch, channels counted.
const fn most_taps(stage: &Stage, branches: &Branches<'_>) -> usize {
    let (mut most, mut i) = (0, 0);
    while i < branches.len() {
        let branch = branches.get(i);
        let taps = TapGrid::new(stage, &branch, branch.taps_h as usize).values();
        most = if taps > most { taps } else { most };
        i += 1;
    }
    most
}

impl Swar21Params {
    /// Whether activations are used as they lie.
    pub(crate) const fn is_direct(&self) -> bool {
        self.activations == Activations::Direct.code()
    }

    /// Whether activations are held in registers.
    pub(crate) const fn is_sliding(&self) -> bool {
        self.activations == Activations::Sliding.code()
    }

    /// Whether weights are int16.
    pub(crate) const fn is_halves(&self) -> bool {
        self.weight_bytes == 2
    }

    /// Whether sums that are not positive come out as the first of the table.
    pub(crate) const fn is_rectified(&self) -> bool {
        self.output.zero_point == -128
    }

    /// Bytes of the weights of `channels` channels of `taps` taps.
    pub(crate) const fn bytes_of(&self, channels: usize, taps: usize) -> usize {
        let packed = self.activations == Activations::Packed.code();
        let channels = if !packed { channels } else { channels.next_multiple_of(GROUP) };
        channels.saturating_mul(taps).saturating_mul(self.weight_bytes as usize)
    }
}

/// Checks a stage of this kernel: behind this, nothing in it can go out of bounds.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, Swar21Params::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    let branches = pass!(conv.check(stage, data));
    ensure!(conv.dilation_w == 1 && stage.tile > 0, Fault::GeometryForKernel);
    ensure!(params.weight_bytes == 1 || params.weight_bytes == 2, Fault::PackingUnknown);
    ensure!(params.activations <= Activations::Sliding.code() && params.shift < 32, Fault::PackingUnknown);
    let pool = conv.pool_h as u64 * conv.pool_w as u64;
    ensure!(pool == 1 || conv.has_one_branch(), Fault::GeometryForKernel);
    ensure!(pool <= params.positions as u64 && params.segment > 0, Fault::TileBroken);
    let channels = stage.out_channels as usize;
    let biases = pass!(entries(data, params.bias, 4, 4)) as u64;
    ensure!(biases == branches.len() as u64 * channels as u64, Fault::BiasCount);
    let weights = pass!(entries(data, params.weights, 1, 4));
    let mut i = 0;
    while i < branches.len() {
        let branch = branches.get(i);
        // So few that sums of their sizes stay small.
        let values = taps(&branch).saturating_mul(b.channels as u64);
        ensure!(values <= 1 << 20, Fault::BranchTaps);
        ensure!(branch.weights.is_multiple_of(4), Fault::SpanMisaligned);
        let end = (branch.weights as usize).saturating_add(params.bytes_of(channels, values as usize));
        ensure!(end <= weights, Fault::BranchWeights);
        i += 1;
    }
    let needed = Scratch::of(stage, &branches).words().saturating_mul(4);
    ensure!(needed <= stage.scratch.bytes as usize, Fault::ScratchSmall);
    ensure!(pass!(entries(data, params.table, 1, 1)) == 256, Fault::TableLength);
    let scales = pass!(params.output.check(data));
    let mulh = pass!(entries(data, params.mulh, size_of::<MulhRequant>(), 4));
    if params.is_sliding() {
        pass!(slides(stage, &branches));
        ensure!(mulh == 1 || mulh == channels, Fault::ScaleCount);
    } else if mulh == 0 {
        ensure!(scales == 1 || scales == channels, Fault::ScaleCount);
    } else {
        ensure!(mulh == 1 || mulh == channels, Fault::ScaleCount);
    }
    Ok(())
}

/// Whether a block of positions can be made with the activations in registers, whatever rows a tile has.
const fn slides(stage: &Stage, branches: &Branches<'_>) -> Result<(), Fault> {
    let (params, conv) = (Swar21Params::of(&stage.parameters), stage.conv());
    let signal = stage.out_width == 1 && stage.input.channels == 1 && conv.has_one_branch();
    let branch = branches.get(0);
    let taps = branch.taps_h as usize == SLIDING_TAPS && branch.taps_w == 1;
    let pool = (conv.pool_h == 1 || conv.pool_h == 2) && conv.pool_w == 1;
    let steps = conv.step_h == conv.dilation_h && params.weight_bytes == 1;
    ensure!(signal && taps && pool && steps, Fault::GeometryForKernel);
    let least = SLIDING_POSITIONS as u16 / conv.pool_h;
    let last = stage.out_height % stage.tile;
    let whole = stage.tile >= least && stage.out_height >= stage.tile && (last == 0 || last >= least);
    ensure!(whole && stage.first_tile == 0, Fault::TileBroken);
    Ok(())
}

/// The routines that `stage` calls.
pub(crate) const fn routines(stage: &Stage, data: &[u8]) -> Routines {
    let params = Swar21Params::of(&stage.parameters);
    if params.is_sliding() {
        return Routines::NONE.with(match (params.is_rectified(), stage.conv().pool_h == 2) {
            (false, false) => Routine::Swar21Sliding,
            (true, false) => Routine::Swar21SlidingRelu,
            (false, true) => Routine::Swar21SlidingPool2,
            (true, true) => Routine::Swar21SlidingPool2Relu,
        });
    }
    let products = match (params.is_direct(), params.is_halves()) {
        (true, _) => Routine::Swar21Direct,
        (false, false) => Routine::Swar21Bytes,
        (false, true) => Routine::Swar21Halves,
    };
    let output = match (params.mulh.is_empty(), params.is_rectified()) {
        (true, _) => Routine::Swar21Exact,
        (false, false) => Routine::Swar21Mulh,
        (false, true) => Routine::Swar21MulhRelu,
    };
    let taps = most_taps(stage, &stage.read_branches(data));
    let several = params.activations == Activations::Packed.code() && (params.segment as usize) < taps;
    Routines::NONE.with(products).with(output).with_if(several, Routine::Swar21Segments)
}
