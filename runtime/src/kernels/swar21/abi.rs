//! What the bodies are asked for: packing activations, a loop over the output channels, the sums of single channels.

use crate::arith::MulhRequant;
use crate::plan::params::swar21::{Blocks, GROUP, SLIDING_POSITIONS, SLIDING_TAPS};
use crate::plan::params::tap_grid::TapGrid;

/// Packs the activations of a block of a few positions.
pub(crate) struct Pack<'a> {
    pub(crate) buffer: &'a [i8],
    /// First value of three positions, or of one (then all three are the same).
    pub(crate) positions: [usize; 3],
    /// Whether there are two words a tap, or one.
    pub(crate) three: bool,
    /// What is packed.
    pub(crate) grid: TapGrid,
    /// Where the words of the first tap go, and how many words it is to those of the next.
    pub(crate) to: &'a mut [i32],
    pub(crate) step: usize,
}

/// Sums of four positions of one channel, from activations as they lie in the buffer.
pub(crate) struct Direct<'a> {
    pub(crate) buffer: &'a [i8],
    /// First value of each position.
    pub(crate) positions: [usize; 4],
    pub(crate) grid: TapGrid,
    /// Those of the channel.
    pub(crate) weights: &'a [u8],
    /// Whether they are int16, not int8.
    pub(crate) halves: bool,
    /// The sums, times two to the power [`MulhRequant::SCALED`].
    pub(crate) sums: &'a mut [i32; 4],
}

/// The outputs of a block of positions of a signal of one channel, five taps, in all output channels.
pub(crate) struct Slide<'a> {
    pub(crate) buffer: &'a [i8],
    /// First value of the first position, and from value to value, which is also from position to position.
    pub(crate) source: usize,
    pub(crate) step: usize,
    /// Weights, int8 `[out][tap]`.
    pub(crate) weights: &'a [u8],
    /// Biases of the channels.
    pub(crate) bias: &'a [i32],
    /// For all channels or one a channel.
    pub(crate) mulh: &'a [MulhRequant],
    pub(crate) shift: u32,
    /// Whether sums that are not positive come out as the first of the table.
    pub(crate) rectified: bool,
    /// Whether of each two positions only the larger sum is kept.
    pub(crate) pooled: bool,
    /// Where outputs go.
    pub(crate) out: &'a mut [i8],
    /// The first channel of the first output in it, and from output to output.
    pub(crate) at: usize,
    pub(crate) out_step: usize,
    /// Values by what is requantized, + 128, and saturated to 0…255.
    pub(crate) table: &'a [u8; 256],
}

impl Slide<'_> {
    /// Whether everything that is read and written is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let last = (SLIDING_POSITIONS + SLIDING_TAPS - 2) * self.step;
        let outputs = if self.pooled { SLIDING_POSITIONS / 2 } else { SLIDING_POSITIONS };
        !self.bias.is_empty()
            && self.source.saturating_add(last) < self.buffer.len()
            && self.weights.len() >= self.bias.len() * SLIDING_TAPS
            && (self.mulh.len() == 1 || self.mulh.len() == self.bias.len())
            && self.at + (outputs - 1) * self.out_step + self.bias.len() - 1 < self.out.len()
    }
}

/// The outputs of a line in all output channels.
pub(crate) struct ChannelLoop<'a> {
    /// Packed activations, block by block, `[tap][word]`.
    pub(crate) words: &'a [i32],
    /// The blocks; none where the sums are there.
    pub(crate) blocks: Blocks,
    pub(crate) taps: usize,
    /// Taps of a segment.
    pub(crate) segment: usize,
    /// Weights of groups of four channels, `[tap][4]`, from a multiple of 4 on.
    pub(crate) weights: &'a [u8],
    /// Whether they are int16, not int8.
    pub(crate) halves: bool,
    /// Sums of a group's channels, times two to the power [`MulhRequant::SCALED`], without bias.
    pub(crate) sums: &'a mut [i32],
    /// From a channel's to the next one's.
    pub(crate) stride: usize,
    /// Biases of the channels.
    pub(crate) bias: &'a [i32],
    /// For all channels or one a channel.
    pub(crate) mulh: &'a [MulhRequant],
    pub(crate) shift: u32,
    /// Whether sums that are not positive come out as the first of the table.
    pub(crate) rectified: bool,
    /// Positions of a pooling window.
    pub(crate) pool: usize,
    /// Rows of outputs.
    pub(crate) rows: usize,
    /// Outputs of a row.
    pub(crate) outputs: usize,
    /// Where outputs go.
    pub(crate) out: &'a mut [i8],
    /// The first channel of the first output in it.
    pub(crate) at: usize,
    /// From output to output, and from row to row.
    pub(crate) out_step: usize,
    pub(crate) out_down: usize,
    /// Values by what is requantized, + 128, and saturated to 0…255.
    pub(crate) table: &'a [u8; 256],
    /// Whether outputs are made; else only the sums of the first group.
    pub(crate) finish: bool,
}

impl Pack<'_> {
    /// Whether everything that is read and written is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let words = if self.three { 2 } else { 1 };
        let taps = self.grid.values();
        taps > 0
            && self.positions.iter().all(|at| at.saturating_add(self.grid.reach()) <= self.buffer.len())
            && self.step >= words
            && (taps - 1) * self.step + words <= self.to.len()
    }
}

impl Direct<'_> {
    /// Whether everything that is read is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let taps = self.grid.values();
        taps > 0
            && self.positions.iter().all(|at| at.saturating_add(self.grid.reach()) <= self.buffer.len())
            && taps << u32::from(self.halves) <= self.weights.len()
            && (!self.halves || self.weights.as_ptr().align_offset(2) == 0)
    }
}

impl ChannelLoop<'_> {
    /// Bytes of a group's weights.
    pub(crate) fn group_bytes(&self) -> usize {
        (GROUP * self.taps) << u32::from(self.halves)
    }

    /// The same for channels `from` to `to`, of which the first is that of a group; `None` never happens for a checked plan.
    pub(super) fn channels(&mut self, from: usize, to: usize) -> Option<ChannelLoop<'_>> {
        Some(ChannelLoop {
            weights: self.weights.get(from / GROUP * self.group_bytes()..)?,
            bias: self.bias.get(from..to)?,
            mulh: if self.mulh.len() > 1 { self.mulh.get(from..to)? } else { self.mulh },
            sums: self.sums,
            out: self.out,
            at: self.at + from,
            ..*self
        })
    }

    /// Whether everything that a channel loop touches is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let (channels, positions) = (self.bias.len(), self.rows * self.outputs * self.pool);
        let groups = channels.div_ceil(GROUP);
        let made = self.blocks.positions();
        channels > 0
            && positions > 0
            && (self.taps == 0) == (made == 0)
            && (self.finish || channels <= GROUP)
            && self.segment > 0
            && self.weights.len() >= groups * self.group_bytes()
            && self.weights.as_ptr().align_offset(4) == 0
            && self.words.len() >= self.taps * self.blocks.words()
            && (made == 0 || made >= positions)
            && self.stride >= made
            && self.stride >= positions
            && self.sums.len() >= (channels.min(GROUP) - 1) * self.stride + made.max(positions)
            && (!self.finish || self.mulh.len() == 1 || self.mulh.len() == channels)
            && (self.rows - 1) * self.out_down + (self.outputs - 1) * self.out_step + channels - 1 + self.at
                < self.out.len()
    }
}
