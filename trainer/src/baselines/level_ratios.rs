//! Peak and root mean square in proportion to their usual ones: what a band about the loudness of a signal would find.

use super::baseline::{Baseline, windows};
use super::levels::{centres, levels};
use crate::evaluate::percentile;

/// A level counts as at least this share of the channel's largest, and of a signal's own unit, so that silence has a finite ratio.
const LEAST: f64 = 1e-3;
const LEAST_OF_UNIT: f64 = 1e-6;

/// Of each channel, about its training mean, peak and root mean square of a window; the score is the largest |ln(level / median)| of
/// them over training medians. Quieter is as abnormal as louder, unless only [`louder`](Self::louder) is: then it is the largest
/// ln(level / median). Unlike [`Levels`](super::Levels) it knows nothing of how much a level varies: a limit in decibels.
#[derive(Debug, Clone)]
pub struct LevelRatios {
    /// Of each channel.
    centres: Vec<f64>,
    /// Median, and the least that is told from silence, of peak and root mean square, of each channel.
    usual: Vec<[(f64, f64); 2]>,
    both_sides: bool,
}

impl LevelRatios {
    /// From training windows; the seed is not used. Both sides count.
    pub fn fit(train: &[f32], d: usize, channels: usize, _seed: u64) -> Self {
        let centres = centres(train, d, channels);
        let all: Vec<Vec<[f64; 2]>> = windows(train, d).map(|window| levels(window, &centres)).collect();
        let of = |channel: usize, level: usize| {
            let values: Vec<f64> = all.iter().map(|levels| levels[channel][level]).collect();
            let largest = values.iter().copied().fold(0.0, f64::max);
            (percentile(&values, 50.0), (LEAST * largest).max(LEAST_OF_UNIT))
        };
        let usual = (0..centres.len()).map(|channel| [of(channel, 0), of(channel, 1)]).collect();
        Self { centres, usual, both_sides: true }
    }

    /// The same where only louder is abnormal.
    #[must_use]
    pub fn louder(self) -> Self {
        Self { both_sides: false, ..self }
    }
}

impl Baseline for LevelRatios {
    fn name(&self) -> &'static str {
        if self.both_sides { "level ratios" } else { "level ratios, louder" }
    }

    fn score(&self, window: &[f32]) -> f64 {
        let ratio = |(level, (median, least)): (&f64, &(f64, f64))| {
            let ratio = ((level + least) / (median + least)).ln();
            if self.both_sides { ratio.abs() } else { ratio }
        };
        let all = levels(window, &self.centres);
        let all = all.iter().zip(&self.usual).flat_map(|(levels, usual)| levels.iter().zip(usual).map(ratio));
        all.reduce(f64::max).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::made_up::{CHANNELS, D, Fault, windows_of};
    use crate::evaluate::roc_auc;

    #[test]
    fn the_largest_ratio_of_either_level_in_either_channel() {
        // Channel 0 has peaks 1, 2 and 4 and as large root mean squares, channel 1 is constant at 7.
        let train = [1.0, 7.0, -1.0, 7.0, 2.0, 7.0, -2.0, 7.0, 4.0, 7.0, -4.0, 7.0];
        let both = LevelRatios::fit(&train, 4, 2, 0);
        let louder = both.clone().louder();
        let near = |found: f64, ratio: f64| (found - ratio.ln()).abs() < 0.01;
        assert!(near(both.score(&[8.0, 7.0, -8.0, 7.0]), 4.0) && near(louder.score(&[8.0, 7.0, -8.0, 7.0]), 4.0));
        // Half as loud: as far on the other side. Channel 1 is as it always was, which is 0.
        assert!(near(both.score(&[1.0, 7.0, -1.0, 7.0]), 2.0) && louder.score(&[1.0, 7.0, -1.0, 7.0]) == 0.0);
        // The peak says it where the root mean square does not.
        assert!(near(both.score(&[6.0, 7.0, 0.0, 7.0]), 3.0));
        assert!(both.score(&[2.0, 7.1, -2.0, 7.0]) > 5.0);
        assert!(both.score(&[0.0, 7.0, 0.0, 7.0]).is_finite());
    }

    #[test]
    fn quieter_is_found_by_both_sides_only() {
        let train = windows_of(Fault::None, 500, 1);
        let normal = windows_of(Fault::None, 200, 2);
        let quiet: Vec<f32> = windows_of(Fault::None, 200, 3).iter().map(|value| 0.6 * value).collect();
        let both = LevelRatios::fit(&train, D, CHANNELS, 0);
        let auc = |baseline: &LevelRatios| {
            let scores = |of| windows(of, D).map(|w| baseline.score(w)).collect::<Vec<f64>>();
            roc_auc(&scores(&normal), &scores(&quiet))
        };
        assert!(auc(&both) > 0.99, "{}", auc(&both));
        assert!(auc(&both.clone().louder()) < 0.05);
    }
}
