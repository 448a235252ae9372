//! Convolution on a processor with a 32-bit product and nothing more: two positions in one word.
//!
//! With the activations of two positions in the lanes of a word, (x₀ + 2¹⁶·x₁)·w makes two products in one
//! multiplication. A low lane stays exact while it is in −2¹⁵…2¹⁵−1, which holds for one product with |w| ≤ 255, and for
//! two whose |w| sum to at most 255: then the word t is split. C takes all of t modulo 2³²; B takes the high lane, which
//! is ⌊t / 2¹⁶⌋ plus bit 15 of t (a negative low lane borrowed from it). In the end the sums are A₁ = B and
//! A₀ = C − 2¹⁶·B modulo 2³².
//!
//! Activations are packed once for all output channels (a *sweep* goes through the channels), and once for phases that
//! read the same values.
//!
//! Where a kernel has at least three taps in the direction in which the outputs follow each other, and their distance is
//! that of the taps, two multiplications can make the six products of three taps and two outputs. With z = 2¹⁶,
//! (x₂ + x₃·z)·(g₂ + g₁·z) = x₂g₂ + (x₃g₂ + x₂g₁)·z, and (x₁ + x₀·z)·(g₀ + g₁·z) = x₁g₀ + (x₀g₀ + x₁g₁)·z, the terms in z²
//! falling off the word. The first is of the outputs (p, p + 1), the second of (p + 1, p): two lists of words, between
//! which the sums of the lanes are exchanged. Taps that are left over go to the first list, a word a tap. When to split
//! is as above, |g₂| + |g₁| counting as one |w|. Which way is taken, the trainer chooses for each output channel.
//!
//! Weights are words where there is room for that, else bytes (or halves, for |w| > 127) that a sweep expands. Where the
//! activations are long, taps are taken a few kernel rows at a time (a *slice*), while the sums of all channels wait in
//! the stage's working memory.
//!
//! [`Stage::extra`] of this form:
//! 0. bits 0–1: requantization (0 the definition, 1 [`Affine`] in two digits, 2 in three); bits 2–3: weights (0 bytes,
//!    1 halves, 2 words, 3 words of two phases, see `twins`); bit 4: some channel takes one word a tap; bit 5: some channel
//!    takes the polynomial; bit 6: an [`Affine`] for each channel, not one for all; bits 8–11: bits of a digit; bits 12–16:
//!    the e of [`Affine`];
//! 1. offset in the data of two bytes a phase and output channel, see [`Flag`];
//! 2. offset of 256 bytes: output values by requantized value + 128, range and table of the stage applied;
//! 3. bits 0–15: kernel rows of a slice; bits 16–31: pairs of positions packed at a time;
//! 4. offset of the [`Affine`]s.
//!
//! Where few weights are too large for that, what is too much is taken off them and comes once more behind the list, in its
//! *rest*: where the activations lie, in bytes from the end of a block of two pairs, and a word.
//!
//! The weights of a phase start at its number of bytes and lie `[slice][out][list]`. `weight_bits` is always 8.

mod affine;
mod check;
#[cfg(any(test, picoae_cortex_m0))]
mod digits;
mod kernels;
pub(super) mod lines;
pub(super) mod lists;
mod twins;
mod work;

pub use affine::Affine;
pub(crate) use check::check;
pub use check::{TwoLanes, two_lanes_words};
use check::{longest_lists, slice_bytes};
#[cfg(picoae_cortex_m0)]
pub(crate) use digits::{Digits, LARGEST};
#[cfg(picoae_cortex_m0)]
pub(crate) use kernels::Packed;
pub(crate) use kernels::{Finish, Sweep};
#[cfg(picoae_cortex_m0)]
pub(crate) use twins::Twins;
pub(super) use work::run;

use crate::kernels::TWO_LANES;
use crate::model::typed;
use crate::plan::{Span, Stage};
pub(crate) use lists::Cells;

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As int8, expanded by the sweep four at a time.
    Bytes,
    /// As int16, the same.
    Halves,
    /// As words.
    Words,
    /// As words of two phases, with a single output channel.
    Phases,
}

impl Packing {
    /// Its number in the artifact.
    pub const fn code(self) -> u32 {
        match self {
            Self::Bytes => 0,
            Self::Halves => 1,
            Self::Words => 2,
            Self::Phases => 3,
        }
    }

    /// The logarithm of the bytes of a weight.
    pub(crate) const fn shift(self) -> u32 {
        match self {
            Self::Bytes => 0,
            Self::Halves => 1,
            Self::Words | Self::Phases => 2,
        }
    }

