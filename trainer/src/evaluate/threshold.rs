//! Limits of the parts of a score, and how they are learnt.

use super::alarm::AlarmConfig;
use super::choice::Choice;
use super::false_alarms::FalseAlarms;
use super::joint::{self, Joint, Offset, Seen};
use super::metrics::percentile_sorted;
use super::promise::Promise;
use super::scores::{Parts, parts};
use super::sides::PartSides;
use crate::error::{Error, Result};
use picoae::{Part, Score, Threshold};
use serde::{Deserialize, Serialize};

/// How limits are learnt from the validation samples' scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdConfig {
    /// How many false alarms may be, by all parts together: `0.01` or `"1 %"` of all windows, or `"1/week"`.
    pub false_alarms: FalseAlarms,
    /// Which parts of the score count, and on which side; by default what the data allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<PartSides>,
    /// Below this percentile a part is abnormal. Where it or the upper one is set, each part has its limits by itself, and the false
    /// alarms add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_percentile: Option<f64>,
    /// Above this percentile a part is abnormal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_percentile: Option<f64>,
    /// Instead of by a rate of false alarms, the limits are chosen by half of the labelled abnormal windows: such that F1 is best.
    pub best_f1: bool,
    /// The same, such that so many of them are found, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
}

impl Default for ThresholdConfig {
    fn default() -> Self {
        Self {
            false_alarms: FalseAlarms::DEFAULT,
            parts: None,
            lower_percentile: None,
            upper_percentile: None,
            best_f1: false,
            recall: None,
        }
    }
}

impl ThresholdConfig {
    /// Checks the percentiles.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        self.false_alarms.check()?;
        let bad =
            |key: &str, value: f64, expected: &str| Err(Error::setting(format!("threshold.{key}"), value, expected));
        if let Some(recall) = self.recall.filter(|recall| !(*recall > 0.0 && *recall <= 1.0)) {
            return bad("recall", recall, "above 0 and at most 1");
        }
        let ways = [self.best_f1, self.recall.is_some(), self.percentiles().is_some()];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err(Error::invalid("threshold.best_f1, threshold.recall and percentiles: expected one of them"));
        }
        if self.choice() != Choice::FalseAlarms && self.false_alarms != FalseAlarms::DEFAULT {
            let expected =
                "threshold.false_alarms, or limits chosen by labels (threshold.best_f1, threshold.recall), not both";
            return Err(Error::setting("threshold.false_alarms", self.false_alarms, expected));
        }
        let Some([lower, upper]) = self.percentiles() else { return Ok(()) };
        if self.false_alarms != FalseAlarms::DEFAULT {
            let expected =
                "threshold.false_alarms or percentiles, not both: percentiles are limits of each part by itself";
            return Err(Error::setting("threshold.false_alarms", self.false_alarms, expected));
        }
        if !(0.0..=100.0).contains(&lower) {
            return bad("lower_percentile", lower, "0 to 100");
        }
        if !(upper > lower && upper <= 100.0) {
            return bad("upper_percentile", upper, "above the lower one and at most 100");
        }
        Ok(())
    }

    /// What decides on the limits.
    pub fn choice(&self) -> Choice {
        match (self.best_f1, self.recall) {
            (true, _) => Choice::BestF1,
            (false, Some(recall)) => Choice::Recall(recall),
            (false, None) => Choice::FalseAlarms,
        }
    }

    /// Percentiles of each part by itself, where one is set.
    pub fn percentiles(&self) -> Option<[f64; 2]> {
        let set = self.lower_percentile.is_some() || self.upper_percentile.is_some();
        set.then(|| [self.lower_percentile.unwrap_or(0.5), self.upper_percentile.unwrap_or(99.5)])
    }
}

/// What limits are to keep: the configuration, and what the data add to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contract {
    /// How many false alarms may be.
    pub false_alarms: FalseAlarms,
    /// Percentiles of each part by itself, instead.
    pub percentiles: Option<[f64; 2]>,
    /// What decides where there are no percentiles.
    pub choice: Choice,
    /// The parts that count.
    pub sides: PartSides,
    /// When verdicts become an alarm.
    pub alarm: AlarmConfig,
    /// Seconds from one verdict to the next, where the samples have a rate.
    pub seconds: Option<f64>,
    /// Of how many validation windows in a row one is independent of the one before.
    pub interleaved: usize,
    /// Whether the scores are an endless stream's, in its order.
    pub stream: bool,
}

