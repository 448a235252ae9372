//! The sweep over the output channels: its portable body, step for step what the processor's does, and which is taken.
//!
//! Sums of a pair are two words: C, the sum of all products modulo 2³², and B, the sum of the high lanes. See the
//! parent module.

use super::lists::{Cells, Lists};
use super::{Affine, Flag, Packing, Requantization, slice_bytes};

#[cfg(not(picoae_cortex_m0))]
pub(super) use super::twins::portable as twins;
#[cfg(picoae_cortex_m0)]
pub(super) use crate::arch::cortex_m0::{pack, sweep, twins};
#[cfg(not(picoae_cortex_m0))]
pub(super) use portable::{pack, sweep};

/// What becomes of a channel's sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// They wait for the next slice.
    Sums,
    /// The largest of each pooling window is left.
    Pooled,
    /// Pooled, requantized and written.
    Written,
}

/// Words of pairs of positions.
pub(crate) struct Packed<'a> {
    pub(crate) strip: &'a [i8],
    /// First value of the first position of the first pair; from there to the second position's, to the next pair's.
    pub(crate) a: usize,
    pub(crate) second: usize,
    pub(crate) next: usize,
    /// Where the first pair's words go.
    pub(crate) to: &'a mut [i32],
    /// How many pairs; the pairs of a block; words from block to block.
    pub(crate) pairs: usize,
    pub(crate) lanes: usize,
    pub(crate) block: usize,
    /// What is packed.
    pub(crate) cells: Cells,
}

/// The outputs of a line in all output channels.
pub(crate) struct Sweep<'a> {
    /// Activations for channels with one word a tap: blocks of two pairs, `[step][pair][2]`, then perhaps one of a single
    /// pair, `[step][2]`.
    pub(crate) plain: &'a mut [i32],
    /// Those for the polynomial; in each block the first list is followed by the second.
    pub(crate) polynomial: &'a mut [i32],
    /// Words of a pair: one a tap; in the polynomial's first list; in its second. All even.
    pub(crate) lists: [usize; 3],
    /// How the weights are stored.
    pub(crate) packing: Packing,
    /// The weights, channel by channel, from a multiple of 4 on.
    pub(crate) weights: &'a [u8],
    /// Room for the weights of a channel as words, where they are not.
    pub(crate) expanded: &'a mut [i32],
    /// [`Flag`]s of the channels.
    pub(crate) flags: &'a [u16],
    /// Biases of the channels.
    pub(crate) bias: &'a [i32],
    /// How sums are requantized, where they are.
    pub(crate) requantization: Requantization,
    /// For all channels or one a channel.
    pub(crate) affine: &'a [Affine],
    /// Pairs of positions.
    pub(crate) pairs: usize,
    /// Sums of the positions in order.
    pub(crate) sums: &'a mut [i32],
    /// From a channel's sums to the next one's.
    pub(crate) sums_step: usize,
    /// Whether there are sums of earlier slices.
    pub(crate) resume: bool,
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
    /// From output to output.
    pub(crate) out_step: usize,
    /// From row to row.
    pub(crate) out_down: usize,
    /// Values by what is requantized, + 128, and saturated to 0…255.
    pub(crate) table: &'a [u8; 256],
    /// What becomes of the sums.
    pub(crate) finish: Finish,
}

