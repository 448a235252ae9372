//! Convolution on a processor with a 32-bit product and many registers: three positions in two words.
//!
//! Of three positions a, b, c a tap's activations are packed as x₁ = a + 2²¹·b and x₂ = c + 2¹¹·b. Products of both with the
//! same weights are summed modulo 2³², and nothing is looked at before the end of a *segment* of taps. With A, B, C the three
//! sums, Y₁ = A + 2²¹·B and Y₂ = C + 2¹¹·B modulo 2³², and each of A, B, C is a number of 21 bits with a sign:
//!
//! - A is what the lower 21 bits of Y₁ say, with their sign; (Y₁ − A) / 2²¹ is B modulo 2¹¹, say b.
//! - Y₂ − 2¹¹·b = C + 2²²·h with B = 2¹¹·h + b; its lower 22 bits are C, with their sign, and the rest is h modulo 2¹⁰.
//!
//! So a multiplication and an addition are made for 3/2 products. Where the weights of a channel are so large that its sums
//! could have more bits, the taps are cut into segments, whose sums are added up; where that is, is one number for all
//! channels. Sums are kept times 2⁹, which costs nothing as they are taken apart and which the requantization wants.
//!
//! What wins on RISC-V, and what does not (instructions a product, counted in loops for 4 channels and up to 6 positions):
//!
//! - Three positions in two words: 1.69 (8 loads, 16 multiplications, 16 additions for 24 products, and a part of the loop).
//!   A block of 6 positions and 4 channels takes 16 registers of sums, 4 of activations, 2 of weights and 2 of products; with
//!   31 registers it is the largest that fits.
//! - Two positions in a word, split into lanes after two products, as on ARMv6-M: 2.1. There a pair of words comes by one
//!   `ldm` and the carry flag rounds as it splits; here it is two `lw`, and `add`, `srai` for `asrs`, `adcs`: 8.5
//!   instructions for what takes 7.5. Split after four products: 1.8, and what is beyond the lanes has to come once more.
//! - One position a word: 2.5. It needs no packing, so it wins where there are one or two output channels (*direct*).
//! - The polynomial of ARMv6-M (six products of three taps and two outputs in two multiplications) would be 1.4 where lanes
//!   are split after two products, and wants four times the bytes of weights.
//! - 64-bit sums (`mul`, `mulh`): the carry between two words takes `sltu` and two additions, more than the products save.
//! - Requantization by `mulh` and one addition: 5 instructions with the shift and the check of the range. The definition has
//!   two roundings and takes 14.
//!
//! Weights lie `[group of 4 channels][tap][4]`, as bytes or halves; channels that are not there are zero. Directly they lie
//! `[channel][tap]`. Taps are in the order `[row][column][channel]`. A phase's weights start at its number of bytes.
//! `weight_bits` is always 8.
//!
//! [`Stage::extra`] of this form:
//! 0. bit 0: requantization by [`HighMul`] (else by the definition); bit 1: an own one for each channel; bit 2: weights are
//!    halves; bit 3: direct; bits 8–12: its shift;
//! 1. taps of a segment;
//! 2. offset of 256 bytes: output values by requantized value + 128, range and table of the stage applied;
//! 3. positions at a time;
//! 4. offset of the [`HighMul`]s.

mod check;
mod kernels;
mod work;

pub(crate) use check::check;
pub use check::swar21_words;
#[cfg(picoae_riscv32)]
pub(crate) use kernels::{Direct, Pack};
pub(crate) use kernels::{SCALED, Sweep};
pub(super) use work::run;

use crate::kernels::SWAR21;
use crate::plan::{Phases, Stage};
use bytemuck::{Pod, Zeroable};

/// Channels of a group.
pub(crate) const GROUP: usize = 4;