impl Contract {
    /// Share of normal verdicts that may be alarms, by all parts together or by each.
    ///
    /// # Errors
    /// As [`FalseAlarms::a_verdict`].
    pub fn share(&self) -> Result<f64> {
        match self.percentiles {
            Some([lower, upper]) => Ok((lower + 100.0 - upper) / 100.0),
            None => self.false_alarms.a_verdict(self.seconds),
        }
    }
}

/// A sample is normal if each part of its score lies within its limits, both ends included. For integer scores the lower
/// limits are rounded down and the upper ones up, so that [`Limits::threshold`] decides alike.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Smallest normal parts; 0: no limit.
    pub lower: Parts,
    /// Largest normal parts; the largest number: no limit.
    pub upper: Parts,
}

/// Limits and where the parts usually lie.
pub(super) struct Learnt {
    pub(super) limits: Limits,
    pub(super) median: Parts,
    pub(super) promise: Promise,
}

/// Samples outside that are always normal in a window of so many values: one, and a fifth of a percent. Quantization may leave
/// some of the training samples outside (`quantize.percentile`), and a limit of 0, learnt from few windows, would call the first of
/// them abnormal.
fn always_normal_outside(values: usize) -> u32 {
    u32::try_from(1 + values / 512).unwrap_or(u32::MAX)
}

impl Limits {
    /// From the integer scores of validation samples of `values` values each. The limit of samples outside is their upper percentile (of
    /// the joint limit's share a quarter is theirs), rounded up, but at least 1 + `values` / 512.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score; as [`Contract::share`].
    pub(super) fn from_integer(
        validation: &[Score],
        abnormal: &[Score],
        values: usize,
        contract: &Contract,
    ) -> Result<Learnt> {
        let all: Vec<Parts> = validation.iter().map(parts).collect();
        let mut outside: Vec<f64> = validation.iter().map(|score| f64::from(score.outside)).collect();
        outside.sort_by(f64::total_cmp);
        let percent = match contract.percentiles {
            Some([_, upper]) => upper,
            None => 100.0 - 25.0 * contract.share()?,
        };
        let most = match outside.is_empty() {
            true => 0,
            false => percentile_sorted(&outside, percent).ceil() as u32,
        };
        let most = most.max(always_normal_outside(values));
        let counted = |scores: &[Score]| -> Vec<bool> { scores.iter().map(|score| score.outside > most).collect() };
        let (normal, faults) = (counted(validation), counted(abnormal));
        let of_faults: Vec<Parts> = abnormal.iter().map(parts).collect();
        let normal = Seen { parts: &all, counted: &normal };
        let faults = Seen { parts: &of_faults, counted: &faults };
        let mut learnt = Self::learn(normal, faults, contract, |_| 1.0)?;
        let Self { lower, upper } = &mut learnt.limits;
        (*lower, *upper) = (lower.map(f64::floor), upper.map(f64::ceil));
        upper[Part::Outside as usize] = most.into();
        Ok(learnt)
    }

    /// From the float scores of validation samples.
    ///
    /// # Errors
    /// As [`Limits::from_integer`].
    pub(super) fn from_float(validation: &[Parts], abnormal: &[Parts], contract: &Contract) -> Result<Learnt> {
        let [normal, abnormal] = [validation, abnormal].map(|parts| Seen { parts, counted: &[] });
        Self::learn(normal, abnormal, contract, float_offset)
    }

    fn learn(normal: Seen<'_>, abnormal: Seen<'_>, contract: &Contract, offset: Offset) -> Result<Learnt> {
        let validation = normal.parts;
        if validation.is_empty() {
            return Err(Error::invalid("no validation scores, expected at least one to set limits by"));
        }
        let Contract { sides, alarm, seconds, interleaved, stream, choice, .. } = *contract;
        let share = contract.share()?;
        let joint = joint::Contract { share, sides, interleaved, stream, alarm: alarm.rule(), seconds, choice };
        let Joint { mut lower, mut upper, median, promise } = joint::limits(normal, abnormal, &joint, offset);
        if let Some([low, high]) = contract.percentiles {
            for part in Part::ALL {
                let i = part as usize;
                let mut sorted: Vec<f64> = validation.iter().map(|p| p[i]).collect();
                sorted.sort_by(f64::total_cmp);
                if sides.below.contains(part) {
                    lower[i] = percentile_sorted(&sorted, low);
                }
                if sides.above.contains(part) {
                    upper[i] = percentile_sorted(&sorted, high);
                }
            }
        }
        Ok(Learnt { limits: Self { lower, upper }, median, promise })
    }

