//! Peak and root mean square: what a limit on the loudness of a signal would find.

use super::baseline::{Baseline, windows};

/// A spread is at least this share of the mean level, and of a signal's own unit, so that a level that never varied has one.
const LEAST: f64 = 1e-3;
const LEAST_OF_UNIT: f64 = 1e-6;

/// Of each channel, about its training mean: the largest distance (peak) and the root mean square of a window. The score is the largest of
/// (level − mean level) / its standard deviation over training windows: only louder is abnormal, and each channel counts by its own spread.
#[derive(Debug, Clone)]
pub struct Levels {
    /// Of each channel.
    centres: Vec<f64>,
    /// Mean and standard deviation of peak and root mean square, of each channel.
    usual: Vec<[(f64, f64); 2]>,
}

impl Levels {
    /// From training windows; the seed is not used.
    pub fn fit(train: &[f32], d: usize, channels: usize, _seed: u64) -> Self {
        let channels = channels.max(1);
        let count = windows(train, d).len();
        if count == 0 {
            return Self { centres: Vec::new(), usual: Vec::new() };
        }
        let centres = centres(train, d, channels);
        let mut sums = vec![[(0.0, 0.0); 2]; channels];
        let levels: Vec<Vec<[f64; 2]>> = windows(train, d).map(|w| levels(w, &centres)).collect();
        let each = |sums: &mut Vec<[(f64, f64); 2]>, add: &dyn Fn(&mut (f64, f64), f64)| {
            for of in &levels {
                for (sums, levels) in sums.iter_mut().zip(of) {
                    sums.iter_mut().zip(levels).for_each(|(sum, level)| add(sum, *level));
                }
            }
        };
        // In two passes: levels that hardly vary would lose their spread in a difference of squares.
        each(&mut sums, &|sum, level| sum.0 += level / count as f64);
        each(&mut sums, &|sum, level| sum.1 += (level - sum.0).powi(2) / count as f64);
        let spread = |(mean, variance): (f64, f64)| (mean, variance.sqrt().max(LEAST * mean).max(LEAST_OF_UNIT));
        Self { centres, usual: sums.into_iter().map(|sums| sums.map(spread)).collect() }
    }
}

impl Baseline for Levels {
    fn name(&self) -> &'static str {
        "levels"
    }

    fn score(&self, window: &[f32]) -> f64 {
        let excess = |(level, (mean, spread)): (&f64, &(f64, f64))| (level - mean) / spread;
        let all = levels(window, &self.centres);
        let all = all.iter().zip(&self.usual).flat_map(|(levels, usual)| levels.iter().zip(usual).map(excess));
        all.reduce(f64::max).unwrap_or(0.0)
    }
}

/// The mean of each channel over all windows; none without a window.
pub(super) fn centres(train: &[f32], d: usize, channels: usize) -> Vec<f64> {
    let channels = channels.max(1);
    if windows(train, d).len() == 0 {
        return Vec::new();
    }
    let mut sums = vec![(0.0, 0_usize); channels];
    for window in windows(train, d) {
        for step in window.chunks(channels) {
            for (sum, value) in sums.iter_mut().zip(step) {
                *sum = (sum.0 + f64::from(*value), sum.1 + 1);
            }
        }
    }
    sums.iter().map(|(sum, count)| sum / (*count).max(1) as f64).collect()
}

/// Peak and root mean square of each channel about its centre.
pub(super) fn levels(window: &[f32], centres: &[f64]) -> Vec<[f64; 2]> {
    let mut levels = vec![[0.0_f64, 0.0]; centres.len()];
    let steps = window.chunks(centres.len().max(1));
    let count = steps.len().max(1) as f64;
    for step in steps {
        for ((level, value), centre) in levels.iter_mut().zip(step).zip(centres) {
            let distance = (f64::from(*value) - centre).abs();
            *level = [level[0].max(distance), level[1] + distance * distance];
        }
    }
    levels.iter_mut().for_each(|level| level[1] = (level[1] / count).sqrt());
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_excess_of_either_level_in_either_channel() {
        // Channel 0 has peaks 1 and 3 (mean 2, deviation 1), channel 1 is constant at 7.
        let train = [1.0, 7.0, -1.0, 7.0, 3.0, 7.0, -3.0, 7.0];
        let levels = Levels::fit(&train, 4, 2, 0);
        assert_eq!((levels.centres.as_slice(), levels.usual[0]), ([0.0, 7.0].as_slice(), [(2.0, 1.0); 2]));
        assert!((levels.score(&[6.0, 7.0, 0.0, 7.0]) - 4.0).abs() < 1e-9);
        assert!((levels.score(&[-5.0, 7.0, 5.0, 7.0]) - 3.0).abs() < 1e-9);
        // Quieter than usual is not abnormal; channel 1 is as it always was.
        assert_eq!(levels.score(&[0.0, 7.0, 0.0, 7.0]), 0.0);
        assert!(levels.score(&[0.0, 7.1, 0.0, 7.0]) > 1e4);
    }
}