    /// Whether nothing needs to be expanded.
    pub(crate) const fn is_words(self) -> bool {
        matches!(self, Self::Words | Self::Phases)
    }

    const fn of(stage: &Stage) -> Option<Self> {
        match stage.extra[0] >> 2 & 3 {
            0 => Some(Self::Bytes),
            1 => Some(Self::Halves),
            2 => Some(Self::Words),
            3 => Some(Self::Phases),
            _ => None,
        }
    }
}

/// What an output channel does; the sum of these, and how many words come once more.
#[derive(Debug, Clone, Copy)]
pub struct Flag;

impl Flag {
    /// Two products of the only or first list go to a split.
    pub const TWICE: u16 = 1;
    /// The polynomial.
    pub const POLYNOMIAL: u16 = 2;
    /// Two products of the second list go to a split.
    pub const SECOND_TWICE: u16 = 4;
    /// Most words in the rest of a list.
    pub const MOST: usize = 63;

    /// A flag with so many words in the rest of both lists.
    pub const fn with_rests(flags: u16, [one, two]: [usize; 2]) -> u16 {
        flags | (one as u16) << 3 | (two as u16) << 9
    }

    /// Words in the rest of both lists.
    pub(crate) const fn rests(flag: u16) -> [usize; 2] {
        [(flag >> 3) as usize & 63, (flag >> 9) as usize & 63]
    }
}

/// Which words of activations are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activations {
    /// One a tap.
    pub plain: bool,
    /// Those of the polynomial.
    pub polynomial: bool,
}

impl Activations {
    /// Their bits in the artifact.
    pub const fn code(self) -> u32 {
        (self.plain as u32) << 4 | (self.polynomial as u32) << 5
    }

    const fn of(stage: &Stage) -> Self {
        Self { plain: stage.extra[0] >> 4 & 1 != 0, polynomial: stage.extra[0] >> 5 & 1 != 0 }
    }
}

/// How the sums of a stage are requantized.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Requantization {
    /// 0: by the definition; else digits of the [`Affine`]'s multiplier.
    pub(crate) digits: u32,
    /// Bits of a digit.
    pub(crate) bits: u32,
    /// 2 to this power is less for negative sums.
    pub(crate) extra: u32,
    /// With a zero point of -128, sums that are not positive come out as the first of the table.
    pub(crate) rectified: bool,
}

impl Requantization {
    pub(crate) const fn of(stage: &Stage) -> Self {
        let kind = stage.extra[0] & 3;
        let digits = if kind == 0 { 0 } else { kind + 1 };
        let (bits, extra) = (stage.extra[0] >> 8 & 15, stage.extra[0] >> 12 & 31);
        Self { digits, bits, extra, rectified: stage.zero_point == -128 }
    }

    /// Its kernel's bit.
    pub(crate) const fn kernel(self) -> u32 {
        match self.digits {
            0 => TWO_LANES,
            2 => TWO_LANES + 1 + self.rectified as u32,
            _ => TWO_LANES + 3 + self.rectified as u32,
        }
    }
}

/// The bit of the kernel for two phases in the lanes.
const TWINS: u32 = TWO_LANES + 5;
/// The bit of packing positions that are not all at the same distance, as those of a signal are.
const IMAGES: u32 = TWO_LANES + 6;
/// The bit of loops for long lists.
pub(crate) const LONG: u32 = TWO_LANES + 7;

/// The kernels that `stage` calls.
pub(crate) const fn kernels(stage: &Stage) -> u64 {
    let twins = matches!(Packing::of(stage), Some(Packing::Phases));
    // Where weights are too many for words.
    let long = matches!(Packing::of(stage), Some(Packing::Bytes | Packing::Halves));
    1 << Requantization::of(stage).kernel()
        | (twins as u64) << TWINS
        | ((stage.out_width > 1) as u64) << IMAGES
        | (long as u64) << LONG
}

/// Kernel rows of a slice.
const fn slice_rows(stage: &Stage) -> usize {
    (stage.extra[3] & 0xFFFF) as usize
}

/// Pairs of positions that are packed at a time.
const fn most_pairs(stage: &Stage) -> usize {
    (stage.extra[3] >> 16) as usize
}

fn bytes(data: &[u8], offset: u32, bytes: usize) -> &[u8] {
    typed(data, Span { offset, bytes: bytes as u32 })
}

/// The bytes of `span`, which starts on a multiple of 4; none otherwise.
fn bytes_of(data: &[u8], span: Span) -> &[u8] {
    if span.offset.is_multiple_of(4) { typed(data, span) } else { &[] }
}
