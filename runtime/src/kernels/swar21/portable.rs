//! What the kernel computes, for any machine, step for step as the processor's bodies do.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::{ChannelLoop, Direct, Pack, Slide};
use crate::arith::MulhRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::swar21::{GROUP, SLIDING_POSITIONS, SLIDING_TAPS};
use crate::plan::params::tap_grid::TapGrid;

/// Sums are kept times two to this power.
const SCALED: u32 = MulhRequant::SCALED;

/// Offsets of all values under a kernel.
fn values(grid: &TapGrid) -> impl Iterator<Item = usize> {
    let TapGrid { lines, line_step, cells, cell_step, run } = *grid;
    (0..lines).flat_map(move |line| {
        (0..cells).flat_map(move |cell| (0..run).map(move |i| line * line_step + cell * cell_step + i))
    })
}

pub(crate) fn pack(p: &mut Pack<'_>) {
    if !p.fits() {
        return;
    }
    for (tap, offset) in values(&p.grid).enumerate() {
        let [a, b, c] = p.positions.map(|at| i32::from(p.buffer[at + offset]));
        let to = &mut p.to[tap * p.step..];
        if p.three {
            to[..2].copy_from_slice(&[a.wrapping_add(b << 21), c.wrapping_add(b << 11)]);
        } else {
            to[0] = a;
        }
    }
}

/// Weight `i`.
fn weight(weights: &[u8], halves: bool, i: usize) -> i32 {
    if halves {
        i32::from(i16::from_ne_bytes([weights[i * 2], weights[i * 2 + 1]]))
    } else {
        i32::from(weights[i] as i8)
    }
}

pub(crate) fn direct(d: &mut Direct<'_>) {
    if !d.fits() {
        return;
    }
    for (sum, at) in d.sums.iter_mut().zip(d.positions) {
        let products = values(&d.grid).enumerate();
        let products = products.map(|(i, offset)| (i32::from(d.buffer[at + offset]), weight(d.weights, d.halves, i)));
        *sum = products.fold(0_i32, |sum, (x, w)| sum.wrapping_add(x.wrapping_mul(w))) << SCALED;
    }
}

pub(crate) fn slide<K: KernelSet>(s: &mut Slide<'_>) {
    if !s.fits() {
        return;
    }
    for (o, bias) in s.bias.iter().enumerate() {
        let sums: [i32; SLIDING_POSITIONS] = core::array::from_fn(|position| {
            (0..SLIDING_TAPS).fold(0_i32, |sum, tap| {
                let x = i32::from(s.buffer[s.source + (position + tap) * s.step]);
                sum.wrapping_add(x.wrapping_mul(weight(s.weights, false, o * SLIDING_TAPS + tap)))
            })
        });
        let pool = if s.pooled { 2 } else { 1 };
        for (i, window) in sums.chunks_exact(pool).enumerate() {
            let largest = window.iter().fold(i32::MIN, |a, b| a.max(*b));
            let record = s.mulh[if s.mulh.len() > 1 { o } else { 0 }];
            let value = value(largest.wrapping_add(*bias) << SCALED, s.rectified, record, s.shift);
            s.out[s.at + i * s.out_step + o] = s.table[value] as i8;
        }
    }
}

/// The place in the table of a sum times two to the power [`SCALED`].
fn value(sum: i32, rectified: bool, mulh: MulhRequant, shift: u32) -> usize {
    if rectified && sum <= 0 { 0 } else { mulh.apply(sum, shift).clamp(0, 255) as usize }
}

/// The three sums in two words, times two to the power [`SCALED`].
pub(super) fn separate(y1: i32, y2: i32) -> [i32; 3] {
    let a = y1 << 11 >> 11;
    let low = (y1.wrapping_sub(a) as u32 >> 10) as i32;
    let rest = y2.wrapping_sub(low);
    let c = rest << 10 >> 10;
    let b = low.wrapping_add(rest.wrapping_sub(c));
    [y1 << 11 >> 2, b >> 2, rest << 10 >> 1]
}

/// Makes the outputs of all channels.
pub(crate) fn channel_loop<K: KernelSet>(s: &mut ChannelLoop<'_>) {
    if !s.fits() {
        return;
    }
    for o in 0..s.bias.len() {
        let weights = &s.weights[o / GROUP * s.group_bytes()..];
        let mut start = 0;
        while start < s.taps {
            let segment = start..s.taps.min(start + s.segment);
            let sum = |words: usize, at: usize, word: usize| {
                segment.clone().fold(0_i32, |sum, tap| {
                    let w = weight(weights, s.halves, tap * GROUP + o % GROUP);
                    sum.wrapping_add(s.words[at + tap * words + word].wrapping_mul(w))
                })
            };
            let (mut at, mut to) = (0, o % GROUP * s.stride);
            let mut put = |sum: i32| {
                s.sums[to] = if start == 0 { sum } else { s.sums[to].wrapping_add(sum) };
                to += 1;
            };
            for _ in 0..s.blocks.six {
                for word in [0, 2] {
                    separate(sum(4, at, word), sum(4, at, word + 1)).into_iter().for_each(&mut put);
                }
                at += 4 * s.taps;
            }
            for _ in 0..s.blocks.three {
                separate(sum(2, at, 0), sum(2, at, 1)).into_iter().for_each(&mut put);
                at += 2 * s.taps;
            }
            for _ in 0..s.blocks.one {
                put(sum(1, at, 0) << SCALED);
                at += s.taps;
            }
            start = segment.end;
        }
        if s.finish {
            finish(s, o);
        }
    }
}

