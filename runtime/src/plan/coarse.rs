//! What the coarse part of the score takes normal windows for.

use super::fault::Fault;
use super::span::{Span, check, ensure, entries};
use crate::record::record;

/// Most sums of a window: blocks times values of a step.
pub const MAX_COARSE_SUMS: usize = 64;

record! {
    /// Where the sums of a window's blocks usually lie, and how they vary together. Sum j · step + c is that of value c of the steps of
    /// block j.
    #[derive(Eq)]
    pub struct CoarseModel {
        /// Blocks of a window; times the values of a step at most 64.
        pub blocks: u16,
        /// Steps of a block; what is left at the window's end is in none.
        pub block: u16,
        /// Bits that a sum's distance from its mean is shortened by before it is clamped to int8, 0 to 24.
        pub shift: u16,
        /// Fraction bits of the multipliers, 0 to 40.
        pub fraction: u16,
        /// The data: means of the sums (i32).
        pub means: Span,
        /// The data: rows of the lower triangle of the inverse Cholesky factor (i8), row i with i + 1 entries.
        pub factor: Span,
        /// The data: multipliers of the rows (u16).
        pub multipliers: Span,
    }
}

impl CoarseModel {
    /// Sums of a window whose steps have `step` values.
    pub const fn sums(&self, step: usize) -> usize {
        self.blocks as usize * step
    }

    /// Whether the numbers of its sums fit the data, and windows of `steps` steps of `step` values.
    pub(crate) const fn check(&self, data: &[u8], steps: usize, step: usize) -> Result<(), Fault> {
        let sums = self.sums(step);
        ensure!(sums >= 1 && sums <= MAX_COARSE_SUMS && self.block >= 1, Fault::CoarseBlocks);
        ensure!(self.blocks as usize * self.block as usize <= steps, Fault::CoarseBlocks);
        ensure!(self.shift <= 24 && self.fraction <= 40, Fault::CoarseShift);
        ensure!(check!(entries(data, self.means, 4, 4)) == sums, Fault::CoarseNumbers);
        ensure!(check!(entries(data, self.multipliers, 2, 2)) == sums, Fault::CoarseNumbers);
        ensure!(check!(entries(data, self.factor, 1, 1)) == sums * (sums + 1) / 2, Fault::CoarseNumbers);
        Ok(())
    }
}
