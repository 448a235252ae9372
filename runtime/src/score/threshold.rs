//! From a score to a decision, and to a single number for ranking.

use super::score::Score;
use crate::plan::{Part, PartLimits};
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

/// On which side of its limits a part lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Side {
    /// Below the lower one.
    Below,
    /// Above the upper one.
    Above,
}

impl Side {
    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
        }
    }
}

/// A part of a score that lies outside its limits, and by how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Breach {
    /// Which part.
    pub part: Part,
    /// On which side.
    pub side: Side,
    /// What it is.
    pub value: u64,
    /// The limit that it passes.
    pub limit: u64,
}

impl Breach {
    /// How far the value lies beyond its limit, in percent of it, at most [`u32::MAX`]; beyond a limit of 0, that of 1.
    pub fn percent_beyond(&self) -> u32 {
        let percent = self.value.abs_diff(self.limit).saturating_mul(100) / self.limit.max(1);
        u32::try_from(percent).unwrap_or(u32::MAX)
    }
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
    /// Whether the alarm is on behind this window, by the model's [`AlarmRule`](crate::plan::AlarmRule). A verdict of one window by
    /// itself is its own alarm.
    pub alarm: bool,
}

impl Verdict {
    /// What `limits` say of a score.
    pub fn new(score: Score, limits: &Threshold) -> Self {
        Self::of(score, limits.breach(&score))
    }

    pub(crate) fn of(score: Score, breach: Option<Breach>) -> Self {
        Self { score, decision: Decision::of(breach), breach, alarm: breach.is_some() }
    }

    /// Whether the window is abnormal.
    pub fn is_anomaly(&self) -> bool {
        self.decision == Decision::Anomaly
    }
}

/// Two-sided integer limits of the parts of a score, both ends accepted, in the order of [`Part::ALL`]. A part that is not used has
/// none. Both sides can matter: what the network reconstructs too well (a flat or clipped signal) is as suspicious as what it
/// reconstructs badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// Smallest accepted values.
    pub lower: [u64; Part::COUNT],
    /// Largest accepted values.
    pub upper: [u64; Part::COUNT],
}

#[inline]
fn breach_of(part: Part, value: u64, lower: u64, upper: u64) -> Option<Breach> {
    if value < lower {
        return Some(Breach { part, side: Side::Below, value, limit: lower });
    }
    (value > upper).then_some(Breach { part, side: Side::Above, value, limit: upper })
}

impl Threshold {
    /// Accepts everything.
    pub const OPEN: Self = Self { lower: [0; Part::COUNT], upper: [u64::MAX; Part::COUNT] };

    /// With other limits of one part.
    #[must_use]
    pub const fn with(mut self, part: Part, lower: u64, upper: u64) -> Self {
        (self.lower[part as usize], self.upper[part as usize]) = (lower, upper);
        self
    }

    /// Decides; integers only, so alike on every device.
    pub fn decide(&self, score: &Score) -> Decision {
        Decision::of(self.breach(score))
    }

    /// The first part that lies outside its limits: samples outside before all else, since they say why the others deviate, then
    /// the others in the order of [`Part::ALL`]. Integers only, so alike on every device.
    pub fn breach(&self, score: &Score) -> Option<Breach> {
        Part::IN_ORDER.into_iter().find_map(|part| {
            let i = usize::from(part.code());
            breach_of(part, score.part(part), *self.lower.get(i)?, *self.upper.get(i)?)
        })
    }
}

/// As [`Threshold::breach`], by the limits of a plan; they lie in that order there.
pub(crate) fn breach(score: &Score, limits: &[PartLimits]) -> Option<Breach> {
    limits.iter().find_map(|limits| {
        let part = Part::from_code(limits.part)?;
        breach_of(part, score.part(part), limits.lower(), limits.upper())
    })
}

/// Where normal scores lie: medians, and how far the limits are from them in logarithms, in the order of [`Part::ALL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreReference {
    /// Medians; NaN for a part that does not count.
    pub median: [f32; Part::COUNT],
    /// ln((lower limit + 1) / (median + 1)), negative; 0 where too small a part says nothing.
    pub log_low: [f32; Part::COUNT],
    /// ln((upper limit + 1) / (median + 1)), positive, of samples outside one more; 0 where too large a part says nothing.
    pub log_high: [f32; Part::COUNT],
}

