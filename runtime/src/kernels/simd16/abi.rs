//! What the bodies are asked for.

use crate::arith::Scale;
use crate::plan::params::output::OutputParams;
use crate::plan::params::simd16::Runs;
pub(super) use crate::plan::params::simd16::{LANES, STEP};

/// Neighbouring positions of a branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// First value under the kernel of the first.
    pub(super) at: usize,
    /// Values from position to position.
    pub(super) step: usize,
    /// How many positions.
    pub(super) count: usize,
    /// Where the sums of the first go.
    pub(super) to: usize,
    /// From there to the next.
    pub(super) to_step: usize,
}

/// What the inner loops take: positions, what lies under the kernel there, and the weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineTaps<'a> {
    pub(super) line: &'a Line,
    pub(super) runs: &'a Runs,
    /// The widened rows.
    pub(super) values: &'a [i16],
    pub(super) weights: &'a [i16],
}

/// The requantization of sixteen outputs by multiplications alone, as small vectors have no shift of their own for each
/// lane. It takes sums, sixteen a position, and leaves their values as bytes at the start of the same memory.
///
/// After the rounding high multiplication h, with s the shift to the right, 1 at least: ⌊(h + 2³¹ + half − (h < 0)) / 2ˢ⌋
/// is the upper half of a product with 2³²⁻ˢ, from which 2³¹⁻ˢ is taken again.
pub(super) struct LaneRequant {
    pub(super) multipliers: [i32; LANES],
    /// 2³²⁻ˢ.
    pub(super) powers: [u32; LANES],
    /// Zero point − 2³¹⁻ˢ.
    pub(super) offsets: [i32; LANES],
    pub(super) min: i16,
    pub(super) max: i16,
}

impl LaneRequant {
    /// `None` where a shift is not to the right.
    pub(super) fn new(params: &OutputParams, scales: &[Scale; LANES]) -> Option<Self> {
        if scales.iter().any(|s| s.shift >= 0) {
            return None;
        }
        Some(Self {
            multipliers: scales.map(|s| s.multiplier),
            powers: scales.map(|s| 1 << (32 + s.shift)),
            offsets: scales.map(|s| i32::from(params.zero_point) - (1 << (31 + s.shift))),
            min: i16::from(params.act_min),
            max: i16::from(params.act_max),
        })
    }
}

/// The pooling windows of a tile.
pub(super) struct PoolWindows {
    /// Rows of windows.
    pub(super) rows: usize,
    /// Windows in a row.
    pub(super) width: usize,
    /// Rows and columns of a window.
    pub(super) window: [usize; 2],
}

impl PoolWindows {
    /// Puts the largest sums of each window where the sums of as many positions lay first.
    #[inline(always)]
    pub(super) fn largest<const N: usize>(&self, sums: &mut [[i32; N]]) {
        let [height, width] = self.window;
        let columns = self.width * width;
        for i in 0..self.rows {
            for x in 0..self.width {
                let at = i * height * columns + x * width;
                let mut largest = sums[at];
                for r in 0..height {
                    for sums in &sums[at + r * columns..][..width] {
                        largest.iter_mut().zip(sums).for_each(|(largest, sum)| *largest = (*sum).max(*largest));
                    }
                }
                // Never behind the first position of this window, so no other window misses what lay there.
                sums[i * self.width + x] = largest;
            }
        }
    }
}

/// `pairs` pairs of values from `at` on.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn pairs_at(values: &[i16], at: usize, pairs: usize) -> &[[i16; 2]] {
    values[at..at + pairs * 2].as_chunks().0
}
