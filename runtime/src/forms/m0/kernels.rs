//! The inner loops of the two-lane form: portable bodies, step for step what the processor's do, and which is taken.
//!
//! Sums of a pair are two words: C, the sum of all products modulo 2³², and B, the sum of the high lanes. See the
//! parent module.

use super::Digits;

#[cfg(picoae_cortex_m0)]
pub(super) use crate::arch::cortex_m0::{expand, mac, pack, requantize, separate, start};
#[cfg(not(picoae_cortex_m0))]
pub(super) use portable::{expand, mac, pack, requantize, separate, start};

#[cfg_attr(picoae_cortex_m0, expect(dead_code, reason = "the processor has its own"))]
mod portable {
    use super::Digits;

    #[inline]
    fn flush(t: i32, low: &mut i32, high: &mut i32) {
        *low = low.wrapping_add(t);
        *high = high.wrapping_add((t >> 16) + ((t >> 15) & 1));
    }

    /// Adds Σ x·w to the sums of `pairs` pairs. `x` holds blocks of two pairs, `[step][pair][2]`, then perhaps one of a
    /// single pair, `[step][2]`; the sums are {C₀, C₁, B₀, B₁} of each block, then {C, B}. `twice`: two products are
    /// added before they are split into lanes.
    pub(crate) fn mac(x: &[i32], w: &[i32], sums: &mut [i32], pairs: usize, twice: bool) {
        let n = w.len();
        for pair in 0..pairs {
            let (block, single) = (pair / 2, pair + 1 == pairs && pairs % 2 == 1);
            let (lanes, lane) = if single { (1, 0) } else { (2, pair % 2) };
            let x = &x[block * 2 * n..];
            let (at, apart) = (block * 4 + lane, lanes);
            let (mut low, mut high) = (sums[at], sums[at + apart]);
            for (step, w) in w.chunks_exact(2).enumerate() {
                let x = &x[(step * lanes + lane) * 2..][..2];
                let (t, u) = (x[0].wrapping_mul(w[0]), x[1].wrapping_mul(w[1]));
                if twice {
                    flush(t.wrapping_add(u), &mut low, &mut high);
                } else {
                    flush(t, &mut low, &mut high);
                    flush(u, &mut low, &mut high);
                }
            }
            (sums[at], sums[at + apart]) = (low, high);
        }
    }

    /// Fills blocks of two pairs with a bias: `both` for the sums of words, `bias` for those of high lanes.
    pub(crate) fn start(sums: &mut [i32], both: i32, bias: i32) {
        for block in sums.chunks_exact_mut(4) {
            block.copy_from_slice(&[both, both, bias, bias]);
        }
    }

    /// Turns blocks into the sums of their positions in order; `largest`: into the larger of each pair, at the front.
    pub(crate) fn separate(sums: &mut [i32], largest: bool) {
        for i in 0..sums.len() / 4 {
            let [c0, c1, b0, b1] = [sums[i * 4], sums[i * 4 + 1], sums[i * 4 + 2], sums[i * 4 + 3]];
            let (a0, a1) = (c0.wrapping_sub(b0 << 16), c1.wrapping_sub(b1 << 16));
            if largest {
                sums[i * 2..i * 2 + 2].copy_from_slice(&[a0.max(b0), a1.max(b1)]);
            } else {
                sums[i * 4..i * 4 + 4].copy_from_slice(&[a0, b0, a1, b1]);
            }
        }
    }

    /// Words aᵢ + 2¹⁶·bᵢ of two runs of one even length, two words every `step` words.
    pub(crate) fn pack(a: &[i8], b: &[i8], to: &mut [i32], step: usize) {
        for (i, (a, b)) in a.iter().zip(b).enumerate() {
            to[i / 2 * step + i % 2] = i32::from(*a) + (i32::from(*b) << 16);
        }
    }

    /// Weights as words.
    pub(crate) fn expand(from: &[i8], to: &mut [i32]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = i32::from(*from);
        }
    }

    /// Sums to values, `step` bytes apart: requantized, `zero` (the zero point + 128) added, saturated to 0…255, looked
    /// up.
    pub(crate) fn requantize(sums: &[i32], out: &mut [i8], step: usize, digits: &Digits, zero: i32, table: &[u8; 256]) {
        for (i, sum) in sums.iter().enumerate() {
            out[i * step] = table[(digits.apply(*sum) + zero).clamp(0, 255) as usize] as i8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{mac, pack};

    /// Every combination of extreme inputs with extreme weights, in both lanes, one and two products a flush.
    #[test]
    fn lanes_are_exact_at_the_extremes() {
        let xs = [-128_i8, 127, 0, -1];
        for code in 0..4_usize.pow(4) {
            let x: [i8; 4] = core::array::from_fn(|i| xs[code >> (2 * i) & 3]);
            for (weights, twice) in
                [([127, 127], true), ([-127, 127], true), ([-127, -127], true), ([255, -255], false)]
            {
                let mut words = [0; 8];
                pack(&x[..2], &x[2..], &mut words, 2);
                let repeated: [i32; 8] = core::array::from_fn(|i| words[i % 2]);
                let w: [i32; 8] = core::array::from_fn(|i| weights[i % 2]);
                let mut sums = [5 + (5 << 16), 5];
                mac(&repeated, &w, &mut sums, 1, twice);
                let dot = |x: &[i8]| 5 + 4 * (i32::from(x[0]) * weights[0] + i32::from(x[1]) * weights[1]);
                assert_eq!(sums[1], dot(&x[2..]), "high {x:?} {weights:?}");
                assert_eq!(sums[0].wrapping_sub(sums[1] << 16), dot(&x[..2]), "low {x:?} {weights:?}");
            }
        }
    }
}
