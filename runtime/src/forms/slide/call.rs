//! What the processor's sliding kernel is asked for.

use super::Kernel;
use crate::place::Place;
use crate::plan::Stage;

/// What becomes of accumulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
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
    ReluSingle4,
    /// 8 bytes apart.
    ReluSingle8,
    /// Requantized, clamped to int8; fields of words, row behind row.
    FieldsRelu,
    /// Requantized and looked up; likewise.
    FieldsTable,
}

/// What is the same in several tiles. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) kernel: Kernel,
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
    pub(crate) general: bool,
    /// The bytes of a channel's weights.
    pub(crate) stride: usize,
    /// [`Doubled`] records, one a channel.
    pub(crate) scales: usize,
    pub(crate) channels: usize,
    pub(crate) table: usize,
    /// Bytes from output to output.
    pub(crate) column: usize,
    /// Bytes from channel 0 to 1 and from 1 to 2.
    pub(crate) steps: [usize; 2],
    /// Where even outputs are made of odd ones.
    pub(crate) differences: Option<Differences>,
    /// For [`Kernel::Kronecker`]: working memory for two words a channel, which it keeps from tile to tile.
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
    /// For [`Kernel::Kronecker`]: whether nothing was kept yet, so that the first two of its six outputs are none.
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

/// What is the same in all calls of a stage.
#[inline(always)]
pub(crate) fn template(stage: &Stage, place: &Place) -> Call {
    let relu = stage.extra[0] == 1;
    Call {
        kernel: Kernel::Taps3By7,
        store: if relu { Store::Relu4 } else { Store::Table4 },
        pool: 1,
        row_step: stage.input.pitch as usize,
        row_count: 1,
        planes: stage.input.planes(),
        plane: stage.input.plane as usize,
        general: stage.extra[2] == 1,
        stride: 0,
        scales: stage.scales.offset as usize,
        channels: stage.out_channels as usize,
        table: stage.table.offset as usize,
        column: 0,
        differences: None,
        carry: 0,
        steps: if place.pairs {
            [2, place.plane.wrapping_sub(2)]
        } else if place.fields {
            [place.plane; 2]
        } else {
            [1, 1]
        },
    }
}

/// How outputs `column` bytes apart are stored, if that is possible.
pub(crate) const fn store_for(stage: &Stage, place: &Place, column: usize) -> Option<Store> {
    match (stage.extra[0], place.pairs, column) {
        _ if place.fields => None,
        (0, true, 4) => Some(Store::Table4),
        (0, true, 8) => Some(Store::Table8),
        (2, false, _) => Some(Store::TableBytes),
        (1, true, 4) => Some(if place.factor == 1 { Store::ReluSingle4 } else { Store::Relu4 }),
        (1, true, 8) => Some(if place.factor == 1 { Store::ReluSingle8 } else { Store::Relu8 }),
        _ => None,
    }
}
