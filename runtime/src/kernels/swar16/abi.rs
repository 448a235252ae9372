//! What the bodies are asked for: packing activations, a loop over the output channels, the sums of two branches.
//!
//! Sums of a pair are two words: C, the sum of all products modulo 2³², and B, the sum of the high lanes.

use crate::arith::{Digits, FusedRequant};
use crate::plan::params::swar16::{ChannelFlags, Packing};
use crate::plan::params::swar16_streams::{TapGrid, TapStreams, slice_length};

/// What becomes of a channel's sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoopEnd {
    /// They wait for the next slice.
    Sums,
    /// The largest of each pooling window is left.
    Pooled,
    /// Pooled, requantized and written.
    Written,
}

/// Words of pairs of positions.
pub(crate) struct Packed<'a> {
    pub(crate) buffer: &'a [i8],
    /// First value of the first position of the first pair; from there to the second position's, to the next pair's.
    pub(crate) a: usize,
    pub(crate) second: usize,
    pub(crate) next: usize,
    /// Where the first pair's words go.
    pub(crate) to: &'a mut [i32],
    /// How many pairs; the pairs of a block; words from block to block.
    pub(crate) pairs: usize,
    pub(crate) lanes: usize,
    pub(crate) block: usize,
    /// What is packed.
    pub(crate) grid: TapGrid,
}

/// The outputs of a line in all output channels.
pub(crate) struct ChannelLoop<'a> {
    /// Activations for channels with one word a tap: blocks of two pairs, `[step][pair][2]`, then perhaps one of a single
    /// pair, `[step][2]`.
    pub(crate) plain: &'a mut [i32],
    /// Those for the polynomial; in each block the first stream is followed by the second.
    pub(crate) polynomial: &'a mut [i32],
    /// Words of a pair: one a tap; in the polynomial's first stream; in its second. All even.
    pub(crate) streams: [usize; 3],
    /// How the weights are stored.
    pub(crate) packing: Packing,
    /// The weights, channel by channel, from a multiple of 4 on.
    pub(crate) weights: &'a [u8],
    /// Room for the weights of a channel as words, where they are not.
    pub(crate) expanded: &'a mut [i32],
    /// [`ChannelFlags`]s of the channels.
    pub(crate) flags: &'a [u16],
    /// Biases of the channels.
    pub(crate) bias: &'a [i32],
    /// How sums are requantized, where they are.
    pub(crate) digits: Digits,
    /// Whether sums that are not positive come out as the first of the table.
    #[cfg_attr(not(picoae_armv6m), allow(dead_code))]
    pub(crate) rectified: bool,
    /// For all channels or one a channel.
    pub(crate) fused: &'a [FusedRequant],
    /// Pairs of positions.
    pub(crate) pairs: usize,
    /// Sums of the positions in order.
    pub(crate) sums: &'a mut [i32],
    /// From a channel's sums to the next one's.
    pub(crate) sums_step: usize,
    /// Whether there are sums of earlier slices.
    pub(crate) resume: bool,
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
    /// From output to output.
    pub(crate) out_step: usize,
    /// From row to row.
    pub(crate) out_down: usize,
    /// Values by what is requantized, + 128, and saturated to 0…255.
    pub(crate) table: &'a [u8; 256],
    /// What becomes of the sums.
    pub(crate) end: LoopEnd,
}

impl ChannelLoop<'_> {
    /// Bytes of the weights of so many channels whose flags are these.
    pub(super) fn weights_of(&self, flags: &[u16]) -> usize {
        let streams = TapStreams { plain: self.streams[0], first: self.streams[1], second: self.streams[2] };
        let (mut polynomials, mut excess) = (0, 0);
        for flags in flags {
            polynomials += usize::from(flags >> 1 & 1);
            let [one, two] = ChannelFlags::excess(*flags);
            excess += one + two;
        }
        slice_length(self.packing, &streams, [polynomials, flags.len() - polynomials], excess)
    }

    /// The same for channel `o` alone; `None` never happens for a checked plan.
    pub(super) fn channel(&mut self, o: usize) -> Option<ChannelLoop<'_>> {
        let from = self.weights_of(self.flags.get(..o)?);
        let to = self.weights_of(self.flags.get(..o + 1)?);
        Some(ChannelLoop {
            plain: self.plain,
            polynomial: self.polynomial,
            weights: self.weights.get(from..to)?,
            expanded: self.expanded,
            flags: self.flags.get(o..o + 1)?,
            bias: self.bias.get(o..o + 1)?,
            fused: if self.fused.len() > 1 { self.fused.get(o..o + 1)? } else { self.fused },
            sums: self.sums.get_mut(o * self.sums_step..)?,
            out: self.out,
            at: self.at + o,
            ..*self
        })
    }

    /// Whether everything that a channel loop touches is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let (channels, [plain, first, second]) = (self.flags.len(), self.streams);
        let words = self.packing.is_words();
        let outputs = self.rows * self.outputs;
        let last = channels.wrapping_sub(1);
        // One look at the flags of all channels: which there are, and how many have two streams.
        let (mut all, mut polynomials, mut excess) = (0, 0, 0);
        for flag in self.flags {
            all |= flag;
            polynomials += usize::from(flag >> 1 & 1);
            let [one, two] = ChannelFlags::excess(*flag);
            excess += one + two;
        }
        let weights = polynomials * (first + second) + (channels - polynomials) * plain;
        channels > 0
            && (plain | first | second) % 2 == 0
            && (words || (plain % 4 == 0 && self.expanded.len() >= plain))
            && self.weights.len() >= (weights << self.packing.shift()) + excess * 8
            && self.weights.as_ptr().align_offset(4) == 0
            && self.plain.len() >= self.pairs * plain
            && self.polynomial.len() >= self.pairs * (first + second)
            && (words || (all & ChannelFlags::POLYNOMIAL == 0 && excess == 0))
            && self.bias.len() == channels
            && (self.end != LoopEnd::Written || self.fused.len() == 1 || self.fused.len() == channels)
            && outputs > 0
            && self.pool > 0
            && outputs * self.pool <= self.pairs * 2
            && self.sums.len() >= last * self.sums_step + self.pairs * 2
            && self.rows.wrapping_sub(1) * self.out_down + (self.outputs - 1) * self.out_step + last + self.at
                < self.out.len()
    }
}

/// The sums of a row of positions in two branches side by side.
pub(crate) struct DualPhase<'a> {
    pub(crate) buffer: &'a [i8],
    /// First value of the window of the first position, and from there to the next one's.
    pub(crate) source: usize,
    pub(crate) source_step: usize,
    /// The window that both branches have together.
    pub(crate) grid: TapGrid,
    /// One word a value, and behind them offsets in the window and words.
    pub(crate) weights: &'a [u8],
    /// How many of the latter.
    pub(crate) excess: usize,
    pub(crate) bias: [i32; 2],
    /// Two for each position.
    pub(crate) sums: &'a mut [i32],
}