    /// Whether a score of these parts is abnormal. A part that is NaN is.
    pub fn abnormal(&self, parts: &Parts) -> bool {
        (0..Part::COUNT).any(|i| !(self.lower[i]..=self.upper[i]).contains(&parts[i]))
    }

    /// The limits in the runtime's form, for scores of integers.
    pub fn threshold(&self) -> Threshold {
        // A limit that is none is beyond 64 bits, and becomes their largest number.
        let [lower, upper] = [self.lower, self.upper].map(|limits| limits.map(|v| v as u64));
        Threshold { lower, upper }
    }
}

/// What keeps a float part of 0 finite.
pub(super) fn float_offset(median: f64) -> f64 {
    (median * 1e-6).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae::Decision;
    use proptest::prelude::*;

    fn percentiles(lower: f64, upper: f64) -> Contract {
        Contract { percentiles: Some([lower, upper]), ..contract() }
    }

    /// Of residuals, both sides.
    fn contract() -> Contract {
        Contract {
            false_alarms: FalseAlarms::DEFAULT,
            percentiles: None,
            choice: Choice::FalseAlarms,
            sides: PartSides::residuals(),
            alarm: AlarmConfig::default(),
            seconds: None,
            interleaved: 1,
            stream: false,
        }
    }

    #[test]
    fn limits_are_rounded_outwards() {
        let score =
            |v: u32| Score { total: u64::from(v), segment_max: v, segment_min: v, outside: v, ..Score::default() };
        let config = percentiles(25.0, 75.0);
        let limits = Limits::from_integer(&[score(0), score(10), score(21)], &[], 64, &config).unwrap().limits;
        assert_eq!((&limits.lower[..3], &limits.upper[..3]), (&[5.0; 3][..], &[16.0; 3][..]));
        assert_eq!(limits.upper[Part::Outside as usize], 16.0);
        assert_eq!(limits.threshold().upper[Part::Coarse as usize], u64::MAX);
        assert!(Limits::from_integer(&[], &[], 64, &config).is_err());
        let limits = Limits { lower: [0.0; Part::COUNT], upper: [1.0; Part::COUNT] };
        let with = |value: f64| limits.abnormal(&[0.0, 0.5, value, 0.0, 0.0, 0.0, 0.0, 1.0]);
        assert!(!with(1.0) && with(1.1) && with(-0.1) && with(f64::NAN));
    }

    /// Nothing outside in validation still lets a glitch pass, but not a stretch.
    #[test]
    fn a_few_samples_outside_are_always_normal() {
        let inside = [Score::default(); 40];
        for (values, most) in [(16, 1.0), (511, 1.0), (1000, 2.0), (3 * 1000, 6.0)] {
            let limits = Limits::from_integer(&inside, &[], values, &contract()).unwrap().limits;
            assert_eq!(limits.upper[Part::Outside as usize], most);
        }
    }

    proptest! {
        #[test]
        fn decides_as_the_runtime_and_keeps_the_asked_part(
            all in prop::collection::vec((0u64..5000, 0u32..900, 0u32..90, 0u32..9), 1..200),
            one in (0u64..6000, 0u32..1000, 0u32..100, 0u32..20),
        ) {
            let score = |(total, segment_max, segment_min, outside)| {
                Score { total, segment_max, segment_min, outside, ..Score::default() }
            };
            let all: Vec<Score> = all.into_iter().map(score).collect();
            let limits = Limits::from_integer(&all, &[], 100, &percentiles(2.0, 98.0)).unwrap().limits;
            for s in all.iter().chain([&score(one)]) {
                let runtime = limits.threshold().decide(s) == Decision::Anomaly;
                prop_assert_eq!(limits.abnormal(&parts(s)), runtime);
            }
            // Each of three parts leaves out at most 2 % on either side, the samples outside on one, and the ranks round in
            // favour of normal.
            let out = all.iter().filter(|s| limits.abnormal(&parts(s))).count();
            prop_assert!(out <= 7 * (1 + all.len() / 50), "{} of {}", out, all.len());
        }
    }
}
