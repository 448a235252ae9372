//! Flat: whether a stretch of the input stands still: a cable that came off, a converter that hangs. The residual of such a stretch may
//! be small.
//!
//! Definition: with d_i the sum over the values of a step of (q_i − q_{i−1})², i from the second step of the window on, the smallest sum
//! of d over any segment of consecutive i; all of them where the window is shorter.
//!
//! Bound: as a segment's sum of residuals, below 2³². Cost: a difference, a product and a running sum a value. Below only.

use crate::plan::part_state::FLAT_HEAD;

/// Takes values of the input.
#[inline]
pub(super) fn extend(words: &mut [u32], segment: usize, step: usize, inputs: &[u8]) {
    let Some((head, rest)) = words.split_first_chunk_mut::<FLAT_HEAD>() else { return };
    let Some((ring, before)) = rest.split_at_mut_checked(segment) else { return };
    let before: &mut [u8] = bytemuck::cast_slice_mut(before);
    if step == 1 { extend_values(head, ring, before, inputs) } else { extend_steps(head, ring, before, step, inputs) }
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
fn end_round(at: &mut usize, full: &mut u32, smallest: &mut u32, total: u32, segment: usize) {
    if *at == segment {
        *at = 0;
        if *full == 0 {
            (*full, *smallest) = (1, total);
        }
    }
}

#[inline]
fn extend_values(head: &mut [u32; FLAT_HEAD], ring: &mut [u32], before: &mut [u8], inputs: &[u8]) {
    let Some(last) = before.first_mut() else { return };
    let (mut previous, mut inputs) = (i32::from(*last as i8), inputs);
    let [total_word, smallest_word, at_word, full_word, started, ..] = head;
    if *started == 0 {
        let Some((first, later)) = inputs.split_first() else { return };
        (previous, inputs, *started) = (i32::from(*first as i8), later, 1);
    }
    let (mut total, mut smallest, mut at, mut full) = (*total_word, *smallest_word, *at_word as usize, *full_word);
    while !inputs.is_empty() {
        let count = inputs.len().min(ring.len().saturating_sub(at));
        let (Some((now, later)), Some(places)) = (inputs.split_at_checked(count), ring.get_mut(at..at + count)) else {
            break;
        };
        if now.is_empty() {
            break;
        }
        inputs = later;
        let mut one = |value: u8, before: &mut u32| {
            let value = i32::from(value as i8);
            let difference = value - previous;
            previous = value;
            take(&mut total, &mut smallest, before, (difference * difference) as u32);
        };
        let (fours, rest) = now.as_chunks::<4>();
        let (places_of_fours, places_of_rest) = places.as_chunks_mut::<4>();
        // Written out: what is compiled for size does not unroll.
        for ([a, b, c, d], [s, t, u, v]) in fours.iter().zip(places_of_fours) {
            one(*a, s);
            one(*b, t);
            one(*c, u);
            one(*d, v);
        }
        rest.iter().zip(places_of_rest).for_each(|(value, before)| one(*value, before));
        at += count;
        end_round(&mut at, &mut full, &mut smallest, total, ring.len());
    }
    (*total_word, *smallest_word, *at_word, *full_word, *last) = (total, smallest, at as u32, full, previous as u8);
}

#[inline]
fn extend_steps(head: &mut [u32; FLAT_HEAD], ring: &mut [u32], before: &mut [u8], step: usize, inputs: &[u8]) {
    let [total, smallest, at_word, full, started, value, part] = head;
    for input in inputs {
        let Some(previous) = before.get_mut(*value as usize) else { return };
        let difference = i32::from(*input as i8) - i32::from(*previous as i8);
        *previous = *input;
        *part = part.wrapping_add((difference * difference) as u32);
        *value += 1;
        if *value as usize != step {
            continue;
        }
        if *started == 1 {
            let mut at = *at_word as usize;
            if let Some(before) = ring.get_mut(at) {
                take(total, smallest, before, *part);
            }
            at += 1;
            end_round(&mut at, full, smallest, *total, ring.len());
            *at_word = at as u32;
        }
        (*value, *part, *started) = (0, 0, 1);
    }
}

/// The smallest sum.
pub(super) fn finish(words: &[u32]) -> u32 {
    match words.first_chunk::<FLAT_HEAD>() {
        Some([_, smallest, _, 1, ..]) => *smallest,
        Some([total, ..]) => *total,
        None => 0,
    }
}
