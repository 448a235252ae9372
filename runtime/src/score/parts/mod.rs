//! The parts of a score, a file each: what it means, its bound, its definition in integers and what it costs. The workstation's
//! reference of each is `picoae_compiler::reference::score`.
//!
//! | part | of | sides | kept of a window | file |
//! |---|---|---|---|---|
//! | total, segment_max, segment_min | residuals | both | in the detector | `residuals.rs` |
//! | coarse | input | both | 4 B a sum, 8 B | `coarse.rs` |
//! | flat | input | below | 4 B a step of a segment, 16 B; of several values a step and 4 B | `flat.rs` |
//! | outside | samples | above | in the detector | counted where samples are encoded |
//! | latent | latent | both | 8 B | `latent.rs` |
//! | channel_max | residuals | above | 4 B a channel, 4 B | `channel.rs` |

mod channel;
mod coarse;
mod dot;
mod flat;
mod flat_fours;
mod latent;
mod residuals;

use super::score::Score;
use crate::kernel_set::KernelSet;
use crate::plan::part_state::{COARSE_HEAD, PartPlaces, part_places};
use crate::plan::span::cast_span;
use crate::plan::{CoarseModel, Header, Part};
use crate::rows;
pub(crate) use residuals::Residuals;
pub use residuals::ScoreAccumulator;

/// What a score needs of a model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored<'a> {
    /// The whole model.
    pub(crate) header: &'a Header,
    /// Its constant data.
    pub(crate) data: &'a [u8],
}

/// What the parts beside the residuals keep of a window: words of the arena, all 0 at the start.
pub(crate) struct PartStates<'s>(&'s mut [u32]);

impl<'s> PartStates<'s> {
    /// The state in its part of the arena.
    #[inline]
    pub(crate) fn new(bytes: &'s mut [u8]) -> Self {
        Self(bytemuck::try_cast_slice_mut(bytes).unwrap_or_default())
    }

    #[inline(always)]
    fn places<K: KernelSet>(model: &Scored<'_>) -> PartPlaces {
        let header = model.header;
        let sums = match coarse_of::<K>(model) {
            Some(coarse) if K::COARSE_PART => coarse.sums(usize::from(header.step)),
            _ => 0,
        };
        part_places(header.part_set(), sums, usize::from(header.segment), usize::from(header.step))
    }

    /// Forgets the window.
    pub(crate) fn reset(&mut self) {
        rows::fill(bytemuck::cast_slice_mut(self.0), 0);
    }

    /// Takes values of the input, as bytes of int8: the more at a time, the less they cost.
    #[inline]
    pub(crate) fn extend_input<K: KernelSet>(&mut self, model: &Scored<'_>, inputs: &[u8]) {
        let header = model.header;
        let (parts, segment, step) = (header.part_set(), usize::from(header.segment), usize::from(header.step));
        let coarse = coarse_of::<K>(model).filter(|_| parts.contains(Part::Coarse));
        let places = part_places(parts, coarse.map_or(0, |coarse| coarse.sums(step)), segment, step);
        let Some((of_coarse, behind)) = self.0.split_at_mut_checked(places.flat) else { return };
        if let Some(coarse) = coarse {
            coarse::extend(of_coarse, coarse, step, inputs);
        }
        if K::FLAT_PART && parts.contains(Part::Flat) {
            flat::extend(behind, segment, step, inputs);
        }
    }

    /// Takes values of the input and as many reconstructions, both as bytes of int8.
    #[inline]
    pub(crate) fn extend_residuals<K: KernelSet>(&mut self, model: &Scored<'_>, inputs: &[u8], outputs: &[u8]) {
        if K::CHANNEL_PART && model.header.part_set().contains(Part::Channel) {
            let places = Self::places::<K>(model);
            if let Some(words) = self.0.get_mut(places.channel..places.end) {
                channel::extend(words, inputs, outputs);
            }
        }
    }

    /// Takes a value of the latent.
    #[inline]
    pub(crate) fn extend_latent<K: KernelSet>(&mut self, model: &Scored<'_>, value: i8) {
        let (header, places) = (model.header, Self::places::<K>(model));
        if takes_latent::<K>(header)
            && let Some(words) = self.0.get_mut(places.latent..places.channel)
        {
            latent::extend(words, i32::from(header.latent.zero_point), value);
        }
    }

    /// Adds to a sum of the window that is being scored: that of `value` of the steps of the block that step `at` lies in.
    pub(crate) fn add_to_block<K: KernelSet>(&mut self, model: &Scored<'_>, at: usize, value: usize, sum: u32) {
        let Some(coarse) = coarse_of::<K>(model) else { return };
        let block = at.checked_div(usize::from(coarse.block)).unwrap_or(0);
        let place = COARSE_HEAD + block * usize::from(model.header.step) + value;
        let end = Self::places::<K>(model).flat;
        if let Some(word) = self.0.get_mut(..end).unwrap_or_default().get_mut(place) {
            *word = word.wrapping_add(sum);
        }
    }

    /// The coarse part of the window whose blocks have been summed; forgets them.
    pub(crate) fn finish_blocks<K: KernelSet>(&mut self, model: &Scored<'_>) -> u64 {
        let (Some(coarse), end) = (coarse_of::<K>(model), Self::places::<K>(model).flat) else { return 0 };
        let Some(words) = self.0.get_mut(..end) else { return 0 };
        let distance = coarse::finish(words, coarse, model.data);
        words.fill(0);
        distance
    }

    /// Puts what the window scores into `score`; the state is used up.
    #[inline]
    pub(crate) fn finish<K: KernelSet>(&mut self, model: &Scored<'_>, score: &mut Score) {
        if !keeps_parts::<K>() {
            return;
        }
        let (header, places) = (model.header, Self::places::<K>(model));
        let parts = header.part_set();
        if K::COARSE_PART
            && parts.contains(Part::Coarse)
            && let (Some(coarse), Some(words)) = (coarse_of::<K>(model), self.0.get_mut(..places.flat))
        {
            score.coarse = coarse::finish(words, coarse, model.data);
        }
        if K::FLAT_PART
            && parts.contains(Part::Flat)
            && let Some(words) = self.0.get(places.flat..places.latent)
        {
            score.flat = flat::finish(words);
        }
        if K::LATENT_PART
            && parts.contains(Part::Latent)
            && let Some(words) = self.0.get(places.latent..places.channel)
        {
            score.latent = latent::finish(words);
        }
        if K::CHANNEL_PART
            && parts.contains(Part::Channel)
            && let Some(words) = self.0.get(places.channel..places.end)
        {
            score.channel_max = channel::finish(words);
        }
    }
}

/// What the coarse part of a model takes normal windows for, in a program that has that part.
#[inline(always)]
pub(crate) fn coarse_of<'a, K: KernelSet>(model: &Scored<'a>) -> Option<&'a CoarseModel> {
    if K::COARSE_PART { cast_span(model.data, model.header.coarse).first() } else { None }
}

/// Whether a program has models whose score has parts beside those of the residuals.
#[inline(always)]
pub(crate) const fn keeps_parts<K: KernelSet>() -> bool {
    K::COARSE_PART || K::FLAT_PART || K::CHANNEL_PART || K::LATENT_PART
}

/// Whether a program has models whose score has parts of the input.
#[inline(always)]
pub(crate) const fn takes_input<K: KernelSet>() -> bool {
    K::COARSE_PART || K::FLAT_PART
}

/// Whether a model's score has a part of the latent.
#[inline(always)]
pub(crate) fn takes_latent<K: KernelSet>(header: &Header) -> bool {
    K::LATENT_PART && header.part_set().contains(Part::Latent)
}