impl ScoreReference {
    /// No part counts.
    pub const NONE: Self =
        Self { median: [f32::NAN; Part::COUNT], log_low: [0.0; Part::COUNT], log_high: [0.0; Part::COUNT] };

    /// With where one part lies.
    #[must_use]
    pub const fn with(mut self, part: Part, median: f32, log_low: f32, log_high: f32) -> Self {
        let i = part as usize;
        (self.median[i], self.log_low[i], self.log_high[i]) = (median, log_low, log_high);
        self
    }

    /// One number for a score: 0 at the medians, 1 where the most deviating part reaches its limit (of samples outside, one beyond it).
    ///
    /// For display and ranking on the device; the logarithm is an approximation (micromath, absolute error about 10⁻³),
    /// while decisions use [`Threshold`].
    pub fn deviation(&self, score: &Score) -> f32 {
        let mut largest = 0.0;
        for (i, part) in score.parts().into_iter().enumerate() {
            let ratio = ln((part as f32 + 1.0) / (self.median[i] + 1.0));
            let unit = if ratio < 0.0 { self.log_low[i] } else { self.log_high[i] };
            // A part that is not used has no median, a side that says nothing no unit.
            if !ratio.is_nan() && unit != 0.0 {
                let deviation = ratio / unit;
                largest = if deviation > largest { deviation } else { largest };
            }
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

    const LIMITS: Threshold = Threshold::OPEN
        .with(Part::Total, 10, 100)
        .with(Part::LargestSegment, 5, 50)
        .with(Part::SmallestSegment, 1, 10)
        .with(Part::Outside, 0, 2);

    fn score(total: u64, segment_max: u32, segment_min: u32, outside: u32) -> Score {
        Score { total, segment_max, segment_min, outside, ..Score::default() }
    }

    #[test]
    fn both_sides_count() {
        assert_eq!(LIMITS.decide(&score(10, 50, 1, 2)), Decision::Normal);
        for bad in [score(9, 20, 5, 2), score(101, 20, 5, 2), score(50, 51, 5, 2), score(50, 20, 0, 2)] {
            assert_eq!(LIMITS.decide(&bad), Decision::Anomaly);
        }
        assert_eq!(Threshold::OPEN.decide(&score(u64::MAX, u32::MAX, 0, u32::MAX)), Decision::Normal);
        let coarse = Score { coarse: 8, ..score(50, 20, 5, 0) };
        assert_eq!(LIMITS.decide(&coarse), Decision::Normal);
        assert_eq!(LIMITS.with(Part::Coarse, 0, 7).decide(&coarse), Decision::Anomaly);
    }

    #[test]
    fn the_first_part_outside_is_named_with_how_far_it_is_beyond() {
        let named = |score| LIMITS.breach(&score).map(|b| (b.part.name(), b.side.name(), b.percent_beyond()));
        assert_eq!(named(score(50, 20, 5, 2)), None);
        assert_eq!(named(score(101, 51, 5, 3)), Some(("outside", "above", 50)));
        assert_eq!(named(score(9, 51, 5, 2)), Some(("total", "below", 10)));
        assert_eq!(named(score(50, 150, 0, 0)), Some(("segment_max", "above", 200)));
        assert_eq!(named(score(50, 20, 0, 0)), Some(("segment_min", "below", 100)));
        let verdict = Verdict::new(score(50, 20, 11, 0), &LIMITS);
        let why = Breach { part: Part::SmallestSegment, side: Side::Above, value: 11, limit: 10 };
        assert!(verdict.is_anomaly() && verdict.breach == Some(why));
        assert_eq!(Verdict::new(score(50, 20, 5, 0), &LIMITS).decision, Decision::Normal);
        let extreme = Breach { value: u64::MAX, limit: 0, ..why };
        assert_eq!(extreme.percent_beyond(), u32::MAX);
    }

    #[test]
    fn deviation_is_one_at_the_percentile() {
        let s = ScoreReference::NONE.with(Part::Total, 99.0, -0.5, 2.0_f32.ln()).with(Part::Flat, 7.0, -1.0, 0.0);
        let d = s.deviation(&Score { flat: 7, ..score(199, 9, 3, 0) });
        assert!((d - 1.0).abs() < 0.01, "{d}");
        // Too large a part whose upper side says nothing is no deviation.
        assert!(s.deviation(&Score { flat: 900, ..score(99, 9, 3, 0) }) < 0.01);
        assert!(s.deviation(&Score { flat: 0, ..score(99, 9, 3, 0) }) > 1.9);
    }
}
