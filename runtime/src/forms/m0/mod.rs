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
//! 0. bits 0–1: requantization (0 the definition, 1 in three digits, 2 in four); bits 2–3: weights (0 bytes, 1 halves,
//!    2 words); bit 4: some channel takes one word a tap; bit 5: some channel takes the polynomial;
//! 1. offset in the data of one byte a phase and output channel, see [`Flag`];
//! 2. offset of 256 bytes: output values by requantized value + 128, range and table of the stage applied;
//! 3. kernel rows of a slice;
//! 4. pairs of positions packed at a time.
//!
//! The weights of a phase start at its number of bytes and lie `[slice][out][list]`. `weight_bits` is always 8.

mod digits;
mod kernels;
mod lines;
mod lists;
mod work;

pub(crate) use digits::Digits;
pub use digits::{LARGEST_FOUR, LARGEST_THREE};
pub(crate) use kernels::{Finish, Sweep};
pub(super) use work::run;

use crate::model::typed;
use crate::plan::{Op, Phase, Scale, Span, Stage};
pub(crate) use lists::Cells;
use lists::{Lists, weight_bytes};

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As int8, expanded by the sweep four at a time.
    Bytes,
    /// As int16, the same.
    Halves,
    /// As words.
    Words,
}

impl Packing {
    /// Its number in the artifact.
    pub const fn code(self) -> u32 {
        match self {
            Self::Bytes => 0,
            Self::Halves => 1,
            Self::Words => 2,
        }
    }

    const fn of(stage: &Stage) -> Option<Self> {
        match stage.extra[0] >> 2 & 3 {
            0 => Some(Self::Bytes),
            1 => Some(Self::Halves),
            2 => Some(Self::Words),
            _ => None,
        }
    }
}

/// What an output channel does; the sum of these.
#[derive(Debug, Clone, Copy)]
pub struct Flag;

