//! Coarse: how far the course of the input itself is from normal, whatever the network makes of it. An offset, a drift, a slow change of
//! amplitude or frequency may be reconstructed well; the means of a window's blocks show them.
//!
//! Definition, with M blocks of B = ⌊W / M⌋ steps and C values a step: the sums S of the int8 input over each block and value; u = S − μ;
//! t = u shortened by `shift` bits, rounded half up, clamped to int8; z_i = (m_i · Σ_{j ≤ i} L_ij t_j) shortened by `fraction` bits,
//! rounded half up, clamped to int16: sixteenths of a standard deviation, since L m is the inverse Cholesky factor of the
//! covariance; coarse = Σ z². It is the squared Mahalanobis distance (Mahalanobis 1936) of the block means, times 256.
//!
//! Bound: |S| ≤ 128 · 65,535; |Σ L t| ≤ 64 · 127 · 128; m has 16 bits; z² < 2³⁰, so coarse < 2³⁶. Cost: an addition a value, and
//! M C (M C + 1) / 2 multiply-accumulates a window. Above, and below where what
//! always varies has stopped to: a window that lacks a component is unusually near the middle.

use super::dot::dot;
use crate::plan::CoarseModel;
use crate::plan::part_state::COARSE_HEAD;
use crate::plan::span::cast_span;

/// Takes values of the input.
#[inline]
pub(super) fn extend(words: &mut [u32], coarse: &CoarseModel, step: usize, inputs: &[u8]) {
    let Some((head, sums)) = words.split_first_chunk_mut::<COARSE_HEAD>() else { return };
    if step == 1 { extend_values(head, sums, coarse, inputs) } else { extend_steps(head, sums, coarse, step, inputs) }
}

/// Steps of one value: block by block, so that a sum stays in a register.
#[inline]
fn extend_values(head: &mut [u32; COARSE_HEAD], sums: &mut [u32], coarse: &CoarseModel, mut inputs: &[u8]) {
    let [done, at] = head;
    while let Some(sum) = sums.get_mut(*at as usize) {
        let left = u32::from(coarse.block).wrapping_sub(*done) as usize;
        let count = left.min(inputs.len());
        let Some((now, later)) = inputs.split_at_checked(count) else { return };
        inputs = later;
        let (fours, rest) = now.as_chunks::<4>();
        // Written out: what is compiled for size does not unroll.
        let value = |value: u8| i32::from(value as i8) as u32;
        let of_fours = fours.iter().fold(*sum, |sum, [a, b, c, d]| {
            sum.wrapping_add(value(*a)).wrapping_add(value(*b)).wrapping_add(value(*c)).wrapping_add(value(*d))
        });
        *sum = rest.iter().fold(of_fours, |sum, last| sum.wrapping_add(value(*last)));
        *done += count as u32;
        if count != left {
            return;
        }
        (*at, *done) = (*at + 1, 0);
    }
}

#[inline]
fn extend_steps(head: &mut [u32; COARSE_HEAD], sums: &mut [u32], coarse: &CoarseModel, step: usize, inputs: &[u8]) {
    let [done, place] = head;
    let (mut at, mut value) = ((*place & 0xffff) as usize, (*place >> 16) as usize);
    for input in inputs {
        let Some(sum) = sums.get_mut(at + value) else { break };
        *sum = sum.wrapping_add(i32::from(*input as i8) as u32);
        value += 1;
        if value == step {
            (value, *done) = (0, *done + 1);
            if *done == u32::from(coarse.block) {
                (at, *done) = (at + step, 0);
            }
        }
    }
    *place = at as u32 | (value as u32) << 16;
}

/// The distance. The sums become their shortened distances from the means, a byte each.
pub(super) fn finish(words: &mut [u32], coarse: &CoarseModel, data: &[u8]) -> u64 {
    let Some((_, sums)) = words.split_first_chunk_mut::<COARSE_HEAD>() else { return 0 };
    let count = shorten(sums, coarse, cast_span(data, coarse.means));
    let shortened: &[i8] = bytemuck::cast_slice(sums);
    let shortened = shortened.get(..count).unwrap_or_default();
    let multipliers: &[u16] = cast_span(data, coarse.multipliers);
    let mut factors: &[i8] = cast_span(data, coarse.factor);
    let fraction = u32::from(coarse.fraction);
    let mut total = 0_u64;
    for (i, multiplier) in multipliers.iter().enumerate() {
        let (Some((row, later)), Some(shortened)) = (factors.split_at_checked(i + 1), shortened.get(..=i)) else {
            break;
        };
        factors = later;
        total += square(dot(row, shortened), *multiplier, fraction);
    }
    total
}

/// Puts t of each sum into the sums' first bytes, one behind the other; gives how many there are.
fn shorten(sums: &mut [u32], coarse: &CoarseModel, means: &[i32]) -> usize {
    let half = (1_i32 << coarse.shift) >> 1;
    let count = means.len().min(sums.len());
    for (i, mean) in means.iter().enumerate().take(count) {
        let Some(sum) = sums.get(i) else { break };
        let u = (*sum as i32).wrapping_sub(*mean).wrapping_add(half) >> coarse.shift;
        // The byte lies in a word that has been read.
        if let Some(to) = bytemuck::cast_slice_mut::<u32, i8>(sums).get_mut(i) {
            *to = u.clamp(-128, 127) as i8;
        }
    }
    count
}

/// z².
#[inline]
fn square(sum: i32, multiplier: u16, fraction: u32) -> u64 {
    let half = (1_i64 << fraction) >> 1;
    let z = (i64::from(sum) * i64::from(multiplier) + half) >> fraction;
    let z = z.clamp(-32_768, 32_767) as i32;
    u64::from((z * z) as u32)
}
