//! Two-sided limits for the three parts of a score that are of residuals, and an upper one for the samples outside.

use super::metrics::percentile_sorted;
use super::scores::{FloatScore, Parts, parts};
use crate::error::{Error, Result};
use picoae::{Score, Threshold};
use serde::{Deserialize, Serialize};

/// Limits of the scores, as percentiles of the validation samples' scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdConfig {
    /// Below this percentile a score is abnormal.
    pub lower_percentile: f64,
    /// Above this percentile a score is abnormal.
    pub upper_percentile: f64,
}

impl Default for ThresholdConfig {
    fn default() -> Self {
        Self { lower_percentile: 0.5, upper_percentile: 99.5 }
    }
}

impl ThresholdConfig {
    /// Checks the percentiles.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad =
            |key: &str, value: f64, expected: &str| Err(Error::setting(format!("threshold.{key}"), value, expected));
        if !(0.0..=100.0).contains(&self.lower_percentile) {
            return bad("lower_percentile", self.lower_percentile, "0 to 100");
        }
        if !(self.upper_percentile > self.lower_percentile && self.upper_percentile <= 100.0) {
            return bad("upper_percentile", self.upper_percentile, "above the lower one and at most 100");
        }
        Ok(())
    }
}

/// A sample is normal if each part of its score lies within its limits, both ends included. For integer scores the lower
/// limits are rounded down and the upper ones up, so that [`Limits::threshold`] decides alike.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Smallest normal total, largest segment, smallest segment.
    pub lower: Parts,
    /// Largest normal total, largest segment, smallest segment.
    pub upper: Parts,
    /// Most normal samples outside the range that int8 holds; 0 for float scores, which have none.
    pub outside: u32,
}

/// Samples outside that are always normal in a window of so many values: one, and a fifth of a percent. Quantization may leave
/// some of the training samples outside (`quantize.percentile`), and a limit of 0, learnt from few windows, would call the first of
/// them abnormal.
fn always_normal_outside(values: usize) -> u32 {
    u32::try_from(1 + values / 512).unwrap_or(u32::MAX)
}

impl Limits {
    /// From the integer scores of validation samples of `values` values each. The limit of samples outside is their upper
    /// percentile, rounded up, but at least 1 + `values` / 512.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_integer(validation: &[Score], values: usize, config: &ThresholdConfig) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(parts).collect();
        let exact = Self::new(&all, config)?;
        let mut outside: Vec<f64> = validation.iter().map(|score| f64::from(score.outside)).collect();
        outside.sort_by(f64::total_cmp);
        let outside = percentile_sorted(&outside, config.upper_percentile).ceil() as u32;
        Ok(Self {
            lower: exact.lower.map(f64::floor),
            upper: exact.upper.map(f64::ceil),
            outside: outside.max(always_normal_outside(values)),
        })
    }

    /// From the float scores of validation samples.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_float(validation: &[FloatScore], config: &ThresholdConfig) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(FloatScore::parts).collect();
        Self::new(&all, config)
    }

    fn new(validation: &[Parts], config: &ThresholdConfig) -> Result<Self> {
        if validation.is_empty() {
            return Err(Error::invalid("no validation scores, expected at least one to set limits by"));
        }
        let mut out = Self { lower: [0.0; 3], upper: [0.0; 3], outside: 0 };
        for i in 0..3 {
            let mut sorted: Vec<f64> = validation.iter().map(|p| p[i]).collect();
            sorted.sort_by(f64::total_cmp);
            out.lower[i] = percentile_sorted(&sorted, config.lower_percentile);
            out.upper[i] = percentile_sorted(&sorted, config.upper_percentile);
        }
        Ok(out)
    }

    /// Whether a score of these parts and so many samples outside is abnormal. A part that is NaN is.
    pub fn abnormal(&self, parts: Parts, outside: u32) -> bool {
        outside > self.outside || (0..3).any(|i| !(self.lower[i]..=self.upper[i]).contains(&parts[i]))
    }

    /// The limits in the runtime's form, for scores of integers.
    pub fn threshold(&self) -> Threshold {
        let [lower, upper] = [self.lower, self.upper].map(|limits| limits.map(|v| v as u64));
        Threshold { lower, upper, outside: self.outside }
    }
}

/// The runtime's limits as numbers.
impl From<&Threshold> for Limits {
    fn from(threshold: &Threshold) -> Self {
        let [lower, upper] = [threshold.lower, threshold.upper].map(|limits| limits.map(|v| v as f64));
        Self { lower, upper, outside: threshold.outside }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae::Decision;
    use proptest::prelude::*;

    #[test]
    fn limits_are_rounded_outwards() {
        let score = |v: u32| Score { total: u64::from(v), segment_max: v, segment_min: v, outside: v };
        let config = ThresholdConfig { lower_percentile: 25.0, upper_percentile: 75.0 };
        let limits = Limits::from_integer(&[score(0), score(10), score(21)], 64, &config).unwrap();
        assert_eq!((limits.lower, limits.upper, limits.outside), ([5.0; 3], [16.0; 3], 16));
        assert!(Limits::from_integer(&[], 64, &config).is_err());
        let limits = Limits { lower: [0.0; 3], upper: [1.0; 3], outside: 2 };
        assert!(!limits.abnormal([0.0, 0.5, 1.0], 2));
        assert!(
            limits.abnormal([0.0, f64::NAN, 1.0], 0)
                && limits.abnormal([-0.1, 0.5, 0.5], 0)
                && limits.abnormal([0.5, 0.5, 1.1], 0)
                && limits.abnormal([0.5, 0.5, 0.5], 3)
        );
    }

    /// Nothing outside in validation still lets a glitch pass, but not a stretch.
    #[test]
    fn a_few_samples_outside_are_always_normal() {
        let inside = [Score::default(); 40];
        for (values, most) in [(16, 1), (511, 1), (1000, 2), (3 * 1000, 6)] {
            assert_eq!(Limits::from_integer(&inside, values, &ThresholdConfig::default()).unwrap().outside, most);
        }
    }

    proptest! {
        #[test]
        fn decides_as_the_runtime_and_keeps_the_asked_part(
            all in prop::collection::vec((0u64..5000, 0u32..900, 0u32..90, 0u32..9), 1..200),
            one in (0u64..6000, 0u32..1000, 0u32..100, 0u32..20),
        ) {
            let score = |(total, segment_max, segment_min, outside)| Score { total, segment_max, segment_min, outside };
            let all: Vec<Score> = all.into_iter().map(score).collect();
            let config = ThresholdConfig { lower_percentile: 2.0, upper_percentile: 98.0 };
            let limits = Limits::from_integer(&all, 100, &config).unwrap();
            for s in all.iter().chain([&score(one)]) {
                let runtime = limits.threshold().decide(s) == Decision::Anomaly;
                prop_assert_eq!(limits.abnormal(parts(s), s.outside), runtime);
            }
            // Each of three parts leaves out at most 2 % on either side, the samples outside on one, and the ranks round in
            // favour of normal.
            let out = all.iter().filter(|s| limits.abnormal(parts(s), s.outside)).count();
            prop_assert!(out <= 7 * (1 + all.len() / 50), "{} of {}", out, all.len());
        }
    }
}
