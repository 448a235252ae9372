//! What is normal: limits and usual places of the parts of a score, and the verdict on a sample by them.
//!
//! One number out of the parts, for ranking and curves: a part's deviation is ln((part + o) / (median + o)), divided by the same of the limit on
//! that side. So it is 0 at the median and 1 at the limit, and a side without a limit does not count. The largest deviation of all parts is
//! the anomaly score. The offset o keeps a part of 0 finite: 1 for integer scores, one squared quantization step, as in the runtime; a
//! millionth of the median for float scores.

use super::promise::Promise;
use super::scores::{Parts, parts};
use super::sides::PartSides;
use super::threshold::{Contract, Learnt, Limits, float_offset};
use crate::error::Result;
use picoae::{Part, Score, ScoreReference};
use serde::{Deserialize, Serialize};

/// Smallest distance of a limit from its median that counts: where they are equal, any difference is large.
const LEAST_UNIT: f64 = 1e-6;

/// Learnt from validation samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormalRange {
    /// The parts that count.
    pub sides: PartSides,
    /// Limits of the parts.
    pub limits: Limits,
    /// Where the parts usually lie.
    pub median: Parts,
    /// o of each part.
    pub offset: Parts,
    /// What the limits promise.
    pub promise: Promise,
}

/// A sample's score and what is said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleVerdict {
    /// The parts of the score.
    pub parts: Parts,
    /// One number from all: the largest deviation.
    pub deviation: f64,
    /// What the limits say.
    pub abnormal: bool,
}

impl NormalRange {
    /// From the integer scores of validation samples of `values` values each, and of abnormal ones where these decide.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without any score; as [`Contract::share`].
    pub fn from_integer(validation: &[Score], abnormal: &[Score], values: usize, contract: &Contract) -> Result<Self> {
        Ok(Self::new(Limits::from_integer(validation, abnormal, values, contract)?, contract, |_| 1.0))
    }

    /// From the float scores of validation samples.
    ///
    /// # Errors
    /// As [`NormalRange::from_integer`].
    pub fn from_float(validation: &[Parts], abnormal: &[Parts], contract: &Contract) -> Result<Self> {
        Ok(Self::new(Limits::from_float(validation, abnormal, contract)?, contract, float_offset))
    }

    fn new(learnt: Learnt, contract: &Contract, offset: fn(f64) -> f64) -> Self {
        let Learnt { limits, median, promise } = learnt;
        Self { sides: contract.sides, limits, median, offset: median.map(offset), promise }
    }

    /// ln((limit + o) / (median + o)) of a part, below or above its median; none where it has no limit there. Of samples outside it is
    /// one more than the limit.
    fn unit(&self, part: Part, below: bool) -> Option<f64> {
        let i = part as usize;
        let limited = match below {
            true => self.limits.lower[i] > 0.0,
            false => self.limits.upper[i] < f64::MAX,
        };
        let limit = match (below, part) {
            (true, _) => self.limits.lower[i],
            (false, Part::Outside) => self.limits.upper[i] + 1.0,
            (false, _) => self.limits.upper[i],
        };
        let log = ((limit + self.offset[i]) / (self.median[i] + self.offset[i])).ln();
        (limited && self.sides.uses(part)).then_some(if below { log.min(-LEAST_UNIT) } else { log.max(LEAST_UNIT) })
    }

    /// Deviation of each part, from 0.
    pub fn deviations(&self, parts: &Parts) -> Parts {
        Part::ALL.map(|part| {
            let i = part as usize;
            let ratio = ((parts[i] + self.offset[i]) / (self.median[i] + self.offset[i])).ln();
            self.unit(part, ratio < 0.0).map_or(0.0, |unit| ratio / unit)
        })
    }

    /// The same in the runtime's form, for scores of integers.
    pub fn reference(&self) -> ScoreReference {
        let with = |all: ScoreReference, part: Part| {
            let log = |below| self.unit(part, below).unwrap_or(0.0) as f32;
            all.with(part, self.median[part as usize] as f32, log(true), log(false))
        };
        Part::ALL.into_iter().filter(|part| self.sides.uses(*part)).fold(ScoreReference::NONE, with)
    }

    /// The verdict on a sample with this integer score.
    pub fn verdict(&self, score: &Score) -> SampleVerdict {
        self.verdict_of(&parts(score))
    }