/// Requantization by the upper half of one product.
///
/// Requantizing, adding the zero point + 128 and saturating to 0…255 is a staircase of at most 255 steps. Any function with
/// its steps in the same places gives the same bits: here ⌊(⌊2⁹·acc·m / 2³²⌋ + c) / 2^s⌋, with one c for sums that are not
/// negative and one for those that are, because the definition rounds ties away from zero. The compiler looks for m and both
/// c and compares every step.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct HighMul {
    /// m, not negative.
    pub multiplier: i32,
    /// c for sums from 0 on.
    pub offset: i32,
    /// c for negative sums.
    pub negative_offset: i32,
}

impl HighMul {
    /// The value + 128 for a sum times 2⁹, not saturated yet.
    #[inline]
    pub(crate) const fn apply(self, scaled: i32, shift: u32) -> i32 {
        let high = ((scaled as i64 * self.multiplier as i64) >> 32) as i32;
        high.wrapping_add(if scaled < 0 { self.negative_offset } else { self.offset }) >> shift
    }
}

/// The parameters of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swar21 {
    /// Whether sums are requantized by [`HighMul`], not by the definition.
    pub high_mul: bool,
    /// Whether each channel has its own one.
    pub each: bool,
    /// Whether weights are int16, not int8.
    pub halves: bool,
    /// Whether activations are used as they lie, one position a word.
    pub direct: bool,
    /// The shift of [`HighMul`].
    pub shift: u32,
}

impl Swar21 {
    /// Their bits in the artifact.
    pub const fn code(self) -> u32 {
        self.high_mul as u32
            | (self.each as u32) << 1
            | (self.halves as u32) << 2
            | (self.direct as u32) << 3
            | self.shift << 8
    }

    pub(crate) const fn of(stage: &Stage) -> Self {
        let code = stage.extra[0];
        Self {
            high_mul: code & 1 != 0,
            each: code & 2 != 0,
            halves: code & 4 != 0,
            direct: code & 8 != 0,
            shift: code >> 8 & 31,
        }
    }

    /// Bytes of a weight.
    pub(crate) const fn weight_bytes(self) -> usize {
        if self.halves { 2 } else { 1 }
    }

    /// Bytes of the weights of `channels` channels of `taps` taps.
    pub const fn bytes_of(self, channels: usize, taps: usize) -> usize {
        let channels = if self.direct { channels } else { channels.next_multiple_of(GROUP) };
        channels.saturating_mul(taps).saturating_mul(self.weight_bytes())
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

// Bits of the kernels that a stage calls.
/// Weights as bytes; as halves.
pub(crate) const BYTES: u32 = SWAR21;
pub(crate) const HALVES: u32 = SWAR21 + 1;
/// More than one segment.
pub(crate) const SEGMENTS: u32 = SWAR21 + 2;
/// Requantization by [`HighMul`]; by the definition.
pub(crate) const HIGH_MUL: u32 = SWAR21 + 3;
pub(crate) const EXACT: u32 = SWAR21 + 4;
/// What is not positive is the first of the table.
pub(crate) const RECTIFIED: u32 = SWAR21 + 5;
/// One position a word.
pub(crate) const DIRECT: u32 = SWAR21 + 6;

/// The kernels that `stage` calls.
pub(crate) const fn kernels(stage: &Stage, data: &[u8]) -> u64 {
    let own = Swar21::of(stage);
    let products = if own.direct {
        DIRECT
    } else if own.halves {
        HALVES
    } else {
        BYTES
    };
    let finish = match (own.high_mul, is_rectified(stage)) {
        (false, _) => EXACT,
        (true, false) => HIGH_MUL,
        (true, true) => RECTIFIED,
    };
    let several = !own.direct && (stage.extra[1] as usize) < check::most_taps(stage, &Phases::of(stage, data));
    1 << products | 1 << finish | (several as u64) << SEGMENTS
}

/// Whether sums that are not positive come out as the first of the table.
pub(crate) const fn is_rectified(stage: &Stage) -> bool {
    stage.zero_point == -128
}

/// Positions that are packed at a time.
pub(crate) const fn most_positions(stage: &Stage) -> usize {
    stage.extra[3] as usize
}