/// Pools and requantizes the sums of channel `o`.
fn finish(s: &mut ChannelLoop<'_>, o: usize) {
    let sums = &s.sums[o % GROUP * s.stride..];
    let record = s.mulh[if s.mulh.len() > 1 { o } else { 0 }];
    for i in 0..s.rows * s.outputs {
        let window = &sums[i * s.pool..(i + 1) * s.pool];
        let largest = window.iter().fold(i32::MIN, |a, b| a.max(*b));
        let sum = largest.wrapping_add(s.bias[o] << SCALED);
        let value = value(sum, s.rectified, record, s.shift);
        let at = s.at + o + i / s.outputs * s.out_down + i % s.outputs * s.out_step;
        s.out[at] = s.table[value] as i8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel_set::AllKernels;
    use crate::plan::params::swar21::Blocks;

    /// Sums at both ends of what a segment may have, in every combination, come apart again.
    #[test]
    fn three_sums_come_apart_at_the_extremes() {
        let sums: [i32; 10] = [-(1 << 20), (1 << 20) - 1, -1, 0, 1, -2048, 2047, 1024, -1025, 699_051];
        for a in sums {
            for b in sums {
                for c in sums {
                    let words = [a.wrapping_add(b << 21), c.wrapping_add(b << 11)];
                    let scaled = [a, b, c].map(|sum| sum << SCALED);
                    assert_eq!(separate(words[0], words[1]), scaled, "{a} {b} {c}");
                }
            }
        }
    }

    /// Every number of positions, of taps and of segments, with the largest weights that a segment can take.
    #[test]
    fn blocks_and_segments_make_the_sums_of_products() {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        for (positions, taps, segment) in (1..=13).flat_map(|p| [(p, 9, 9), (p, 130, 61), (p, 1, 1), (p, 64, 64)]) {
            let buffer: [i8; 160] = core::array::from_fn(|_| if next() % 3 == 0 { -128 } else { next() as i8 });
            let weights: crate::Aligned<[u8; 8 * 130]> =
                crate::Aligned(core::array::from_fn(|_| if next() % 3 == 0 { 127 } else { (next() % 255) as u8 }));
            let weights = &weights.0;
            let blocks = Blocks::of(positions);
            let grid = TapGrid { lines: 1, line_step: 0, cells: 1, cell_step: taps, run: taps };
            let mut words = [0; 130 * 16];
            let mut at = 0;
            let at_most = |p: usize| p.min(positions - 1) * 2;
            let mut position = 0;
            for (count, words_a_tap, three) in [(blocks.six, 4, true), (blocks.three, 2, true), (blocks.one, 1, false)]
            {
                for _ in 0..count {
                    for word in (0..words_a_tap).step_by(2) {
                        let own = [0, 1, 2].map(|i| at_most(position + if three { i } else { 0 }));
                        let to = &mut words[at + word..];
                        pack(&mut Pack { buffer: &buffer, positions: own, three, grid, to, step: words_a_tap });
                        position += if three { 3 } else { 1 };
                    }
                    at += words_a_tap * taps;
                }
            }
            let (mut sums, mut out) = ([0; 4 * 16], [0; 16 * 6]);
            for o in [0, 4] {
                channel_loop::<AllKernels>(&mut ChannelLoop {
                    words: &words,
                    blocks,
                    taps,
                    segment,
                    weights: &weights[o * taps..],
                    halves: false,
                    sums: &mut sums,
                    stride: 16,
                    bias: &[0; 4][..if o == 0 { 4 } else { 3 }],
                    mulh: &[],
                    shift: 0,
                    rectified: false,
                    pool: 1,
                    rows: 1,
                    outputs: positions,
                    out: &mut out,
                    at: 0,
                    out_step: 6,
                    out_down: 0,
                    table: &[0; 256],
                    finish: false,
                });
                for (i, position) in (0..positions).flat_map(|p| (0..4).map(move |i| (i, p))) {
                    let products = (0..taps).map(|t| {
                        let w = weights[(o / 4 * taps + t) * 4 + i] as i8;
                        i32::from(buffer[position * 2 + t]) * i32::from(w)
                    });
                    if o + i < 7 {
                        let sum: i32 = products.sum();
                        assert_eq!(sums[i * 16 + position] >> SCALED, sum, "{positions} {taps} {o} {i}");
                    }
                }
            }
        }
    }
}
