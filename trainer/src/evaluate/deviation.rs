//! One number out of the three parts of a score, for ranking and curves.
//!
//! A part's deviation is ln((part + o) / (median + o)), divided by the same of the validation set's 99th percentile if the part
//! is above the median, of its 1st percentile if below. So it is 0 at the median and 1 at either percentile, and too small
//! counts like too large. The largest deviation of the three parts is the anomaly score.
//!
//! The offset o keeps a part of 0 finite. For integer scores it is 1, one squared quantization step, as in the runtime; for
//! float scores it is a millionth of the median. Where a percentile equals the median (all validation scores alike), the
//! unit is 10⁻⁶, so that any difference counts as large, again as in the runtime.

use super::metrics::percentile_sorted;
use super::scores::{FloatScore, Parts, parts};
use crate::error::{Error, Result};
use picoae::{Score, ScoreReference};
use serde::{Deserialize, Serialize};

/// Where the scores of normal samples lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// Medians of the three parts.
    pub median: Parts,
    /// ln((1st percentile + o) / (median + o)), at most 0.
    pub log_low: Parts,
    /// ln((99th percentile + o) / (median + o)), at least 0.
    pub log_high: Parts,
    /// o of each part.
    pub offset: Parts,
}

impl Deviation {
    /// From the integer scores of validation samples.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_integer(validation: &[Score]) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(parts).collect();
        Self::new(&all, |_| 1.0)
    }

    /// From the float scores of validation samples.
    ///
    /// # Errors
    /// [`Error::Invalid`] without any score.
    pub fn from_float(validation: &[FloatScore]) -> Result<Self> {
        let all: Vec<Parts> = validation.iter().map(FloatScore::parts).collect();
        Self::new(&all, |median| (median * 1e-6).max(f64::MIN_POSITIVE))
    }

    fn new(validation: &[Parts], offset: impl Fn(f64) -> f64) -> Result<Self> {
        if validation.is_empty() {
            return Err(Error::invalid("no validation scores, expected at least one to learn what is normal"));
        }
        let mut out = Self { median: [0.0; 3], log_low: [0.0; 3], log_high: [0.0; 3], offset: [0.0; 3] };
        for i in 0..3 {
            let mut sorted: Vec<f64> = validation.iter().map(|p| p[i]).collect();
            sorted.sort_by(f64::total_cmp);
            let median = percentile_sorted(&sorted, 50.0);
            let o = offset(median);
            let log = |percent| ((percentile_sorted(&sorted, percent) + o) / (median + o)).ln();
            out.median[i] = median;
            out.offset[i] = o;
            (out.log_low[i], out.log_high[i]) = (log(1.0), log(99.0));
        }
        Ok(out)
    }

    /// Deviation of each part, from 0.
    pub fn of_parts(&self, parts: Parts) -> Parts {
        std::array::from_fn(|i| {
            let ratio = ((parts[i] + self.offset[i]) / (self.median[i] + self.offset[i])).ln();
            let unit = if ratio < 0.0 { self.log_low[i] } else { self.log_high[i] };
            if unit == 0.0 { ratio.abs() * 1e6 } else { (ratio / unit).abs() }
        })
    }

    /// The anomaly score: the largest deviation of the parts.
    pub fn largest(&self, parts: Parts) -> f64 {
        self.of_parts(parts).into_iter().fold(0.0, f64::max)
    }

    /// The same in the runtime's form, for scores of integers of which `outside` samples may be outside.
    pub fn statistics(&self, outside: u32) -> ScoreReference {
        let [median, log_low, log_high] =
            [self.median, self.log_low, self.log_high].map(|parts| parts.map(|v| v as f32));
        ScoreReference { median, log_low, log_high, outside }
    }
}

/// The runtime's statistics, which are those of integer scores.
impl From<&ScoreReference> for Deviation {
    fn from(known: &ScoreReference) -> Self {
        let doubles = |parts: [f32; 3]| parts.map(f64::from);
        Self {
            median: doubles(known.median),
            log_low: doubles(known.log_low),
            log_high: doubles(known.log_high),
            offset: [1.0; 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn score((total, segment_max, segment_min): (u64, u32, u32)) -> Score {
        Score { total, segment_max, segment_min, outside: 0 }
    }

    fn some_scores() -> impl Strategy<Value = Vec<Score>> {
        prop::collection::vec((0u64..100_000, 0u32..9_000, 0u32..500).prop_map(score), 1..80)
    }

    #[test]
    fn zero_at_the_median_one_at_the_percentiles() {
        // 101 scores 1000, 1010, …, 2000: the 1st, 50th and 99th percentiles are 1010, 1500 and 1990.
        let all: Vec<Score> =
            (0..101u32).map(|i| score((u64::from(1000 + 10 * i), 1000 + 10 * i, 1000 + 10 * i))).collect();
        let d = Deviation::from_integer(&all).unwrap();
        assert_eq!(d.largest(parts(&score((1500, 1500, 1500)))), 0.0);
        assert!((d.largest(parts(&score((1990, 1500, 1500)))) - 1.0).abs() < 1e-12);
        assert!((d.largest(parts(&score((1500, 1500, 1010)))) - 1.0).abs() < 1e-12);
        assert!(d.largest(parts(&score((1500, 1500, 0)))) > 10.0);
        let floats: Vec<FloatScore> = (0..101)
            .map(|i| 0.1 + 0.001 * f64::from(i))
            .map(|v| FloatScore { total: v, segment_max: v, segment_min: v })
            .collect();
        let d = Deviation::from_float(&floats).unwrap();
        assert!(
            (d.largest(floats[99].parts()) - 1.0).abs() < 1e-9 && (d.largest(floats[1].parts()) - 1.0).abs() < 1e-9
        );
        assert!(d.largest([0.0; 3]).is_finite());
    }

    #[test]
    fn scores_all_alike_make_any_difference_large() {
        let d = Deviation::from_integer(&[score((0, 0, 0)); 4]).unwrap();
        assert_eq!(d.largest(parts(&score((0, 0, 0)))), 0.0);
        assert!(d.largest(parts(&score((1, 1, 0)))) > 1e5);
        assert!(Deviation::from_integer(&[]).is_err());
    }

    proptest! {
        #[test]
        fn finite_from_zero_and_growing_away_from_the_median(all in some_scores(), total in 0u64..1_000_000, more in 0u64..1000) {
            let d = Deviation::from_integer(&all).unwrap();
            let at = |total: u64| d.of_parts([total as f64, d.median[1], d.median[2]])[0];
            prop_assert!(at(total).is_finite() && at(total) >= 0.0);
            if total as f64 >= d.median[0] {
                prop_assert!(at(total + more) >= at(total));
            } else {
                prop_assert!(at(total.saturating_sub(more)) >= at(total));
            }
        }

        /// The runtime approximates the logarithm, to about 10⁻³.
        #[test]
        fn agrees_with_the_runtime(all in some_scores(), one in (0u64..200_000, 0u32..20_000, 0u32..1000).prop_map(score)) {
            let d = Deviation::from_integer(&all).unwrap();
            let unit = d.log_low.iter().chain(&d.log_high).map(|v| v.abs()).fold(f64::INFINITY, f64::min);
            prop_assume!(unit > 0.05);
            let (host, device) = (d.largest(parts(&one)), f64::from(d.statistics(1).deviation(&one)));
            prop_assert!((host - device).abs() <= 0.001 * host + 0.005 / unit, "{} {}", host, device);
        }
    }
}
