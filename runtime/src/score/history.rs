//! What a stream keeps of the steps behind it, so that the window of the last ones can be scored every hop.
//!
//! A score is that of the window by itself, by the definitions of its parts: segments lie within it, differences too. Each grain keeps its
//! sums twice where a window's edge matters: of all segments that end in it, and of those that would lie within a window that begins
//! so many grains before.

use super::parts::{PartStates, Scored, coarse_of};
use super::score::Score;
use crate::kernel_set::KernelSet;
use crate::plan::Part;
use crate::plan::stream::{CHANNELS, GRAIN_HEAD, HISTORY_HEAD, HistoryPlaces, history_places};

// Places in the head.
const DONE: usize = 0; // Steps of the present grain that were scored.
const AT: usize = 1; // Where the present grain lies among those kept.
const LEFT: usize = 2; // Steps to the next verdict, from 1; 0 at the start.
const VALUE: usize = 3; // Values of the present step that were scored.
const SQUARE: usize = 4; // Sum of their squared residuals.
const DIFFERENCE: usize = 5; // Sum of their squared differences.
const RING_AT: usize = 6; // Where the next square lies in its ring.
const RING_SUM: usize = 7;
const FLAT_AT: usize = 8;
const FLAT_SUM: usize = 9;
const STARTED: usize = 10; // Whether a step has been scored.
const ENTERED: usize = 11; // Steps of the grain that enters.
const ENTER_AT: usize = 12; // Where it lies.
const ENTER_VALUE: usize = 13; // Values of the step that enters.
const DUE: usize = 14; // 1 + where the last grain of a window that waits for its verdict lies.

// Places in a grain.
const TOTAL: usize = 0; // Two words.
const LARGEST: usize = 2; // Of all segments that end here,
const LARGEST_LATE: usize = 3; // and of those from the place on where one fits behind a grain's start.
const SMALLEST: usize = 4;
const SMALLEST_LATE: usize = 5;
const FLAT: usize = 6;
const FLAT_LATE: usize = 7;

/// The history in its part of the arena; all 0 at the start.
pub(crate) struct History<'h> {
    words: &'h mut [u32],
    places: HistoryPlaces,
    segment: usize,
    step: usize,
    sums: bool,
    channels: bool,
    /// What a place that is none reads and writes.
    spare: u32,
}

impl<'h> History<'h> {
    /// That of a model that scores a stream.
    pub(crate) fn new<K: KernelSet>(model: &Scored<'_>, bytes: &'h mut [u8]) -> Option<Self> {
        let header = model.header;
        let set = header.part_set();
        Some(Self {
            words: bytemuck::try_cast_slice_mut(bytes).ok()?,
            places: history_places(header, coarse_of::<K>(model))?,
            segment: usize::from(header.segment),
            step: usize::from(header.step),
            sums: set.contains(Part::Coarse),
            channels: set.contains(Part::Channel),
            spare: 0,
        })
    }

    fn word(&mut self, at: usize) -> &mut u32 {
        // Every place lies within by the plan's checks.
        self.words.get_mut(at).unwrap_or(&mut self.spare)
    }

    fn get(&self, at: usize) -> u32 {
        self.words.get(at).copied().unwrap_or_default()
    }

    fn grain(&self, at: usize) -> usize {
        self.places.ring + at * self.places.words
    }

    /// A value enters; `outside` says whether int8 does not hold it.
    pub(crate) fn enter(&mut self, outside: bool) {
        let at = self.places.outside + self.get(ENTER_AT) as usize;
        *self.word(at) += u32::from(outside);
        *self.word(ENTER_VALUE) += 1;
        if self.get(ENTER_VALUE) as usize != self.step {
            return;
        }
        *self.word(ENTER_VALUE) = 0;
        *self.word(ENTERED) += 1;
        if self.get(ENTERED) as usize == self.places.grain {
            *self.word(ENTERED) = 0;
            let next = self.following(self.get(ENTER_AT) as usize);
            *self.word(ENTER_AT) = next as u32;
            let at = self.places.outside + next;
            *self.word(at) = 0;
        }
    }

    fn following(&self, at: usize) -> usize {
        if at + 1 == self.places.kept { 0 } else { at + 1 }
    }

    /// Takes values and as many reconstructions, both as bytes of int8.
    pub(crate) fn extend<K: KernelSet>(&mut self, model: &Scored<'_>, inputs: &[u8], outputs: &[u8]) {
        let header = model.header;
        if self.get(LEFT) == 0 {
            *self.word(LEFT) = header.window;
        }
        for (input, output) in inputs.iter().zip(outputs) {
            let (q, y) = (i32::from(*input as i8), i32::from(*output as i8));
            let value = self.get(VALUE) as usize;
            let grain = self.grain(self.get(AT) as usize);
            if self.get(DONE) == 0 && value == 0 {
                self.begin(grain);
            }
            let square = ((q - y) * (q - y)) as u32;
            *self.word(SQUARE) += square;
            let sums = grain + GRAIN_HEAD;
            if K::COARSE_PART && self.sums {
                let sum = self.word(sums + value);
                *sum = sum.wrapping_add(q as u32);
            }
            if K::CHANNEL_PART && self.channels {
                let at = sums + if self.sums { self.step } else { 0 } + value;
                let sum = self.word(at);
                *sum = sum.saturating_add(square);
            }
            if K::FLAT_PART {
                let before = self.places.before;
                let bytes: &mut [u8] = bytemuck::cast_slice_mut(self.words.get_mut(before..).unwrap_or_default());
                if let Some(previous) = bytes.get_mut(value) {
                    let difference = q - i32::from(*previous as i8);
                    *previous = *input;
                    *self.word(DIFFERENCE) += (difference * difference) as u32;
                }
            }
            *self.word(VALUE) += 1;
            if value + 1 == self.step {
                *self.word(VALUE) = 0;
                self.end_step::<K>(grain, header.hop);
            }
        }
    }