impl Sweep<'_> {
    /// Bytes of the weights in front of channel `o`.
    fn weights_before(&self, o: usize) -> usize {
        let lists = Lists { plain: self.lists[0], first: self.lists[1], second: self.lists[2] };
        slice_bytes(self.packing, &lists, bytemuck::cast_slice(&self.flags[..o]))
    }

    /// The same for channel `o` alone.
    pub(super) fn channel(&mut self, o: usize) -> Sweep<'_> {
        let (from, to) = (self.weights_before(o), self.weights_before(o + 1));
        Sweep {
            plain: self.plain,
            polynomial: self.polynomial,
            weights: &self.weights[from..to],
            expanded: self.expanded,
            flags: &self.flags[o..o + 1],
            bias: &self.bias[o..o + 1],
            affine: if self.affine.len() > 1 { &self.affine[o..o + 1] } else { self.affine },
            sums: &mut self.sums[o * self.sums_step..],
            out: self.out,
            at: self.at + o,
            ..*self
        }
    }

    /// Whether everything that a sweep touches is there; so for every checked plan.
    pub(crate) fn fits(&self) -> bool {
        let (channels, [plain, first, second]) = (self.flags.len(), self.lists);
        let words = self.packing.is_words();
        let outputs = self.rows * self.outputs;
        let last = channels.wrapping_sub(1);
        // One look at the flags of all channels: which there are, and how many have two lists.
        let (mut all, mut polynomials, mut rest) = (0, 0, 0);
        for flag in self.flags {
            all |= flag;
            polynomials += usize::from(flag >> 1 & 1);
            let [one, two] = Flag::rests(*flag);
            rest += one + two;
        }
        let weights = polynomials * (first + second) + (channels - polynomials) * plain;
        channels > 0
            && (plain | first | second) % 2 == 0
            && (words || (plain % 4 == 0 && self.expanded.len() >= plain))
            && self.weights.len() >= (weights << self.packing.shift()) + rest * 8
            && self.weights.as_ptr().align_offset(4) == 0
            && self.plain.len() >= self.pairs * plain
            && self.polynomial.len() >= self.pairs * (first + second)
            && (words || (all & Flag::POLYNOMIAL == 0 && rest == 0))
            && self.bias.len() == channels
            && (self.finish != Finish::Written || self.affine.len() == 1 || self.affine.len() == channels)
            && outputs > 0
            && self.pool > 0
            && outputs * self.pool <= self.pairs * 2
            && self.sums.len() >= last * self.sums_step + self.pairs * 2
            && (self.rows - 1) * self.out_down + (self.outputs - 1) * self.out_step + last + self.at < self.out.len()
    }
}

#[cfg_attr(picoae_cortex_m0, expect(dead_code, reason = "the processor has its own"))]
mod portable {
    use super::{Finish, Flag, Packed, Packing, Sweep};

    fn flush(t: i32, low: &mut i32, high: &mut i32) {
        *low = low.wrapping_add(t);
        *high = high.wrapping_add((t >> 16) + ((t >> 15) & 1));
    }

    /// Adds a step's two products to the sums of a pair; `twice`: before they are split into lanes.
    fn mac(x: &[i32], w: [i32; 2], low: &mut i32, high: &mut i32, twice: bool) {
        let (t, u) = (x[0].wrapping_mul(w[0]), x[1].wrapping_mul(w[1]));
        if twice {
            flush(t.wrapping_add(u), low, high);
        } else {
            flush(t, low, high);
            flush(u, low, high);
        }
    }

    /// Words aᵢ + 2¹⁶·bᵢ of the values of pairs of positions.
    pub(crate) fn pack(p: &mut Packed<'_>) {
        let (strip, cells) = (p.strip, &p.cells);
        for pair in 0..p.pairs {
            let (a, to) = (p.a + pair * p.next, &mut p.to[pair / 2 * p.block + pair % 2 * 2..]);
            let b = a.wrapping_add(p.second);
            let mut word = 0;
            for line in 0..cells.lines {
                for cell in 0..cells.cells {
                    let skipped = line * cells.line_step + cell * cells.cell_step;
                    let (a, b) = (&strip[a + skipped..][..cells.run], &strip[b + skipped..][..cells.run]);
                    for (a, b) in a.iter().zip(b) {
                        to[word / 2 * p.lanes * 2 + word % 2] = i32::from(*a) + (i32::from(*b) << 16);
                        word += 1;
                    }
                }
            }
        }
    }

    /// Word `i` of weights that are stored as `packing`.
    fn weight(packing: Packing, from: &[u8], i: usize) -> i32 {
        match packing {
            Packing::Bytes => i32::from(from[i] as i8),
            Packing::Halves => i32::from(i16::from_le_bytes([from[i * 2], from[i * 2 + 1]])),
            Packing::Words | Packing::Phases => {
                i32::from_le_bytes([from[i * 4], from[i * 4 + 1], from[i * 4 + 2], from[i * 4 + 3]])
            }
        }
    }