    /// The verdict on a sample with a score of these parts.
    pub fn verdict_of(&self, parts: &Parts) -> SampleVerdict {
        let deviation = self.deviations(parts).into_iter().fold(0.0, f64::max);
        SampleVerdict { parts: *parts, deviation, abnormal: self.limits.abnormal(parts) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{AlarmConfig, Choice, FalseAlarms};
    use proptest::prelude::*;

    fn contract(sides: PartSides) -> Contract {
        Contract {
            false_alarms: FalseAlarms::DEFAULT,
            percentiles: None,
            choice: Choice::FalseAlarms,
            sides,
            alarm: AlarmConfig::default(),
            seconds: None,
            interleaved: 1,
            stream: false,
        }
    }

    fn score((total, segment_max, segment_min): (u64, u32, u32)) -> Score {
        Score { total, segment_max, segment_min, ..Score::default() }
    }

    fn some_scores() -> impl Strategy<Value = Vec<Score>> {
        prop::collection::vec((0u64..100_000, 0u32..9_000, 0u32..500).prop_map(score), 1..80)
    }

    /// A sensor stuck at a rail may be reconstructed as well as anything: the samples outside are an anomaly by themselves, and
    /// their deviation is the runtime's.
    #[test]
    fn samples_outside_alone_make_an_anomaly() {
        let score = |total: u32| score((total.into(), total / 4, total / 50));
        let validation: Vec<Score> = (0..50).map(|i| score(1000 + 10 * i)).collect();
        let normal = NormalRange::from_integer(&validation, &[], 1000, &contract(PartSides::residuals())).unwrap();
        let with = |outside| normal.verdict(&Score { outside, ..score(1250) });
        assert!(!with(0).abnormal && !with(2).abnormal && with(2).deviation < 1.0);
        for outside in [3, 400, 1000] {
            let verdict = with(outside);
            assert!(verdict.abnormal && verdict.deviation >= 1.0 - 1e-12);
            let runtime = normal.reference().deviation(&Score { outside, ..score(1250) });
            assert!((f64::from(runtime) / verdict.deviation - 1.0).abs() < 0.01);
        }
    }

    #[test]
    fn a_side_that_does_not_count_is_no_deviation() {
        let validation: Vec<Score> = (0..50).map(|i| score((1000 + 10 * i, 250, 20))).collect();
        let normal = NormalRange::from_integer(&validation, &[], 1000, &contract(PartSides::robust())).unwrap();
        let verdict = normal.verdict(&Score { flat: 0, ..score((0, 0, 0)) });
        assert!(!verdict.abnormal && verdict.deviation == 0.0, "{verdict:?}");
        let verdict = normal.verdict(&score((5000, 250, 20)));
        assert!(verdict.abnormal && verdict.deviation > 1.0);
    }

    #[test]
    fn scores_all_alike_make_a_difference_large() {
        let normal =
            NormalRange::from_integer(&[score((0, 0, 0)); 4], &[], 1000, &contract(PartSides::residuals())).unwrap();
        assert_eq!(normal.verdict(&score((0, 0, 0))).deviation, 0.0);
        assert!(normal.verdict(&score((100, 1, 0))).deviation > 1.0);
        assert!(NormalRange::from_integer(&[], &[], 1000, &contract(PartSides::residuals())).is_err());
    }

    proptest! {
        #[test]
        fn one_at_the_limit_and_more_beyond(all in some_scores(), total in 0u64..1_000_000, more in 0u64..1000) {
            let normal = NormalRange::from_integer(&all, &[], 1000, &contract(PartSides::residuals())).unwrap();
            let at = |total: u64| normal.deviations(&parts(&score((total, 0, 0))))[0];
            prop_assert!(at(total).is_finite() && at(total) >= 0.0);
            if total as f64 >= normal.median[0] {
                prop_assert!(at(total + more) >= at(total));
                prop_assert_eq!(at(total) > 1.0 + 1e-12, total as f64 > normal.limits.upper[0]);
            }
        }

        /// The runtime approximates the logarithm, to about 10⁻³.
        #[test]
        fn agrees_with_the_runtime(all in some_scores(), one in (0u64..200_000, 0u32..20_000, 0u32..1000).prop_map(score)) {
            let normal = NormalRange::from_integer(&all, &[], 1000, &contract(PartSides::residuals())).unwrap();
            let (host, device) = (normal.verdict(&one).deviation, f64::from(normal.reference().deviation(&one)));
            // A limit is at least a tenth from its median.
            prop_assert!((host - device).abs() <= 0.001 * host + 0.06, "{} {}", host, device);
        }
    }
}
