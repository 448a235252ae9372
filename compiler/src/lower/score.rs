//! What a plan says of the score: its parts, their limits, and what the coarse part takes normal windows for.

use super::data::Data;
use crate::error::{Error, Result};
use picoae::plan::{AlarmRule, CoarseModel, MAX_COARSE_SUMS, Part, PartLimits, PartSet, Span};
use picoae::settling::Moments;
use picoae::{ScoreReference, Threshold};
use serde::{Deserialize, Serialize};

/// The numbers of the coarse part, see the runtime's `CoarseModel`. With M blocks of a window and C values of a step there are M · C sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoarseNumbers {
    /// Blocks of a window.
    pub blocks: u16,
    /// Steps of a block.
    pub block: u16,
    /// Bits that a sum's distance from its mean is shortened by.
    pub shift: u16,
    /// Fraction bits of the multipliers.
    pub fraction: u16,
    /// Mean of each sum.
    pub means: Vec<i32>,
    /// Rows of the lower triangle of the inverse Cholesky factor.
    pub factor: Vec<i8>,
    /// Multiplier of each row.
    pub multipliers: Vec<u16>,
}

impl CoarseNumbers {
    fn record(&self, data: &mut Data) -> Result<CoarseModel> {
        let sums = self.means.len();
        let whole = self.multipliers.len() == sums && self.factor.len() == sums * (sums + 1) / 2;
        if !whole || sums == 0 || sums > MAX_COARSE_SUMS {
            return Err(Error::invalid(format!(
                "the coarse part has {sums} means, {} multipliers and {} factors; expected 1 to {MAX_COARSE_SUMS} sums",
                self.multipliers.len(),
                self.factor.len()
            )));
        }
        let Self { blocks, block, shift, fraction, .. } = *self;
        let (means, factor) = (data.push(&self.means), data.push(&self.factor));
        Ok(CoarseModel { blocks, block, shift, fraction, means, factor, multipliers: data.push(&self.multipliers) })
    }
}

/// The parts of a score, and when verdicts become an alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreOptions {
    /// Limits of the parts that are used, in any order.
    pub limits: Vec<PartLimits>,
    /// What the coarse part takes normal windows for; needed where that part is used.
    pub coarse: Option<CoarseNumbers>,
    /// When verdicts become an alarm.
    pub alarm: AlarmRule,
    /// Mean and deviation of each channel's int8 values in normal training data, in 1/256: what settling in starts from. None where they
    /// are not known.
    pub moments: Vec<Moments>,
}

impl Default for ScoreOptions {
    /// The parts of residuals and the samples outside, without limits.
    fn default() -> Self {
        let parts = Part::OF_RESIDUALS.into_iter().chain([Part::Outside]);
        Self::of(parts, &Threshold::OPEN, &ScoreReference::NONE)
    }
}

impl ScoreOptions {
    /// `parts` with their limits, each abnormal window an alarm.
    pub fn of(parts: impl IntoIterator<Item = Part>, threshold: &Threshold, reference: &ScoreReference) -> Self {
        let limits = parts.into_iter().map(|part| {
            let i = part as usize;
            let usual = [reference.median[i], reference.log_low[i], reference.log_high[i]];
            // A part without a reference has no median.
            let usual = if usual[0].is_nan() { [0.0; 3] } else { usual };
            PartLimits::new(part.code(), threshold.lower[i], threshold.upper[i], usual)
        });
        Self { limits: limits.collect(), coarse: None, alarm: AlarmRule::EACH, moments: Vec::new() }
    }

    /// With the coarse part's numbers.
    #[must_use]
    pub fn with_coarse(self, coarse: CoarseNumbers) -> Self {
        Self { coarse: Some(coarse), ..self }
    }

    /// The parts.
    pub fn parts(&self) -> PartSet {
        self.limits.iter().filter_map(|limits| Part::from_code(limits.part)).collect()
    }

    /// Puts the records into `data`: the limits, and the coarse model.
    pub(super) fn records(&self, data: &mut Data) -> Result<(Span, Span, Option<CoarseModel>)> {
        let mut limits = self.limits.clone();
        limits.sort_by_key(|limits| Part::from_code(limits.part).map(Part::place));
        let limits = data.push(&limits);
        if !self.parts().contains(Part::Coarse) {
            return Ok((limits, Span::EMPTY, None));
        }
        let coarse = self.coarse.as_ref().ok_or_else(|| Error::invalid("the coarse part has no numbers"))?;
        let coarse = coarse.record(data)?;
        Ok((limits, data.push(&[coarse]), Some(coarse)))
    }
}
