//! What the sliding kernels are asked for: the structures that the driver and every body share.

pub(crate) use crate::plan::params::conv_dsp::{Store, TapShape};
use crate::plan::row_layout::RowLayout;
use crate::plan::{LineBuffer, Span};

/// What is the same in several tiles. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) taps: TapShape,
    pub(crate) store: Store,
    /// 1, or 2 where the larger of two neighbours goes on.
    pub(crate) pool: usize,
    /// The bytes from one kernel row to the next.
    pub(crate) row_step: usize,
    pub(crate) row_count: usize,
    /// Channel pairs, a multiple of four (unless gathered), and the bytes from one to the next.
    pub(crate) planes: usize,
    pub(crate) plane: usize,
    /// Whether the inner loop is one for any distance between channel pairs.
    #[cfg_attr(not(picoae_dsp), allow(dead_code))]
    pub(crate) any_distance: bool,
    /// The bytes of a channel's weights.
    pub(crate) stride: usize,
    /// `HighMulRequant` records, one a channel.
    pub(crate) scales: usize,
    pub(crate) channels: usize,
    pub(crate) table: usize,
    /// Bytes from output to output.
    pub(crate) column: usize,
    /// Bytes from channel 0 to 1 and from 1 to 2.
    pub(crate) steps: [usize; 2],
    /// Where even outputs are made of odd ones.
    pub(crate) differences: Option<Differences>,
    /// For [`TapShape::Kronecker`]: working memory for two words a channel, which it keeps from tile to tile.
    pub(crate) carry: usize,
}

/// One tile, in all channels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tile {
    /// Weights of the first channel.
    pub(crate) weights: usize,
    /// The first activation of the first kernel row.
    pub(crate) row: usize,
    /// The first output of the first channel.
    pub(crate) out: usize,
    /// Outputs to store, at most what the kernel makes (behind a pooling, half of them).
    pub(crate) outputs: usize,
    /// For [`TapShape::Kronecker`]: whether nothing was kept yet, so that the first two of its six outputs are none.
    pub(crate) is_first: bool,
}

/// Behind an upsampling by two, a kernel of five weights w makes an odd output of w₀a + (w₁ + w₂)b + (w₃ + w₄)c, where a,
/// b, c are neighbours, and the even output in front of it is that + w₁(a − b) + w₃(b − c).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Differences {
    /// In the constant data: weights `[out][pair][2][2]`, int16, or the five int8 weights.
    pub(crate) weights: usize,
    /// Whether they are the latter.
    pub(crate) five: bool,
    /// Working memory for seven words a plane; the portable body does without.
    #[cfg_attr(not(picoae_dsp), allow(dead_code))]
    pub(crate) scratch: usize,
}

impl Call {
    /// What is the same in all calls of a stage that reads `input` and writes `layout`.
    #[inline(always)]
    pub(crate) fn new(input: &LineBuffer, layout: &RowLayout, store: Store, scales: Span, table: Span) -> Self {
        Self {
            taps: TapShape::Taps3By7,
            store,
            pool: 1,
            row_step: input.pitch as usize,
            row_count: 1,
            planes: input.planes(),
            plane: input.plane as usize,
            any_distance: false,
            stride: 0,
            scales: scales.offset as usize,
            channels: layout.channels,
            table: table.offset as usize,
            column: 0,
            differences: None,
            carry: 0,
            steps: if layout.pairs {
                [2, layout.plane.wrapping_sub(2)]
            } else if layout.packed {
                [layout.plane; 2]
            } else {
                [1, 1]
            },
        }
    }
}
