//! What is normal: limits and usual places of the parts of a score, and the verdict on a sample by them.

use super::deviation::Deviation;
use super::scores::{FloatScore, Parts, parts};
use super::threshold::{Limits, ThresholdConfig};
use crate::error::Result;
use picoae::{Score, ScoreReference, Threshold};
use serde::{Deserialize, Serialize};

/// Learnt from validation samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormalRange {
    /// Limits of the parts.
    pub limits: Limits,
    /// Where the parts usually lie.
    pub deviation: Deviation,
}

/// A sample's score and what is said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleVerdict {
    /// The three parts of the score.
    pub parts: Parts,
    /// Samples outside the range that int8 holds; 0 for float scores.
    pub outside: u32,
    /// One number from all: the largest deviation.
    pub deviation: f64,
    /// What the limits say.
    pub abnormal: bool,
}

impl NormalRange {
    /// From the integer scores of validation samples of `values` values each, of which every `interleaved`-th is independent.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without any score.
    pub fn from_integer(
        validation: &[Score],
        values: usize,
        interleaved: usize,
        config: &ThresholdConfig,
    ) -> Result<Self> {
        let limits = Limits::from_integer(validation, values, interleaved, config)?;
        Ok(Self { limits, deviation: Deviation::from_integer(validation)? })
    }

    /// From the float scores of validation samples, of which every `interleaved`-th is independent.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without any score.
    pub fn from_float(validation: &[FloatScore], interleaved: usize, config: &ThresholdConfig) -> Result<Self> {
        Ok(Self {
            limits: Limits::from_float(validation, interleaved, config)?,
            deviation: Deviation::from_float(validation)?,
        })
    }

    /// As a plan keeps it, for integer scores.
    pub fn of_plan(threshold: &Threshold, statistics: &ScoreReference) -> Self {
        Self { limits: threshold.into(), deviation: statistics.into() }
    }

    /// The verdict on a sample with this integer score.
    pub fn verdict(&self, score: &Score) -> SampleVerdict {
        self.of_parts(parts(score), score.outside)
    }

    /// The verdict on a sample with this float score.
    pub fn float_verdict(&self, score: &FloatScore) -> SampleVerdict {
        self.of_parts(score.parts(), 0)
    }

    /// Samples outside deviate by 1 where they are one more than accepted, as in the runtime.
    fn of_parts(&self, parts: Parts, outside: u32) -> SampleVerdict {
        let outside_deviation = f64::from(outside) / (f64::from(self.limits.outside) + 1.0);
        let deviation = self.deviation.largest(parts).max(outside_deviation);
        SampleVerdict { parts, outside, deviation, abnormal: self.limits.abnormal(parts, outside) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sensor stuck at a rail may be reconstructed as well as anything: the samples outside are an anomaly by themselves, and
    /// their deviation is the runtime's.
    #[test]
    fn samples_outside_alone_make_an_anomaly() {
        let score =
            |total: u32| Score { total: total.into(), segment_max: total / 4, segment_min: total / 50, outside: 0 };
        let validation: Vec<Score> = (0..50).map(|i| score(1000 + 10 * i)).collect();
        let normal = NormalRange::from_integer(&validation, 1000, 1, &ThresholdConfig::default()).unwrap();
        let with = |outside| normal.verdict(&Score { outside, ..score(1250) });
        assert!(!with(0).abnormal && !with(2).abnormal && with(2).deviation < 1.0);
        for outside in [3, 400, 1000] {
            let verdict = with(outside);
            assert!(verdict.abnormal && verdict.deviation >= 1.0);
            let threshold = normal.limits.threshold();
            let reference = normal.deviation.statistics(normal.limits.outside);
            let runtime = reference.deviation(&Score { outside, ..score(1250) });
            assert!((f64::from(runtime) - verdict.deviation).abs() < 1e-3);
            assert_eq!(NormalRange::of_plan(&threshold, &reference).limits, normal.limits);
        }
    }
}