    /// Makes the outputs of all channels.
    pub(crate) fn sweep<const K: u64>(s: &mut Sweep<'_>) {
        debug_assert!(s.fits());
        for o in 0..s.flags.len() {
            let flag = s.flags[o];
            let weights = &s.weights[s.weights_before(o)..];
            let sums = &mut s.sums[o * s.sums_step..][..s.pairs * 2];
            let (x, first, second) = if flag & Flag::POLYNOMIAL != 0 {
                (&*s.polynomial, s.lists[1], s.lists[2])
            } else {
                (&*s.plain, s.lists[0], 0)
            };
            let n = first + second;
            // Behind a list comes its rest.
            let [one, two] = Flag::rests(flag);
            let second_at = first + one * 2;
            for pair in 0..s.pairs {
                let single = pair + 1 == s.pairs && s.pairs % 2 == 1;
                let (lanes, lane) = if single { (1, 0) } else { (2, pair % 2) };
                let own = &mut sums[pair * 2..pair * 2 + 2];
                let [a, b] = if s.resume { [own[0], own[1]] } else { [s.bias[o]; 2] };
                let (mut low, mut high) = (a.wrapping_add(b << 16), b);
                let x = &x[pair / 2 * 2 * n..];
                let more = |from: usize, count: usize, end: usize, low: &mut i32, high: &mut i32| {
                    for i in (from..).step_by(2).take(count) {
                        // Bytes from the end of a block of two pairs.
                        let at = (weight(s.packing, weights, i) + end as i32 * 8) as usize;
                        let step = at / 16 * lanes * 2 + lane * 2 + at % 16 / 4;
                        flush(x[step].wrapping_mul(weight(s.packing, weights, i + 1)), low, high);
                    }
                };
                for step in 0..n / 2 {
                    if step == first / 2 {
                        more(first, one, first, &mut low, &mut high);
                        // From the lanes (p, p + 1) to (p + 1, p).
                        let a = low.wrapping_sub(high << 16);
                        (low, high) = (high.wrapping_add(a << 16), a);
                    }
                    let x = &x[(step * lanes + lane) * 2..];
                    let twice = if step < first / 2 { Flag::TWICE } else { Flag::SECOND_TWICE };
                    let at = step * 2 + if step < first / 2 { 0 } else { one * 2 };
                    let w = [0, 1].map(|i| weight(s.packing, weights, at + i));
                    mac(x, w, &mut low, &mut high, flag & twice != 0);
                }
                if second == 0 {
                    more(first, one, first, &mut low, &mut high);
                }
                more(second_at + second, two, n, &mut low, &mut high);
                let a = low.wrapping_sub(high << 16);
                own.copy_from_slice(&if second > 0 { [high, a] } else { [a, high] });
            }
            if s.finish != Finish::Sums {
                finish(s, o);
            }
        }
    }

