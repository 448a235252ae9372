//! What the parts of the score beside the residuals keep of a window in the arena, one behind the other. A part that is not used
//! keeps nothing.

use super::coarse::CoarseModel;
use super::header::Header;
use super::part::{Part, PartSet};

/// Words in front of the coarse part's sums: steps of the block that have come; which sums are next and, in the upper half, values of a step
/// that have come.
pub(crate) const COARSE_HEAD: usize = 2;

/// Words of the flat part in front of everything else: the total, the smallest segment, the place in the ring, and what has come.
pub(crate) const FLAT_HEAD: usize = 4;

/// Words behind them where a step has several values: what has come of its sum, and the step before.
#[inline(always)]
pub(crate) const fn flat_step_words(step: usize) -> usize {
    if step == 1 { 0 } else { 1 + step.div_ceil(4) }
}

/// Words of the latent's energy.
pub(crate) const LATENT_WORDS: usize = 2;

/// Where each part's state starts, in words, and where all end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartPlaces {
    pub(crate) flat: usize,
    pub(crate) latent: usize,
    pub(crate) channel: usize,
    pub(crate) end: usize,
}

const fn if_used(set: PartSet, part: Part, words: usize) -> usize {
    if set.contains(part) { words } else { 0 }
}

/// The coarse part's state comes first.
#[inline(always)]
pub(crate) const fn part_places(set: PartSet, coarse_sums: usize, segment: usize, step: usize) -> PartPlaces {
    let flat = if_used(set, Part::Coarse, COARSE_HEAD + coarse_sums);
    let latent = flat + if_used(set, Part::Flat, FLAT_HEAD + flat_step_words(step) + segment);
    let channel = latent + if_used(set, Part::Latent, LATENT_WORDS);
    let end = channel + if_used(set, Part::Channel, 1 + step);
    PartPlaces { flat, latent, channel, end }
}

/// Bytes that the parts keep of a window whose steps and segments are the header's, a multiple of 8.
pub const fn part_state_bytes(header: &Header, coarse: Option<&CoarseModel>) -> u32 {
    let sums = match coarse {
        Some(coarse) => coarse.sums(header.step as usize),
        None => 0,
    };
    let words = part_places(header.part_set(), sums, header.segment as usize, header.step as usize).end;
    (words as u32 * 4).next_multiple_of(8)
}
