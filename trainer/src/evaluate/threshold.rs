//! Two-sided limits for the three parts of a score that are of residuals, and an upper one for the samples outside.

use super::joint::{self, Joint};
use super::metrics::percentile_sorted;
use super::scores::{FloatScore, Parts, parts};
use crate::error::{Error, Result};
use picoae::{Score, Threshold};
use serde::{Deserialize, Serialize};

/// How limits are learnt from the validation samples' scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdConfig {
    /// Share of normal windows, 0 to 1, that may be called abnormal, by all parts together.
    pub false_alarms: f64,
    /// Below this percentile a part is abnormal. Where it or the upper one is set, each part has its limits by itself, and the false
    /// alarms add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_percentile: Option<f64>,
    /// Above this percentile a part is abnormal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_percentile: Option<f64>,
}

impl Default for ThresholdConfig {
    fn default() -> Self {
        Self { false_alarms: Self::FALSE_ALARMS, lower_percentile: None, upper_percentile: None }
    }
}

impl ThresholdConfig {
    /// Where nothing is said.
    const FALSE_ALARMS: f64 = 0.01;

    /// Checks the percentiles.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad =
            |key: &str, value: f64, expected: &str| Err(Error::setting(format!("threshold.{key}"), value, expected));
        if !(self.false_alarms > 0.0 && self.false_alarms <= 0.5) {
            return bad("false_alarms", self.false_alarms, "a share of windows above 0 and at most 0.5, such as 0.01");
        }
        let Some([lower, upper]) = self.percentiles() else { return Ok(()) };
        if self.false_alarms != Self::FALSE_ALARMS {
            let expected =
                "threshold.false_alarms or percentiles, not both: percentiles are limits of each part by itself";
            return bad("false_alarms", self.false_alarms, expected);
        }
        if !(0.0..=100.0).contains(&lower) {
            return bad("lower_percentile", lower, "0 to 100");
        }
        if !(upper > lower && upper <= 100.0) {
            return bad("upper_percentile", upper, "above the lower one and at most 100");
        }
        Ok(())
    }

    /// Percentiles of each part by itself, where one is set.
    pub fn percentiles(&self) -> Option<[f64; 2]> {
        let set = self.lower_percentile.is_some() || self.upper_percentile.is_some();
        set.then(|| [self.lower_percentile.unwrap_or(0.5), self.upper_percentile.unwrap_or(99.5)])
    }

    /// Share of normal windows that is asked to be called abnormal, by all parts together or by each.
    pub fn asked_rate(&self) -> f64 {
        self.percentiles().map_or(self.false_alarms, |[lower, upper]| (lower + 100.0 - upper) / 100.0)
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
    /// From the integer scores of validation samples of `values` values each, of which every `interleaved`-th shares no sample with the
    /// one before. The limit of samples outside is their upper percentile (of the joint limit's share a quarter is theirs), rounded
    /// up, but at least 1 + `values` / 512.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_integer(
        validation: &[Score],
        values: usize,
        interleaved: usize,
        config: &ThresholdConfig,
    ) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(parts).collect();
        let mut outside: Vec<f64> = validation.iter().map(|score| f64::from(score.outside)).collect();
        outside.sort_by(f64::total_cmp);
        let percent = config.percentiles().map_or(100.0 - 25.0 * config.false_alarms, |[_, upper]| upper);
        let most = match outside.is_empty() {
            true => 0,
            false => percentile_sorted(&outside, percent).ceil() as u32,
        };
        let most = most.max(always_normal_outside(values));
        let counted: Vec<bool> = validation.iter().map(|score| score.outside > most).collect();
        let exact = Self::new(&all, &counted, interleaved, config, |_| 1.0)?;
        Ok(Self { lower: exact.lower.map(f64::floor), upper: exact.upper.map(f64::ceil), outside: most })
    }

    /// From the float scores of validation samples, of which every `interleaved`-th shares no sample with the one before.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_float(validation: &[FloatScore], interleaved: usize, config: &ThresholdConfig) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(FloatScore::parts).collect();
        Self::new(&all, &[], interleaved, config, |median| (median * 1e-6).max(f64::MIN_POSITIVE))
    }

    fn new(
        validation: &[Parts],
        counted: &[bool],
        interleaved: usize,
        config: &ThresholdConfig,
        offset: impl Fn(f64) -> f64,
    ) -> Result<Self> {
        if validation.is_empty() {
            return Err(Error::invalid("no validation scores, expected at least one to set limits by"));
        }
        let Some([low, high]) = config.percentiles() else {
            let Joint { lower, upper } = joint::limits(validation, counted, config.false_alarms, interleaved, offset);
            return Ok(Self { lower, upper, outside: 0 });
        };
        let mut out = Self { lower: [0.0; 3], upper: [0.0; 3], outside: 0 };
        for i in 0..3 {
            let mut sorted: Vec<f64> = validation.iter().map(|p| p[i]).collect();
            sorted.sort_by(f64::total_cmp);
            out.lower[i] = percentile_sorted(&sorted, low);
            out.upper[i] = percentile_sorted(&sorted, high);
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

    fn percentiles(lower: f64, upper: f64) -> ThresholdConfig {
        let [lower_percentile, upper_percentile] = [lower, upper].map(Some);
        ThresholdConfig { lower_percentile, upper_percentile, ..ThresholdConfig::default() }
    }

    #[test]
    fn limits_are_rounded_outwards() {
        let score = |v: u32| Score { total: u64::from(v), segment_max: v, segment_min: v, outside: v };
        let config = percentiles(25.0, 75.0);
        let limits = Limits::from_integer(&[score(0), score(10), score(21)], 64, 1, &config).unwrap();
        assert_eq!((limits.lower, limits.upper, limits.outside), ([5.0; 3], [16.0; 3], 16));
        assert!(Limits::from_integer(&[], 64, 1, &config).is_err());
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
            assert_eq!(Limits::from_integer(&inside, values, 1, &ThresholdConfig::default()).unwrap().outside, most);
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
            let config = percentiles(2.0, 98.0);
            let limits = Limits::from_integer(&all, 100, 1, &config).unwrap();
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
