//! Limits of a part of the score: the model's own, and how far those of a site may be from them.

use super::quantiles::Quantiles;

/// The numbers that a part of the score may be, both ends included. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// Smallest accepted; 0 is no limit.
    pub lower: u64,
    /// Largest accepted; `u64::MAX` is no limit.
    pub upper: u64,
}

/// What a model says of a part of the score. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FactoryPart {
    /// Its limits; the lower one is not above the upper one.
    pub limits: Limits,
    /// The median of normal windows, rounded.
    pub median: u64,
}

impl Limits {
    /// Furthest that a site's limit is from the model's: 4 times it, or a quarter of it.
    pub const FACTOR: u64 = 4;

    /// Whether a score's part is accepted.
    pub const fn hold(&self, part: u64) -> bool {
        self.lower <= part && part <= self.upper
    }

    /// The widest that a site's limits can be where these are the model's.
    pub const fn widened(&self) -> Self {
        Self { lower: self.lower / Self::FACTOR, upper: self.upper.saturating_mul(Self::FACTOR) }
    }

    /// A quarter of a limit to four times it.
    const fn within_bounds(limit: u64, model: u64) -> u64 {
        let (least, most) = (model / Self::FACTOR, model.saturating_mul(Self::FACTOR));
        if limit < least {
            least
        } else if limit > most {
            most
        } else {
            limit
        }
    }
}

/// (`value` · `ratio` + `round`) / 256, with a ratio of at most 1024 and a rounding of 0 to 255; `u64::MAX` where it is
/// more.
const fn times(value: u64, ratio: u64, round: u64) -> u64 {
    (value >> 8).saturating_mul(ratio).saturating_add(((value & 255) * ratio + round) >> 8)
}

impl FactoryPart {
    /// Limits of the normal windows whose scores were collected: on each side the wider of
    ///
    /// - the quantile that the share `beyond` (in 1/65536) of the scores lies beyond, at the outer end of its bucket,
    ///   so that the site's own windows pass; and
    /// - the model's limit, moved with the median (which the bucket tells to 1/16), so that few windows do not make it
    ///   narrower than normal windows are.
    ///
    /// Neither is further from the model's than [`Limits::FACTOR`]. Where the model's median or a limit is 0, that
    /// limit moves only by the quantile, and a limit of 0 not at all. `None` without a score.
    pub fn learn(&self, scores: &Quantiles, beyond: u16) -> Option<Limits> {
        const ALL: u32 = 1 << 16;
        let beyond = u32::from(beyond);
        let (low, high) = (scores.quantile(beyond, ALL)?, scores.quantile(ALL - beyond, ALL)?);
        let ratio = match scores.quantile(1, 2)?.middle().saturating_mul(256).checked_div(self.median) {
            Some(ratio) => Limits::within_bounds(ratio, 256),
            None => 256,
        };
        let Limits { lower, upper } = self.limits;
        let (moved_lower, moved_upper) = (times(lower, ratio, 0), times(upper, ratio, 255));
        // No limit stays none.
        let learnt_upper = if upper == u64::MAX { upper } else { high.upper.max(moved_upper) };
        Some(Limits {
            lower: Limits::within_bounds(low.lower.min(moved_lower), lower),
            upper: Limits::within_bounds(learnt_upper, upper),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settling::random::Random;

    const PART: FactoryPart = FactoryPart { limits: Limits { lower: 500, upper: 2000 }, median: 1000 };

    fn collected(part: &FactoryPart, scores: impl IntoIterator<Item = u64>) -> Quantiles {
        let mut all = Quantiles::around(part.median);
        assert!(scores.into_iter().all(|score| all.add(score)));
        all
    }

    #[test]
    fn scores_as_at_the_factory_leave_the_limits_nearly_where_they_were() {
        let learnt = PART.learn(&collected(&PART, [1000; 50]), 128).unwrap();
        assert!((460..=540).contains(&learnt.lower) && (1880..=2120).contains(&learnt.upper), "{learnt:?}");
    }

    #[test]
    fn limits_move_with_the_median_and_hold_what_was_seen() {
        let louder = PART.learn(&collected(&PART, [1950, 2000, 2050]), 128).unwrap();
        assert!((900..=1100).contains(&louder.lower) && (3700..=4300).contains(&louder.upper), "{louder:?}");
        let wider = PART.learn(&collected(&PART, [300, 1000, 1000, 3000]), 128).unwrap();
        assert!((260..=300).contains(&wider.lower) && (3000..=3400).contains(&wider.upper), "{wider:?}");
    }

    #[test]
    fn a_share_of_the_scores_may_be_beyond() {
        let scores = (0..1000).map(|i| if i < 10 { 3500 } else { 1000 });
        assert!(PART.learn(&collected(&PART, scores.clone()), 128).unwrap().upper >= 3500);
        assert!(PART.learn(&collected(&PART, scores), 1024).unwrap().upper < 2200);
    }

    /// Whatever comes in: within the factor, the lower one not above the upper one.
    #[test]
    fn limits_are_bounded() {
        let mut random = Random::new(8);
        for case in 0..5000 {
            let mut any = || random.next() >> random.below(64);
            let (a, b) = (any(), any());
            let part = FactoryPart { limits: Limits { lower: a.min(b), upper: a.max(b) }, median: any() };
            let mut scores = Quantiles::around(part.median);
            (0..20).for_each(|_| assert!(scores.add(any())));
            let learnt = part.learn(&scores, any() as u16).unwrap();
            let Limits { lower, upper } = part.limits;
            let widest = part.limits.widened();
            assert!(widest.lower <= learnt.lower && learnt.upper <= widest.upper, "case {case}: {part:?} {learnt:?}");
            assert!(learnt.lower <= lower.saturating_mul(4) && upper / 4 <= learnt.upper, "case {case}");
            assert!(learnt.lower <= learnt.upper, "case {case}: {part:?} became {learnt:?}");
        }
    }

    #[test]
    fn no_limit_stays_none() {
        let open = FactoryPart { limits: Limits { lower: 0, upper: u64::MAX }, median: 0 };
        assert_eq!(open.learn(&collected(&open, [5, 6, 7]), 128), Some(open.limits));
        assert_eq!(open.learn(&Quantiles::around(0), 128), None);
        let counts = FactoryPart { limits: Limits { lower: 0, upper: 3 }, median: 0 };
        assert_eq!(counts.learn(&collected(&counts, [0, 0, 5]), 128), Some(Limits { lower: 0, upper: 5 }));
        assert_eq!(counts.learn(&collected(&counts, [0, 0, 0]), 128), Some(counts.limits));
    }

    #[test]
    fn parts_of_a_limit() {
        for (value, ratio, want) in [(1000, 256, 1000), (1000, 64, 250), (3, 1024, 12), (u64::MAX, 1024, u64::MAX)] {
            assert_eq!([times(value, ratio, 0), times(value, ratio, 255)], [want; 2], "{value} · {ratio}");
        }
        assert_eq!([times(1001, 64, 0), times(1001, 64, 255)], [250, 251]);
        assert_eq!(times(u64::MAX, 256, 0), u64::MAX);
    }
}
