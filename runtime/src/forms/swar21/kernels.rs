//! What the kernels do: their portable bodies, step for step as the processor's, and which are taken.

use super::{Blocks, GROUP, HighMul};
use crate::forms::m0::Cells;

#[cfg(picoae_riscv32)]
pub(super) use crate::arch::riscv32::{direct, pack, sweep};
#[cfg(not(picoae_riscv32))]
pub(super) use portable::{direct, pack, sweep};

/// Sums are kept times two to this power.
pub(crate) const SCALED: u32 = 9;

/// Packs the activations of a block of a few positions.
pub(crate) struct Pack<'a> {
    pub(crate) strip: &'a [i8],
    /// First value of three positions, or of one (then all three are the same).
    pub(crate) positions: [usize; 3],
    /// Whether there are two words a tap, or one.
    pub(crate) three: bool,
    /// What is packed.
    pub(crate) cells: Cells,
    /// Where the words of the first tap go, and how many words it is to those of the next.
    pub(crate) to: &'a mut [i32],
    pub(crate) step: usize,
}

/// Sums of four positions of one channel, from activations as they lie in the strip.
pub(crate) struct Direct<'a> {
    pub(crate) strip: &'a [i8],
    /// First value of each position.
    pub(crate) positions: [usize; 4],
    pub(crate) cells: Cells,
    /// Those of the channel.
    pub(crate) weights: &'a [u8],
    /// Whether they are int16, not int8.
    pub(crate) halves: bool,
    /// The sums, times two to the power [`SCALED`].
    pub(crate) sums: &'a mut [i32; 4],
}

/// The outputs of a line in all output channels.
pub(crate) struct Sweep<'a> {
    /// Packed activations, block by block, `[tap][word]`.
    pub(crate) words: &'a [i32],
    /// The blocks; none where the sums are there.
    pub(crate) blocks: Blocks,
    pub(crate) taps: usize,
    /// Taps of a segment.
    pub(crate) segment: usize,
    /// Weights of groups of four channels, `[tap][4]`, from a multiple of 4 on.
    pub(crate) weights: &'a [u8],
    /// Whether they are int16, not int8.
    pub(crate) halves: bool,
    /// Sums of a group's channels, times two to the power [`SCALED`], without bias.
    pub(crate) sums: &'a mut [i32],
    /// From a channel's to the next one's.
    pub(crate) stride: usize,
    /// Biases of the channels.
    pub(crate) bias: &'a [i32],
    /// For all channels or one a channel.
    pub(crate) requantization: &'a [HighMul],
    pub(crate) shift: u32,
    /// Whether sums that are not positive come out as the first of the table.
    pub(crate) rectified: bool,
    /// Positions of a pooling window.
    pub(crate) pool: usize,
    /// Rows of outputs.
    pub(crate) rows: usize,
    /// Outputs of a row.
    pub(crate) outputs: usize,
    /// Where outputs go.
    pub(crate) out: &'a mut [i8],
    /// The first channel of the first output in it.
    pub(crate) at: usize,
    /// From output to output, and from row to row.
    pub(crate) out_step: usize,
    pub(crate) out_down: usize,
    /// Values by what is requantized, + 128, and saturated to 0…255.
    pub(crate) table: &'a [u8; 256],
    /// Whether outputs are made; else only the sums of the first group.
    pub(crate) finish: bool,
}

impl Pack<'_> {
    /// Whether everything that is read and written is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let words = if self.three { 2 } else { 1 };
        let taps = self.cells.values();
        taps > 0
            && self.positions.iter().all(|at| at.saturating_add(self.cells.reach()) <= self.strip.len())
            && self.step >= words
            && (taps - 1) * self.step + words <= self.to.len()
    }
}

impl Direct<'_> {
    /// Whether everything that is read is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let taps = self.cells.values();
        taps > 0
            && self.positions.iter().all(|at| at.saturating_add(self.cells.reach()) <= self.strip.len())
            && taps << u32::from(self.halves) <= self.weights.len()
            && (!self.halves || self.weights.as_ptr().align_offset(2) == 0)
    }
}