impl Flag {
    /// Two products of the only or first list go to a split.
    pub const TWICE: u8 = 1;
    /// The polynomial.
    pub const POLYNOMIAL: u8 = 2;
    /// Two products of the second list go to a split.
    pub const SECOND_TWICE: u8 = 4;
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

/// What the working memory holds: words of activations, words of weights, sums.
#[derive(Debug, Clone, Copy)]
pub struct TwoLanes {
    /// Words of activations, one a tap.
    pub plain: usize,
    /// Words of activations of the polynomial.
    pub polynomial: usize,
    /// Words of weights.
    pub weights: usize,
    /// Words of sums.
    pub sums: usize,
}

impl TwoLanes {
    /// All of it in words.
    pub const fn words(&self) -> usize {
        self.plain.saturating_add(self.polynomial).saturating_add(self.weights).saturating_add(self.sums)
    }
}

/// Words of working memory for `stage`, whose phases are `phases`; the planner asks the same.
pub fn two_lanes_words(stage: &Stage, phases: &[Phase]) -> TwoLanes {
    let (rows, pairs) = (stage.extra[3] as usize, stage.extra[4] as usize);
    let packing = Packing::of(stage).unwrap_or(Packing::Words);
    let (mut plain, mut polynomial, mut sliced) = (0, 0, false);
    let mut i = 0;
    while i < phases.len() {
        let taps_h = phases[i].taps_h as usize;
        let now = if taps_h < rows { taps_h } else { rows };
        let lists = Cells::new(stage, &phases[i], now).lists(packing, Activations::of(stage));
        plain = larger(plain, lists.plain);
        polynomial = larger(polynomial, lists.first + lists.second);
        sliced = sliced || taps_h > rows;
        i += 1;
    }
    TwoLanes {
        plain: plain.saturating_mul(pairs),
        polynomial: polynomial.saturating_mul(pairs),
        weights: if matches!(packing, Packing::Words) { 0 } else { plain },
        sums: pairs.saturating_mul(2).saturating_mul(if sliced { stage.out_channels as usize } else { 1 }),
    }
}

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

fn bytes(data: &[u8], offset: u32, bytes: usize) -> &[u8] {
    typed(data, Span { offset, bytes: bytes as u32 })
}

/// Bytes of weights of all output channels, whose flags are `flags`, in one slice.
fn slice_bytes(packing: Packing, lists: &Lists, flags: &[u8]) -> usize {
    let (mut i, mut polynomials) = (0, 0_usize);
    while i < flags.len() {
        polynomials += ((flags[i] / Flag::POLYNOMIAL) & 1) as usize;
        i += 1;
    }
    let words = (lists.first + lists.second).saturating_mul(polynomials);
    weight_bytes(packing, words.saturating_add(lists.plain.saturating_mul(flags.len() - polynomials)))
}

/// Checks what the portable operator's checks do not: after them, nothing below can go out of bounds.
pub(super) fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let ensure = |ok: bool, what: &'static str| if ok { Ok(()) } else { Err(what) };
    ensure(stage.op == Op::Conv.code() && stage.groups == 1 && stage.dilation_w == 1, "not for the two-lane form")?;
    ensure(!stage.input.is_pairs(), "the two-lane form reads bytes")?;
    ensure(stage.weight_bits == 8, "the two-lane form's weights are counted in bytes")?;
    let Some(packing) = Packing::of(stage) else { return Err("the packing of the weights is unknown") };
    let made = Activations::of(stage);
    let words = packing == Packing::Words;
    ensure(stage.extra[0] >> 6 == 0 && (words || !made.polynomial), "the polynomial wants words")?;
    let even = stage.input.channels.is_multiple_of(2);
    ensure(even || !made.polynomial, "the polynomial wants an even number of channels")?;
    let pool = usize::from(stage.pool_h) * usize::from(stage.pool_w);
    let (pairs, rows) = (stage.extra[4] as usize, stage.extra[3] as usize);
    ensure(pool > 0 && (pool == 1 || (stage.phases_h == 1 && stage.phases_w == 1)), "phases and pooling at once")?;
    ensure(rows > 0 && pairs > 0 && pairs <= 1 << 16 && (pairs * 2).is_multiple_of(pool), "the pairs do not fit")?;
    let phases: &[Phase] = typed(data, stage.phases);
    let channels = usize::from(stage.out_channels);
    let flags = bytes(data, stage.extra[1], phases.len() * channels);
    ensure(flags.len() == phases.len() * channels, "the flags lie outside the data")?;
    let mut i = 0;
    while i < flags.len() {
        let polynomial = flags[i] & Flag::POLYNOMIAL != 0;
        ensure(flags[i] < 8 && if polynomial { made.polynomial } else { made.plain }, "a flag does not fit")?;
        i += 1;
    }
    i = 0;
    while i < phases.len() {
        let (p, own) = (&phases[i], &flags[i * channels..(i + 1) * channels]);
        let start = p.weights as usize;
        ensure(start.is_multiple_of(4), "a phase's weights start on no multiple of 4")?;
        // Whole slices, and a last one of the rows that are left.
        let taps_h = usize::from(p.taps_h);
        let (full, rest) = (if rows < taps_h { rows } else { taps_h }, taps_h % rows);
        let whole = slice_bytes(packing, &Cells::new(stage, p, full).lists(packing, made), own);
        let whole = whole.saturating_mul(taps_h / rows);
        let rest = slice_bytes(packing, &Cells::new(stage, p, rest).lists(packing, made), own);
        let end = start.saturating_add(whole).saturating_add(rest);
        ensure(end <= bytes_of(data, stage.weights).len(), "a phase has fewer weights than taps")?;
        i += 1;
    }
    let needed = two_lanes_words(stage, phases).words().saturating_mul(4);
    ensure(needed <= stage.scratch_bytes as usize, "the working memory is too small")?;
    ensure(bytes(data, stage.extra[2], 256).len() == 256, "the table lies outside the data")?;
    let scales: &[Scale] = typed(data, stage.scales);
    let kind = stage.extra[0] & 3;
    i = 0;
    while i < scales.len() {
        ensure(kind == 0 || Digits::can(scales[i]), "a scale cannot be applied in digits")?;
        i += 1;
    }
    ensure(kind <= 2, "the requantization is unknown")
}

/// The bytes of `span`, which starts on a multiple of 4; none otherwise.
fn bytes_of(data: &[u8], span: Span) -> &[u8] {
    if span.offset.is_multiple_of(4) { typed(data, span) } else { &[] }
}
