//! The course of a window in floating point: what is left without a network of a score that has it as a part.

use super::baseline::{Baseline, windows};
use crate::evaluate::coarse::{Blocks, FloatCoarse};

/// Squared Mahalanobis distance of the sums of a window's blocks ([`crate::evaluate::coarse`] says which) from those of training windows.
#[derive(Debug, Clone)]
pub struct Coarse {
    /// None where a step has too many values for a sum each.
    fitted: Option<FloatCoarse>,
}

impl Coarse {
    /// From training windows, taken for independent ones; the seed is not used.
    pub fn fit(train: &[f32], d: usize, channels: usize, _seed: u64) -> Self {
        let channels = channels.max(1);
        let fitted = Blocks::of(d / channels, channels).and_then(|blocks| {
            let sums: Vec<Vec<f64>> = windows(train, d).map(|window| blocks.sums(window)).collect();
            FloatCoarse::fit(blocks, &sums, sums.len()).ok()
        });
        Self { fitted }
    }
}

impl Baseline for Coarse {
    fn name(&self) -> &'static str {
        "coarse"
    }

    fn score(&self, window: &[f32]) -> f64 {
        self.fitted.as_ref().map_or(0.0, |fitted| fitted.distance(window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_standard_deviations_of_a_block() {
        // One value a window: −1 and 1, with a thousandth or a hundredth of the variance added.
        let train: Vec<f32> = (0..400).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let coarse = Coarse::fit(&train, 1, 1, 0);
        assert!((coarse.score(&[3.0]) - 9.0 / 1.001).abs() < 1e-9 && coarse.score(&[0.0]) == 0.0);
        let few = Coarse::fit(&train[..10], 1, 1, 0);
        assert!((few.score(&[3.0]) - 9.0 / 1.01).abs() < 1e-9);
        // More channels than sums.
        assert_eq!(Coarse::fit(&train, 100, 100, 0).score(&[5.0; 100]), 0.0);
    }
}
