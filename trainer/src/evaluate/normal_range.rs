//! What is normal: limits and usual places of the three parts of a score, and the verdict on a sample by them.

use super::deviation::Deviation;
use super::scores::{FloatScore, Parts};
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
    /// One number from the three: the largest deviation.
    pub deviation: f64,
    /// What the limits say.
    pub abnormal: bool,
}

impl NormalRange {
    /// From the integer scores of validation samples.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without any score.
    pub fn from_integer(validation: &[Score], config: &ThresholdConfig) -> Result<Self> {
        Ok(Self { limits: Limits::from_integer(validation, config)?, deviation: Deviation::from_integer(validation)? })
    }

    /// From the float scores of validation samples.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without any score.
    pub fn from_float(validation: &[FloatScore], config: &ThresholdConfig) -> Result<Self> {
        Ok(Self { limits: Limits::from_float(validation, config)?, deviation: Deviation::from_float(validation)? })
    }

    /// As a plan keeps it, for integer scores.
    pub fn of_plan(threshold: &Threshold, statistics: &ScoreReference) -> Self {
        Self { limits: threshold.into(), deviation: statistics.into() }
    }

    /// The verdict on a sample of these parts.
    pub fn verdict(&self, parts: Parts) -> SampleVerdict {
        SampleVerdict { parts, deviation: self.deviation.largest(parts), abnormal: self.limits.abnormal(parts) }
    }
}
