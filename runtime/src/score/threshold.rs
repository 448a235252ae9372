//! From a score to a decision, and to a single number for ranking.

use super::parts::Score;
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

/// What a detector says of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Verdict {
    /// The window's score.
    pub score: Score,
    /// What the limits say of it.
    pub decision: Decision,
}

impl Verdict {
    /// Whether the window is abnormal.
    pub fn is_anomaly(&self) -> bool {
        self.decision == Decision::Anomaly
    }
}

/// Two-sided integer limits for the three parts of a score. Both sides are needed: what the network reconstructs too
/// well (a flat or clipped signal) is as suspicious as what it reconstructs badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Smallest accepted total, largest segment, smallest segment.
    pub lower: [u64; 3],
    /// Largest accepted total, largest segment, smallest segment.
    pub upper: [u64; 3],
}

impl Threshold {
    /// Accepts everything.
    pub const OPEN: Self = Self { lower: [0; 3], upper: [u64::MAX; 3] };

    /// Decides; integers only, so alike on every device.
    pub fn decide(&self, score: &Score) -> Decision {
        let mut parts = self.lower.iter().zip(&self.upper).zip(score.parts());
        let inside = parts.all(|((lower, upper), part)| (*lower..=*upper).contains(&part));
        if inside { Decision::Normal } else { Decision::Anomaly }
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
}

impl ScoreReference {
    /// One number for a score: 0 at the medians, 1 where the most deviating part reaches its 99th (or 1st) percentile.
    ///
    /// For display and ranking on the device; the logarithm is an approximation (micromath, absolute error about 10⁻³),
    /// while decisions use [`Threshold`].
    pub fn deviation(&self, score: &Score) -> f32 {
        let mut largest = 0.0_f32;
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
        let limits = Threshold { lower: [10, 5, 1], upper: [100, 50, 10] };
        let score = |total, segment_max, segment_min| Score { total, segment_max, segment_min };
        assert_eq!(limits.decide(&score(10, 50, 1)), Decision::Normal);
        for bad in [score(9, 20, 5), score(101, 20, 5), score(50, 51, 5), score(50, 20, 0)] {
            assert_eq!(limits.decide(&bad), Decision::Anomaly);
        }
        assert_eq!(Threshold::OPEN.decide(&score(u64::MAX, u32::MAX, 0)), Decision::Normal);
    }

    #[test]
    fn deviation_is_one_at_the_percentile() {
        let s = ScoreReference { median: [99.0, 9.0, 3.0], log_low: [-0.5; 3], log_high: [2.0_f32.ln(), 1.0, 1.0] };
        let d = s.deviation(&Score { total: 199, segment_max: 9, segment_min: 3 });
        assert!((d - 1.0).abs() < 0.01, "{d}");
    }
}