    /// Pools and requantizes the sums of channel `o`.
    fn finish(s: &mut Sweep<'_>, o: usize) {
        let sums = &mut s.sums[o * s.sums_step..];
        for i in 0..s.rows * s.outputs {
            let window = &sums[i * s.pool..(i + 1) * s.pool];
            sums[i] = window.iter().fold(i32::MIN, |a, b| a.max(*b));
        }
        if s.finish == Finish::Pooled {
            return;
        }
        let affine = s.affine[if s.affine.len() > 1 { o } else { 0 }];
        for i in 0..s.rows * s.outputs {
            let at = s.at + o + i / s.outputs * s.out_down + i % s.outputs * s.out_step;
            s.out[at] = s.table[affine.apply(sums[i], s.requantization).clamp(0, 255) as usize] as i8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::{Finish, Flag, Packed, Packing, Requantization, Sweep, pack, sweep};
    use crate::kernels::ALL_KERNELS;

    /// The sums of two outputs of one channel, from packed activations and weights in words.
    fn sums(x: &[i32], lists: [usize; 3], w: &[i32], flags: u16, bias: i32) -> [i32; 2] {
        let (mut sums, mut out, mut own, mut other) = ([0; 2], [0; 2], [0; 8], [0; 8]);
        own[..x.len()].copy_from_slice(x);
        other[..x.len()].copy_from_slice(x);
        let polynomial = flags & Flag::POLYNOMIAL != 0;
        sweep::<ALL_KERNELS>(&mut Sweep {
            plain: if polynomial { &mut [] } else { &mut own },
            polynomial: if polynomial { &mut other } else { &mut [] },
            lists,
            packing: Packing::Words,
            weights: bytemuck::cast_slice(w),
            expanded: &mut [],
            flags: &[flags],
            bias: &[bias],
            affine: &[],
            requantization: Requantization { digits: 0, bits: 0, extra: 0, rectified: false },
            pairs: 1,
            sums: &mut sums,
            sums_step: 0,
            resume: false,
            pool: 1,
            rows: 1,
            outputs: 2,
            out: &mut out,
            at: 0,
            out_step: 1,
            out_down: 0,
            table: &[0; 256],
            finish: Finish::Sums,
        });
        sums
    }

    /// Every combination of extreme inputs with extreme weights, in both lanes, one and two products a flush.
    #[test]
    fn lanes_are_exact_at_the_extremes() {
        let xs = [-128_i8, 127, 0, -1];
        for code in 0..4_usize.pow(4) {
            let x: [i8; 4] = core::array::from_fn(|i| xs[code >> (2 * i) & 3]);
            for (weights, twice) in
                [([127, 127], 1), ([-127, 127], 1), ([-127, -127], 1), ([255, -255], 0), ([255, 0], 1)]
            {
                let mut words = [0; 2];
                let cells = Cells { lines: 1, line_step: 0, cells: 1, cell_step: 2, run: 2 };
                let (to, [pairs, lanes, block]) = (&mut words[..], [1, 1, 2]);
                pack(&mut Packed { strip: &x, a: 0, second: 2, next: 0, to, pairs, lanes, block, cells });
                let repeated: [i32; 8] = core::array::from_fn(|i| words[i % 2]);
                let w: [i32; 8] = core::array::from_fn(|i| weights[i % 2]);
                let dot = |x: &[i8]| 5 + 4 * (i32::from(x[0]) * weights[0] + i32::from(x[1]) * weights[1]);
                let found = sums(&repeated, [8, 0, 0], &w, twice, 5);
                assert_eq!(found, [dot(&x[..2]), dot(&x[2..])], "{x:?} {weights:?}");
            }
        }
    }

    /// The same for the polynomial: four inputs, three taps.
    #[test]
    fn the_polynomial_is_exact_at_the_extremes() {
        let xs = [-128_i8, 127, 0, -1];
        for code in 0..4_usize.pow(4) {
            let x: [i8; 4] = core::array::from_fn(|i| xs[code >> (2 * i) & 3]);
            let word = |a: i8, b: i8| i32::from(a) + (i32::from(b) << 16);
            let packed = [word(x[2], x[3]), word(x[2], x[3]), word(x[1], x[0]), word(x[1], x[0])];
            for (g, flags) in [
                ([128, 127, 128], 2_u16),
                ([-128, -127, -128], 2),
                ([-128, 127, 128], 2),
                ([0, 255, 0], 2),
                ([255, 0, -255], 2),
                ([64, 63, 64], 7),
                ([-63, 64, 63], 7),
                ([-64, -63, -64], 7),
            ] {
                let word = |a: i32, b: i32| a + (b << 16);
                let w = [word(g[2], g[1]), word(g[2], g[1]), word(g[0], g[1]), word(g[0], g[1])];
                let dot = |x: &[i8]| 5 + 2 * (0..3).map(|t| i32::from(x[t]) * g[t]).sum::<i32>();
                let found = sums(&packed, [0, 2, 2], &w, flags, 5);
                assert_eq!(found, [dot(&x[..3]), dot(&x[1..])], "{x:?} {g:?}");
            }
        }
    }
}