    /// Nothing is in a grain.
    fn begin(&mut self, grain: usize) {
        let (from, to) = (grain, grain + self.places.words);
        self.words.get_mut(from..to).unwrap_or_default().fill(0);
        for smallest in [SMALLEST, SMALLEST_LATE, FLAT, FLAT_LATE] {
            *self.word(grain + smallest) = u32::MAX;
        }
    }

    fn end_step<K: KernelSet>(&mut self, grain: usize, hop: u32) {
        let done = self.get(DONE) as usize;
        let square = core::mem::take(self.word(SQUARE));
        let low = self.get(grain + TOTAL);
        let (sum, carry) = low.overflowing_add(square);
        *self.word(grain + TOTAL) = sum;
        *self.word(grain + TOTAL + 1) += u32::from(carry);
        let sum = self.turn(HISTORY_HEAD, RING_AT, RING_SUM, square);
        let late = done >= (self.segment - 1) % self.places.grain;
        for (at, counts) in [(LARGEST, true), (LARGEST_LATE, late)] {
            let largest = self.word(grain + at);
            *largest = if counts { (*largest).max(sum) } else { *largest };
        }
        for (at, counts) in [(SMALLEST, true), (SMALLEST_LATE, late)] {
            let smallest = self.word(grain + at);
            *smallest = if counts { (*smallest).min(sum) } else { *smallest };
        }
        if K::FLAT_PART {
            // The first step of a stream differs from none.
            let difference = core::mem::take(self.word(DIFFERENCE));
            let difference = if self.get(STARTED) == 1 { difference } else { 0 };
            let sum = self.turn(self.places.flat, FLAT_AT, FLAT_SUM, difference);
            let late = done >= self.segment % self.places.grain;
            for (at, counts) in [(FLAT, true), (FLAT_LATE, late)] {
                let smallest = self.word(grain + at);
                *smallest = if counts { (*smallest).min(sum) } else { *smallest };
            }
        }
        *self.word(STARTED) = 1;
        *self.word(DONE) += 1;
        *self.word(LEFT) -= 1;
        let at = self.get(AT) as usize;
        if self.get(LEFT) == 0 {
            (*self.word(LEFT), *self.word(DUE)) = (hop, at as u32 + 1);
        }
        if done + 1 == self.places.grain {
            *self.word(DONE) = 0;
            *self.word(AT) = self.following(at) as u32;
        }
    }

    /// Puts a number into a ring of a segment's length; gives the ring's sum.
    fn turn(&mut self, ring: usize, at: usize, sum: usize, number: u32) -> u32 {
        let place = self.get(at) as usize;
        let oldest = core::mem::replace(self.word(ring + place), number);
        *self.word(at) = if place + 1 >= self.segment { 0 } else { place as u32 + 1 };
        let total = self.word(sum);
        *total = total.wrapping_add(number).wrapping_sub(oldest);
        *total
    }

    /// The score of a window that is complete, once.
    pub(crate) fn score<K: KernelSet>(&mut self, model: &Scored<'_>, parts: &mut PartStates<'_>) -> Option<Score> {
        let last = (core::mem::take(self.word(DUE)) as usize).checked_sub(1)?;
        let HistoryPlaces { grains, kept, grain: steps, .. } = self.places;
        let mut at = (last + kept + 1).wrapping_sub(grains) % kept.max(1);
        let (first, first_flat) = ((self.segment - 1) / steps, self.segment / steps);
        let mut score = Score { segment_min: u32::MAX, flat: u32::MAX, ..Score::default() };
        let mut channels = [0_u32; CHANNELS];
        for j in 0..grains {
            let grain = self.grain(at);
            let of = |place: usize| self.get(grain + place);
            score.total += u64::from(of(TOTAL)) | u64::from(of(TOTAL + 1)) << 32;
            score.outside += self.get(self.places.outside + at);
            if j >= first {
                let late = usize::from(j == first);
                score.segment_max = score.segment_max.max(of(LARGEST + late));
                score.segment_min = score.segment_min.min(of(SMALLEST + late));
            }
            if K::FLAT_PART && j >= first_flat {
                score.flat = score.flat.min(of(FLAT + usize::from(j == first_flat)));
            }
            if K::COARSE_PART && self.sums {
                for value in 0..self.step {
                    parts.add_to_block::<K>(model, j * steps, value, of(GRAIN_HEAD + value));
                }
            }
            if K::CHANNEL_PART && self.channels {
                let from = GRAIN_HEAD + if self.sums { self.step } else { 0 };
                for (value, sum) in channels.iter_mut().enumerate().take(self.step) {
                    *sum = sum.saturating_add(of(from + value));
                }
            }
            at = self.following(at);
        }
        if !(K::FLAT_PART && model.header.part_set().contains(Part::Flat)) {
            score.flat = 0;
        }
        score.channel_max = channels.into_iter().max().unwrap_or(0);
        if K::COARSE_PART && self.sums {
            score.coarse = parts.finish_blocks::<K>(model);
        }
        Some(score)
    }
}
