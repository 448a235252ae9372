//! Learns limits in place, from windows that are known to be normal.

use super::score::Score;
use super::threshold::Threshold;
use crate::plan::Part;
use heapless::Vec;

/// Collects up to `N` scores of normal windows where the device stands and makes a [`Threshold`] of them.
///
/// ```
/// use picoae::{Calibrator, Decision, Score};
/// let mut calibrator = Calibrator::<64>::new(); // the scores lie in the struct: 64 · 48 bytes
/// for total in 100..150 {
///     calibrator.add(Score { total, segment_max: 20, segment_min: 3, ..Score::default() });
/// }
/// let limits = calibrator.threshold(50).unwrap();
/// let high = Score { total: 400, segment_max: 20, segment_min: 3, ..Score::default() };
/// assert_eq!(limits.decide(&high), Decision::Anomaly);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Calibrator<const N: usize> {
    scores: Vec<Score, N>,
}

impl<const N: usize> Calibrator<N> {
    /// Without a score yet.
    pub const fn new() -> Self {
        Self { scores: Vec::new() }
    }

    /// Takes a score; `false` when `N` are there already and it was left out.
    pub fn add(&mut self, score: Score) -> bool {
        self.scores.push(score).is_ok()
    }

    /// How many scores are there.
    pub fn len(&self) -> usize {
        self.scores.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Limits at the smallest and largest score seen, moved outwards by `margin_percent` of their value; one sample outside is
    /// always accepted. `None` before the first score.
    pub fn threshold(&self, margin_percent: u32) -> Option<Threshold> {
        let first = self.scores.first()?.parts();
        let (mut lower, mut upper) = (first, first);
        for parts in self.scores.iter().map(Score::parts) {
            for ((low, high), part) in lower.iter_mut().zip(&mut upper).zip(parts) {
                (*low, *high) = ((*low).min(part), (*high).max(part));
            }
        }
        let margin = u64::from(margin_percent);
        lower.iter_mut().for_each(|low| *low = low.saturating_sub(low.saturating_mul(margin) / 100));
        upper.iter_mut().for_each(|high| *high = high.saturating_add(high.saturating_mul(margin) / 100));
        let limits = Threshold { lower, upper };
        let most = upper.get(usize::from(Part::Outside.code())).copied().unwrap_or_default();
        Some(limits.with(Part::Outside, 0, most.max(1)))
    }
}
