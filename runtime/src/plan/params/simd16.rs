//! `simd16`: convolution for processors with vector registers, output channels across the lanes. What it computes stands with the
//! kernel; here is how its constants lie.

use super::output::OutputParams;
use crate::kernel_set::{Routine, Routines};
use crate::plan::branches::{Branch, Branches};
use crate::plan::fault::Fault;
use crate::plan::span::{Span, check, ensure, entries};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Output channels that are made together.
pub const LANES: usize = 16;

/// Layers with fewer outputs are made of dot products.
const FEW: u16 = 3;

/// Values that a dot product takes at a time.
pub const STEP: usize = 8;

record! {
    /// Convolution in vectors. A branch's weights start at its number of weights.
    #[derive(Eq)]
    pub struct Simd16Params {
        /// int16: `[branch][16 outputs][run][pair of values][output][2]`, or for few outputs
        /// `[branch][output][run][values, up to a multiple of 8]`, with zeros where there is no tap or output.
        pub weights: Span,
        /// int32 `[branch][output]`, outputs up to a multiple of 16 (not for few).
        pub bias: Span,
        /// What becomes of an accumulator; one scale an output, up to a multiple of 16 (not for few).
        pub output: OutputParams,
    }
}
words!(Simd16Params in PARAMETER_WORDS);

/// What lies under a branch's kernel: pieces of neighbouring values, row by row of the kernel, or all in one where its
/// rows are whole rows of the map.
#[derive(Debug, Clone, Copy)]
pub struct Runs {
    /// How many.
    pub count: u64,
    /// Values of each.
    pub values: u64,
    /// Values from the start of one to the next.
    pub gap: u64,
}

impl Runs {
    /// The runs of `branch`.
    pub const fn of(stage: &Stage, branch: &Branch) -> Self {
        let (taps_h, taps_w) = (branch.taps_h as u64, branch.taps_w as u64);
        let (channels, columns) = (stage.input.channels as u64, stage.input.padded_width() as u64);
        let (row, dilation) = (columns * channels, stage.conv().dilation_h as u64);
        if taps_h == 0 || taps_w == 0 {
            Self { count: 0, values: 0, gap: 0 }
        } else if taps_w == columns && dilation == 1 {
            Self { count: 1, values: taps_h * row, gap: 0 }
        } else {
            Self { count: taps_h, values: taps_w * channels, gap: dilation * row }
        }
    }

    /// Weights of sixteen outputs, or of one of few.
    pub const fn weights(&self, few: bool) -> u64 {
        let each =
            if few { self.values.next_multiple_of(STEP as u64) } else { self.values.div_ceil(2) * 2 * LANES as u64 };
        self.count.saturating_mul(each)
    }
}

/// Whether the stage's outputs are few enough for dot products.
pub const fn is_few(stage: &Stage) -> bool {
    stage.out_channels < FEW
}

/// Outputs with those that fill the lanes.
const fn padded(stage: &Stage) -> usize {
    if is_few(stage) { stage.out_channels as usize } else { (stage.out_channels as usize).next_multiple_of(LANES) }
}

/// Bytes of working memory: the widened rows of the tile with the most, and its sums. The tile must not be 0.
pub const fn scratch_bytes(stage: &Stage, branches: &Branches<'_>) -> u64 {
    let (mut rows, mut y) = (0, 0);
    while y < stage.out_height as usize {
        let made = stage.rows_at(y);
        let (start, _) = stage.rows_for(y, branches);
        let (_, end) = stage.rows_for(y + made - 1, branches);
        if end.saturating_sub(start) > rows {
            rows = end.saturating_sub(start);
        }
        y += made;
    }
    // No buffer has more rows, and so the products stay below 2⁶⁴.
    let rows = if rows > u16::MAX as usize { u16::MAX as usize } else { rows };
    let (b, conv) = (&stage.input, stage.conv());
    let values = rows as u64 * (b.padded_width() as u64 * b.channels as u64) + STEP as u64;
    let positions = (stage.tile as u64 * conv.pool_h as u64) * (stage.out_width as u64 * conv.pool_w as u64);
    (values * 2).next_multiple_of(4) + positions * if is_few(stage) { 4 } else { 4 * LANES as u64 }
}

/// Checks a stage of this kernel for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, Simd16Params::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    let branches = check!(conv.check(stage, data));
    let pool = conv.pool_h as u64 * conv.pool_w as u64;
    ensure!(conv.dilation_w == 1 && pool <= 256, Fault::GeometryForKernel);
    ensure!(stage.tile > 0 && stage.first_tile <= stage.tile, Fault::Tile);
    let (outputs, few) = (padded(stage), is_few(stage));
    ensure!(check!(params.output.check(data)) == outputs, Fault::ScaleCount);
    let biases = check!(entries(data, params.bias, 4, 4)) as u64;
    ensure!(biases == branches.len() as u64 * outputs as u64, Fault::BiasCount);
    let weights = check!(entries(data, params.weights, 2, 4)) as u64;
    let blocks = if few { outputs as u64 } else { outputs as u64 / LANES as u64 };
    let mut i = 0;
    while i < branches.len() {
        let branch = branches.get(i);
        let most = Runs::of(stage, &branch).weights(few);
        ensure!(most <= weights && branch.weights as u64 + blocks * most <= weights, Fault::BranchWeights);
        i += 1;
    }
    ensure!(stage.scratch.bytes as u64 >= scratch_bytes(stage, &branches), Fault::ScratchSmall);
    Ok(())
}

/// The routine of this kernel.
pub(crate) const fn routines() -> Routines {
    Routines::NONE.with(Routine::Simd16)
}
