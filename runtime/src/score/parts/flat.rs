//! Flat: whether a stretch of the input stands still: a cable that came off, a converter that hangs. The residual of such a stretch may
//! be small.
//!
//! Definition: with d_i the sum over the values of a step of (q_i − q_{i−1})², i from the second step of the window on, the smallest sum
//! of d over any segment of consecutive i; all of them where the window is shorter.
//!
//! Bound: as a segment's sum of residuals, below 2³². Cost: a difference, a product and a running sum a value. Below only.

use super::flat_fours::{Running, take_fours};
use crate::plan::part_state::{FLAT_HEAD, flat_step_words};

/// Of the word that says what has come: a whole segment; a step; and, where a step is a value, that in the second byte; else values of a
/// step in the upper half.
const FULL: u32 = 1;
const STARTED: u32 = 2;
const VALUE_SHIFT: u32 = 8;
const STEP_SHIFT: u32 = 16;

/// Takes values of the input.
#[inline]
pub(super) fn extend(words: &mut [u32], segment: usize, step: usize, inputs: &[u8]) {
    let Some((head, rest)) = words.split_first_chunk_mut::<FLAT_HEAD>() else { return };
    let Some((of_step, ring)) = rest.split_at_mut_checked(flat_step_words(step)) else { return };
    let Some(ring) = ring.get_mut(..segment) else { return };
    match of_step.split_first_mut() {
        Some((part, before)) => extend_steps(head, part, bytemuck::cast_slice_mut(before), ring, step, inputs),
        None => extend_values(head, ring, inputs),
    }
}

/// Takes the square of a step. The ring holds what all squares summed to a segment before, modulo 2³²: the difference is the segment's.
#[inline(always)]
fn take(total: &mut u32, smallest: &mut u32, before: &mut u32, square: u32) {
    *total = total.wrapping_add(square);
    *smallest = (*smallest).min(total.wrapping_sub(*before));
    *before = *total;
}

/// Where the ring went round, a whole segment has come; the first time, what went before were parts of it, and the total is its sum.
#[inline(always)]
fn end_round(at: &mut usize, come: &mut u32, smallest: &mut u32, total: u32, segment: usize) {
    if *at == segment {
        *at = 0;
        if *come & FULL == 0 {
            (*come, *smallest) = (*come | FULL, total);
        }
    }
}

#[inline]
fn extend_values(head: &mut [u32; FLAT_HEAD], ring: &mut [u32], mut inputs: &[u8]) {
    let [total_word, smallest_word, at_word, come_word] = head;
    let mut come = *come_word;
    let mut at = *at_word as usize;
    let previous = i32::from((come >> VALUE_SHIFT) as i8);
    let mut running = Running { total: *total_word, smallest: *smallest_word, previous };
    if come & STARTED == 0 {
        let Some((first, later)) = inputs.split_first() else { return };
        (running.previous, inputs, come) = (i32::from(*first as i8), later, STARTED);
    }
    while !inputs.is_empty() {
        let count = inputs.len().min(ring.len().saturating_sub(at));
        let (Some((now, later)), Some(places)) = (inputs.split_at_checked(count), ring.get_mut(at..at + count)) else {
            break;
        };
        if now.is_empty() {
            break;
        }
        inputs = later;
        let (fours, rest) = now.as_chunks::<4>();
        let (places_of_fours, places_of_rest) = places.as_chunks_mut::<4>();
        take_fours(&mut running, fours, places_of_fours);
        rest.iter().zip(places_of_rest).for_each(|(value, before)| running.take(*value, before));
        at += count;
        end_round(&mut at, &mut come, &mut running.smallest, running.total, ring.len());
    }
    let Running { total, smallest, previous } = running;
    (*total_word, *smallest_word, *at_word) = (total, smallest, at as u32);
    *come_word = come & (FULL | STARTED) | u32::from(previous as u8) << VALUE_SHIFT;
}

#[inline]
fn extend_steps(
    head: &mut [u32; FLAT_HEAD],
    part: &mut u32,
    before: &mut [u8],
    ring: &mut [u32],
    step: usize,
    inputs: &[u8],
) {
    let [total, smallest, at_word, come_word] = head;
    let (mut come, mut value) = (*come_word & (FULL | STARTED), (*come_word >> STEP_SHIFT) as usize);
    for input in inputs {
        let Some(previous) = before.get_mut(value) else { break };
        let difference = i32::from(*input as i8) - i32::from(*previous as i8);
        *previous = *input;
        *part = part.wrapping_add((difference * difference) as u32);
        value += 1;
        if value != step {
            continue;
        }
        if come & STARTED != 0 {
            let mut at = *at_word as usize;
            if let Some(before) = ring.get_mut(at) {
                take(total, smallest, before, *part);
            }
            at += 1;
            end_round(&mut at, &mut come, smallest, *total, ring.len());
            *at_word = at as u32;
        }
        (value, *part, come) = (0, 0, come | STARTED);
    }
    *come_word = come | (value as u32) << STEP_SHIFT;
}

/// The smallest sum.
pub(super) fn finish(words: &[u32]) -> u32 {
    match words.first_chunk::<FLAT_HEAD>() {
        Some([_, smallest, _, come]) if come & FULL != 0 => *smallest,
        Some([total, ..]) => *total,
        None => 0,
    }
}
