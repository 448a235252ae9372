//! From a score to a decision, and to a single number for ranking.

use super::parts::{Part, Score, Side};
use micromath::F32Ext;

/// What a threshold says of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Decision {
    /// Every part lies within its limits.
    Normal,
    /// At least one part lies outside.
    Anomaly,
}

/// A part of a score that lies outside its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Breach {
    /// Which part.
    pub part: Part,
    /// On which side.
    pub side: Side,
}

impl Decision {
    const fn of(breach: Option<Breach>) -> Self {
        if breach.is_some() { Self::Anomaly } else { Self::Normal }
    }
}

/// What a detector says of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Verdict {
    /// The window's score.
    pub score: Score,
    /// What the limits say of it.
    pub decision: Decision,
    /// Why it is abnormal: the first part outside its limits, see [`Threshold::breach`].
    pub breach: Option<Breach>,
}

impl Verdict {
    /// What `limits` say of a score.
    pub fn new(score: Score, limits: &Threshold) -> Self {
        let breach = limits.breach(&score);
        Self { score, decision: Decision::of(breach), breach }
    }

    /// Whether the window is abnormal.
    pub fn is_anomaly(&self) -> bool {
        self.decision == Decision::Anomaly
    }
}

/// Two-sided integer limits for the three parts of a score that are of residuals, and an upper one for the samples outside. Both
/// sides are needed: what the network reconstructs too well (a flat or clipped signal) is as suspicious as what it reconstructs
/// badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Smallest accepted total, largest segment, smallest segment.
    pub lower: [u64; 3],
    /// Largest accepted total, largest segment, smallest segment.
    pub upper: [u64; 3],
    /// Most accepted samples outside.
    pub outside: u32,
}

impl Threshold {
    /// Accepts everything.
    pub const OPEN: Self = Self { lower: [0; 3], upper: [u64::MAX; 3], outside: u32::MAX };

    /// Decides; integers only, so alike on every device.
    pub fn decide(&self, score: &Score) -> Decision {
        Decision::of(self.breach(score))
    }

    /// The first part that lies outside its limits: samples outside before all else, since they say why the others deviate, then
    /// total, largest and smallest segment. Integers only, so alike on every device.
    pub fn breach(&self, score: &Score) -> Option<Breach> {
        if score.outside > self.outside {
            return Some(Breach { part: Part::Outside, side: Side::Above });
        }
        let limits = self.lower.iter().zip(&self.upper);
        for ((part, value), (lower, upper)) in Part::OF_RESIDUALS.into_iter().zip(score.parts()).zip(limits) {
            if value < *lower {
                return Some(Breach { part, side: Side::Below });
            }
            if value > *upper {
                return Some(Breach { part, side: Side::Above });
            }
        }
        None
    }
}

/// Where normal scores lie: medians, and logarithms of the 1st and 99th percentiles' ratios to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreReference {
    /// Medians of the three parts.
    pub median: [f32; 3],
    /// ln(1st percentile / median), negative.
    pub log_low: [f32; 3],
    /// ln(99th percentile / median), positive.
    pub log_high: [f32; 3],
    /// Most accepted samples outside.
    pub outside: u32,
}

impl ScoreReference {
    /// One number for a score: 0 at the medians, 1 where the most deviating part reaches its 99th (or 1st) percentile, or the
    /// samples outside are one more than accepted.
    ///
    /// For display and ranking on the device; the logarithm is an approximation (micromath, absolute error about 10⁻³),
    /// while decisions use [`Threshold`].
    pub fn deviation(&self, score: &Score) -> f32 {
        let mut largest = score.outside as f32 / (self.outside as f32 + 1.0);
        for (i, part) in score.parts().into_iter().enumerate() {
            let ratio = ln((part as f32 + 1.0) / (self.median[i] + 1.0));
            let unit = if ratio < 0.0 { self.log_low[i] } else { self.log_high[i] };
            // A degenerate unit (all validation scores alike) counts any difference as large.
            let deviation = if unit == 0.0 { ratio * 1e6 } else { ratio / unit };
            largest = largest.max(if deviation < 0.0 { -deviation } else { deviation });
        }
        largest
    }
}

/// Natural logarithm of a positive number. The approximation is good from 1 on, so smaller numbers are turned over.
fn ln(x: f32) -> f32 {
    if x < 1.0 { -F32Ext::ln(1.0 / x) } else { F32Ext::ln(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_count() {
        let limits = Threshold { lower: [10, 5, 1], upper: [100, 50, 10], outside: 2 };
        let score = |total, segment_max, segment_min| Score { total, segment_max, segment_min, outside: 2 };
        assert_eq!(limits.decide(&score(10, 50, 1)), Decision::Normal);
        for bad in [score(9, 20, 5), score(101, 20, 5), score(50, 51, 5), score(50, 20, 0)] {
            assert_eq!(limits.decide(&bad), Decision::Anomaly);
        }
        assert_eq!(Threshold::OPEN.decide(&score(u64::MAX, u32::MAX, 0)), Decision::Normal);
    }

    #[test]
    fn the_first_part_outside_is_named() {
        let limits = Threshold { lower: [10, 5, 1], upper: [100, 50, 10], outside: 2 };
        let score = |total, segment_max, segment_min, outside| Score { total, segment_max, segment_min, outside };
        let named = |score| limits.breach(&score).map(|Breach { part, side }| (part.name(), side.name()));
        assert_eq!(named(score(50, 20, 5, 2)), None);
        assert_eq!(named(score(101, 51, 5, 3)), Some(("outside", "above")));
        assert_eq!(named(score(9, 51, 5, 2)), Some(("total", "below")));
        assert_eq!(named(score(50, 51, 0, 0)), Some(("segment_max", "above")));
        assert_eq!(named(score(50, 20, 0, 0)), Some(("segment_min", "below")));
        let verdict = Verdict::new(score(50, 20, 11, 0), &limits);
        assert!(
            verdict.is_anomaly() && verdict.breach == Some(Breach { part: Part::SmallestSegment, side: Side::Above })
        );
        assert_eq!(Verdict::new(score(50, 20, 5, 0), &limits).decision, Decision::Normal);
    }

    #[test]
    fn deviation_is_one_at_the_percentile() {
        let log_high = [2.0_f32.ln(), 1.0, 1.0];
        let s = ScoreReference { median: [99.0, 9.0, 3.0], log_low: [-0.5; 3], log_high, outside: 3 };
        let score = Score { total: 199, segment_max: 9, segment_min: 3, outside: 0 };
        let d = s.deviation(&score);
        assert!((d - 1.0).abs() < 0.01, "{d}");
        assert_eq!(s.deviation(&Score { outside: 8, ..score }), 2.0);
    }
}
