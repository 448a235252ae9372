//! `swar16`: convolution on a processor with a 32-bit product and nothing more, two positions in one word (SIMD within a register).
//!
//! With the activations of two positions in the lanes of a word, (x₀ + 2¹⁶·x₁)·w makes two products in one
//! multiplication. A low lane stays exact while it is in −2¹⁵…2¹⁵−1, which holds for one product with |w| ≤ 255, and for
//! two whose |w| sum to at most 255: then the word t is split. C takes all of t modulo 2³²; B takes the high lane, which
//! is ⌊t / 2¹⁶⌋ plus bit 15 of t (a negative low lane borrowed from it). In the end the sums are A₁ = B and
//! A₀ = C − 2¹⁶·B modulo 2³².
//!
//! Activations are packed once for all output channels (a *channel loop* goes through the channels), and once for branches that
//! read the same values.
//!
//! Where a kernel has at least three taps in the direction in which the outputs follow each other, and their distance is
//! that of the taps, two multiplications can make the six products of three taps and two outputs. With z = 2¹⁶,
//! (x₂ + x₃·z)·(g₂ + g₁·z) = x₂g₂ + (x₃g₂ + x₂g₁)·z, and (x₁ + x₀·z)·(g₀ + g₁·z) = x₁g₀ + (x₀g₀ + x₁g₁)·z, the terms in z²
//! falling off the word. The first is of the outputs (p, p + 1), the second of (p + 1, p): two streams of words, between
//! which the sums of the lanes are exchanged. Taps that are left over go to the first stream, a word a tap. When to split
//! is as above, |g₂| + |g₁| counting as one |w|. Which way is taken, the compiler chooses for each output channel.
//!
//! Weights are words where there is room for that, else bytes (or halves, for |w| > 127) that the channel loop expands. Where the
//! activations are long, taps are taken a few kernel rows at a time (a *slice*), while the sums of all channels wait in
//! the stage's working memory.
//!
//! Where few weights are too large for that, what is too much is taken off them and comes once more behind the stream, as
//! *excess taps*: where the activations lie, in bytes from the end of a block of two pairs, and a word.
//!
//! The weights of a branch start at its number of bytes and lie `[slice][out][stream]`.
//!
//! `abi`: what a body is asked for; `run`: makes a tile; `dual_phase`: two branches in the
//! lanes; `portable`: the bodies for any machine; `armv6m`: those in the instructions of ARMv6-M.

mod abi;
#[cfg(picoae_armv6m)]
mod armv6m;
mod dual_phase;
#[cfg(not(picoae_armv6m))]
mod portable;
mod run;

#[cfg(picoae_armv6m)]
use armv6m as body;
#[cfg(not(picoae_armv6m))]
use portable as body;
pub(crate) use run::run;

#[cfg(test)]
mod tests {
    use super::abi::{ChannelLoop, LoopEnd, Packed};
    use super::body::{channel_loop, pack};
    use crate::arith::Digits;
    use crate::kernel_set::AllKernels;
    use crate::plan::params::swar16::{ChannelFlags, Packing};
    use crate::plan::params::swar16_streams::TapGrid;

    /// The sums of two outputs of one channel, from packed activations and weights in words.
    fn sums(x: &[i32], streams: [usize; 3], w: &[i32], flags: u16, bias: i32) -> [i32; 2] {
        let (mut sums, mut out, mut own, mut other) = ([0; 2], [0; 2], [0; 8], [0; 8]);
        own[..x.len()].copy_from_slice(x);
        other[..x.len()].copy_from_slice(x);
        let polynomial = flags & ChannelFlags::POLYNOMIAL != 0;
        channel_loop::<AllKernels>(&mut ChannelLoop {
            plain: if polynomial { &mut [] } else { &mut own },
            polynomial: if polynomial { &mut other } else { &mut [] },
            streams,
            packing: Packing::Words,
            weights: bytemuck::cast_slice(w),
            expanded: &mut [],
            flags: &[flags],
            bias: &[bias],
            fused: &[],
            digits: Digits { count: 0, bits: 0, negative_bit: 0 },
            rectified: false,
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
            end: LoopEnd::Sums,
        });
        sums
    }

    /// Every combination of extreme inputs with extreme weights, in both lanes, one and two products a flush.
    #[test]
    fn lanes_are_exact_at_the_extremes() {
        let xs = [-128_i8, 127, 0, -1];
        for code in (0..4_usize.pow(4)).step_by(if cfg!(miri) { 5 } else { 1 }) {
            let x: [i8; 4] = core::array::from_fn(|i| xs[code >> (2 * i) & 3]);
            for (weights, twice) in
                [([127, 127], 1), ([-127, 127], 1), ([-127, -127], 1), ([255, -255], 0), ([255, 0], 1)]
            {
                let mut words = [0; 2];
                let grid = TapGrid { lines: 1, line_step: 0, cells: 1, cell_step: 2, run: 2 };
                let (to, [pairs, lanes, block]) = (&mut words[..], [1, 1, 2]);
                pack(&mut Packed { buffer: &x, a: 0, second: 2, next: 0, to, pairs, lanes, block, grid });
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
        for code in (0..4_usize.pow(4)).step_by(if cfg!(miri) { 5 } else { 1 }) {
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