impl Sweep<'_> {
    /// Bytes of a group's weights.
    pub(crate) fn group_bytes(&self) -> usize {
        (GROUP * self.taps) << u32::from(self.halves)
    }

    /// The same for channels `from` to `to`, of which the first is that of a group.
    pub(super) fn channels(&mut self, from: usize, to: usize) -> Sweep<'_> {
        let weights = self.weights.get(from / GROUP * self.group_bytes()..).unwrap_or(&[]);
        Sweep {
            weights,
            bias: &self.bias[from..to],
            requantization: if self.requantization.len() > 1 {
                &self.requantization[from..to]
            } else {
                self.requantization
            },
            sums: self.sums,
            out: self.out,
            at: self.at + from,
            ..*self
        }
    }

    /// Whether everything that a sweep touches is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let (channels, positions) = (self.bias.len(), self.rows * self.outputs * self.pool);
        let groups = channels.div_ceil(GROUP);
        let made = self.blocks.positions();
        channels > 0
            && positions > 0
            && (self.taps == 0) == (made == 0)
            && (self.finish || channels <= GROUP)
            && self.segment > 0
            && self.weights.len() >= groups * self.group_bytes()
            && self.weights.as_ptr().align_offset(4) == 0
            && self.words.len() >= self.taps * self.blocks.words()
            && (made == 0 || made >= positions)
            && self.stride >= made
            && self.stride >= positions
            && self.sums.len() >= (channels.min(GROUP) - 1) * self.stride + made.max(positions)
            && (!self.finish || self.requantization.len() == 1 || self.requantization.len() == channels)
            && (self.rows - 1) * self.out_down + (self.outputs - 1) * self.out_step + channels - 1 + self.at
                < self.out.len()
    }
}

#[cfg_attr(picoae_riscv32, expect(dead_code, reason = "the processor has its own"))]
mod portable {
    use super::{Cells, Direct, GROUP, Pack, SCALED, Sweep};

    /// Offsets of all values under a kernel.
    fn values(cells: &Cells) -> impl Iterator<Item = usize> {
        let Cells { lines, line_step, cells, cell_step, run } = *cells;
        (0..lines).flat_map(move |line| {
            (0..cells).flat_map(move |cell| (0..run).map(move |i| line * line_step + cell * cell_step + i))
        })
    }

    pub(crate) fn pack(p: &mut Pack<'_>) {
        if !p.fits() {
            return;
        }
        for (tap, offset) in values(&p.cells).enumerate() {
            let [a, b, c] = p.positions.map(|at| i32::from(p.strip[at + offset]));
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
            i32::from(i16::from_le_bytes([weights[i * 2], weights[i * 2 + 1]]))
        } else {
            i32::from(weights[i] as i8)
        }
    }

    pub(crate) fn direct(d: &mut Direct<'_>) {
        if !d.fits() {
            return;
        }
        for (sum, at) in d.sums.iter_mut().zip(d.positions) {
            let products = values(&d.cells).enumerate();
            let products =
                products.map(|(i, offset)| (i32::from(d.strip[at + offset]), weight(d.weights, d.halves, i)));
            *sum = products.fold(0_i32, |sum, (x, w)| sum.wrapping_add(x.wrapping_mul(w))) << SCALED;
        }
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
    pub(crate) fn sweep<const K: u64>(s: &mut Sweep<'_>) {
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
    fn finish(s: &mut Sweep<'_>, o: usize) {
        let sums = &s.sums[o % GROUP * s.stride..];
        let record = s.requantization[if s.requantization.len() > 1 { o } else { 0 }];
        for i in 0..s.rows * s.outputs {
            let window = &sums[i * s.pool..(i + 1) * s.pool];
            let largest = window.iter().fold(i32::MIN, |a, b| a.max(*b));
            let sum = largest.wrapping_add(s.bias[o] << SCALED);
            let value = if s.rectified && sum <= 0 { 0 } else { record.apply(sum, s.shift).clamp(0, 255) };
            let at = s.at + o + i / s.outputs * s.out_down + i % s.outputs * s.out_step;
            s.out[at] = s.table[value as usize] as i8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::portable::separate;
    use super::*;
    use crate::kernels::ALL_KERNELS;

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
            let strip: [i8; 160] = core::array::from_fn(|_| if next() % 3 == 0 { -128 } else { next() as i8 });
            let weights: [u8; 8 * 130] =
                core::array::from_fn(|_| if next() % 3 == 0 { 127 } else { (next() % 255) as u8 });
            let blocks = Blocks::of(positions);
            let cells = Cells { lines: 1, line_step: 0, cells: 1, cell_step: taps, run: taps };
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
                        pack(&mut Pack { strip: &strip, positions: own, three, cells, to, step: words_a_tap });
                        position += if three { 3 } else { 1 };
                    }
                    at += words_a_tap * taps;
                }
            }
            let (mut sums, mut out) = ([0; 4 * 16], [0; 16 * 6]);
            for o in [0, 4] {
                sweep::<ALL_KERNELS>(&mut Sweep {
                    words: &words,
                    blocks,
                    taps,
                    segment,
                    weights: &weights[o * taps..],
                    halves: false,
                    sums: &mut sums,
                    stride: 16,
                    bias: &[0; 4][..if o == 0 { 4 } else { 3 }],
                    requantization: &[],
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
                        i32::from(strip[position * 2 + t]) * i32::from(w)
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
