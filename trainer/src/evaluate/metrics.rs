//! Decisions counted, percentiles, histograms.

use serde::{Deserialize, Serialize};

/// Decisions against the truth; abnormal is the positive class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// Abnormal, called abnormal.
    pub true_positive: usize,
    /// Normal, called abnormal.
    pub false_positive: usize,
    /// Normal, called normal.
    pub true_negative: usize,
    /// Abnormal, called normal.
    pub false_negative: usize,
}

impl Confusion {
    /// Counts one decision.
    pub fn add(&mut self, abnormal: bool, called_abnormal: bool) {
        let cell = match (abnormal, called_abnormal) {
            (true, true) => &mut self.true_positive,
            (false, true) => &mut self.false_positive,
            (false, false) => &mut self.true_negative,
            (true, false) => &mut self.false_negative,
        };
        *cell += 1;
    }

    /// Counts the decisions on normal samples and those on abnormal ones; `true` means called abnormal.
    pub fn count(normal: impl IntoIterator<Item = bool>, abnormal: impl IntoIterator<Item = bool>) -> Self {
        let mut out = Self::default();
        normal.into_iter().for_each(|called| out.add(false, called));
        abnormal.into_iter().for_each(|called| out.add(true, called));
        out
    }

    /// Part that is abnormal of what was called abnormal; none if nothing was.
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_positive)
    }

    /// Part that was called abnormal of what is abnormal; none if nothing is.
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positive, self.true_positive + self.false_negative)
    }

    /// Harmonic mean of precision and recall; none if nothing is abnormal and nothing was called so.
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.true_positive, 2 * self.true_positive + self.false_positive + self.false_negative)
    }

    /// Part of the normal samples called abnormal; none if there are none.
    pub fn false_positive_rate(&self) -> Option<f64> {
        ratio(self.false_positive, self.false_positive + self.true_negative)
    }

    /// Part of all decisions that are right; none if there are none.
    pub fn accuracy(&self) -> Option<f64> {
        ratio(self.true_positive + self.true_negative, self.total())
    }

    /// All decisions.
    pub fn total(&self) -> usize {
        self.true_positive + self.false_positive + self.true_negative + self.false_negative
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The `percent` percentile (0 to 100, clamped), linear between the closest ranks: position `percent / 100 · (n − 1)` in the
/// sorted values, which is definition 7 of Hyndman and Fan 1996. NaN without values.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    percentile_sorted(&sorted, percent)
}

/// [`percentile`] of values that are sorted already.
pub fn percentile_sorted(sorted: &[f64], percent: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = percent.clamp(0.0, 100.0) / 100.0 * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let part = position - below as f64;
    if part == 0.0 { sorted[below] } else { sorted[below] + part * (sorted[above] - sorted[below]) }
}

/// How a histogram's bins lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinSpacing {
    /// Of equal width.
    Linear,
    /// Of equal ratio; for values above 0.
    Logarithmic,
}

/// Counts of values in bins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// One more than there are bins, growing.
    pub edges: Vec<f64>,
    /// One a bin; a bin holds its lower edge and not its upper one, the last bin both.
    pub counts: Vec<usize>,
}

impl Histogram {
    /// `bins` (at least 1) bins from `low` to `high`. Values beyond are counted in the first or last bin, NaN in the last.
    pub fn new(values: &[f64], bins: usize, [low, high]: [f64; 2], spacing: BinSpacing) -> Self {
        let bins = bins.max(1);
        let log = spacing == BinSpacing::Logarithmic && low > 0.0;
        let (from, to) = if log { (low.ln(), high.ln()) } else { (low, high) };
        let inner = |i: usize| {
            let at = from + (to - from) * i as f64 / bins as f64;
            if log { at.exp() } else { at }
        };
        let edges: Vec<f64> = std::iter::once(low).chain((1..bins).map(inner)).chain([high]).collect();
        let mut counts = vec![0; bins];
        for value in values {
            // The edges decide, not a division that could round across one.
            let passed = edges[1..bins].partition_point(|edge| edge <= value);
            counts[if value.is_nan() { bins - 1 } else { passed }] += 1;
        }
        Self { edges, counts }
    }

    /// The smallest range that holds all finite values of several sets, to draw them over the same edges.
    pub fn range(sets: &[&[f64]]) -> [f64; 2] {
        let finite = sets.iter().flat_map(|s| s.iter().copied()).filter(|v| v.is_finite());
        let [low, high] = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)]);
        if low < high {
            [low, high]
        } else if low == high {
            [low - 0.5, high + 0.5]
        } else {
            [0.0, 1.0]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn confusion_and_its_rates() {
        let c = Confusion::count([true, false, false, false], [true, true, false]);
        assert_eq!((c.true_positive, c.false_positive, c.true_negative, c.false_negative), (2, 1, 3, 1));
        assert_eq!((c.precision(), c.recall(), c.f1()), (Some(2.0 / 3.0), Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert_eq!((c.false_positive_rate(), c.accuracy(), c.total()), (Some(0.25), Some(5.0 / 7.0), 7));
        let none = Confusion::default();
        assert_eq!((none.precision(), none.recall(), none.f1(), none.accuracy()), (None, None, None, None));
    }

    #[test]
    fn percentiles_interpolate() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(percentile(&values, 0.0), 1.0);
        assert_eq!(percentile(&values, 50.0), 2.5);
        assert_eq!(percentile(&values, 100.0), 4.0);
        assert_eq!(percentile(&values, 10.0), 1.3);
        assert_eq!(percentile(&[7.0], 33.0), 7.0);
        assert!(percentile(&[], 50.0).is_nan());
    }

    #[test]
    fn histogram_edges() {
        let h = Histogram::new(&[0.0, 0.5, 1.0, 2.0, -1.0, 9.0], 2, [0.0, 2.0], BinSpacing::Linear);
        assert_eq!((h.edges.as_slice(), h.counts.as_slice()), ([0.0, 1.0, 2.0].as_slice(), [3, 3].as_slice()));
        let h = Histogram::new(&[1.0, 9.0, 11.0, 99.0, 100.0], 2, [1.0, 100.0], BinSpacing::Logarithmic);
        assert!((h.edges[1] - 10.0).abs() < 1e-12);
        assert_eq!(h.counts, [2, 3]);
        assert_eq!(Histogram::range(&[&[1.0, f64::INFINITY], &[-2.0]]), [-2.0, 1.0]);
        assert_eq!(Histogram::range(&[&[]]), [0.0, 1.0]);
    }

    proptest! {
        #[test]
        fn percentiles_grow_and_lie_within(values in prop::collection::vec(-1e6f64..1e6, 1..60), a in 0.0..100.0, b in 0.0..100.0) {
            let (low, high) = if a <= b { (a, b) } else { (b, a) };
            prop_assert!(percentile(&values, low) <= percentile(&values, high));
            // At least that part of the values lies at or below it, up to the one rank between.
            let p = percentile(&values, low);
            let below = values.iter().filter(|&&v| v <= p).count() as f64;
            prop_assert!(below >= (low / 100.0 * (values.len() - 1) as f64).floor() + 1.0 - 1e-9);
        }

        #[test]
        fn histograms_count_every_value_where_it_lies(values in prop::collection::vec(0.0f64..10.0, 0..80), bins in 1usize..20) {
            let h = Histogram::new(&values, bins, [0.0, 10.0], BinSpacing::Linear);
            for i in 0..bins {
                let naive = values.iter().filter(|&&v| h.edges[i] <= v && v < h.edges[i + 1]).count();
                prop_assert_eq!(h.counts[i], naive);
            }
        }
    }
}
