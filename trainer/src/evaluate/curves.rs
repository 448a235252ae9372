//! Receiver operating characteristic and precision-recall curves, and the areas under them.
//!
//! Scores are higher the more abnormal; abnormal is the positive class. Equal scores are never separated: a point of a curve
//! takes in all samples of one score. An area without samples of both classes is NaN. A NaN score ranks above all others.

use serde::Serialize;

/// A point of the receiver operating characteristic: what is called abnormal are scores of at least `threshold`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RocPoint {
    /// Infinite at the origin.
    pub threshold: f64,
    /// Part of the normal samples called abnormal.
    pub false_positive_rate: f64,
    /// Part of the abnormal samples called abnormal.
    pub true_positive_rate: f64,
}

/// A point of the precision-recall curve: what is called abnormal are scores of at least `threshold`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrPoint {
    /// Infinite where nothing is called abnormal.
    pub threshold: f64,
    /// Part that is abnormal of what is called abnormal.
    pub precision: f64,
    /// Part that is called abnormal of what is abnormal.
    pub recall: f64,
}

/// One step down the scores: threshold, and how many normal and abnormal samples lie at or above it.
fn steps(normal: &[f64], abnormal: &[f64]) -> Vec<(f64, usize, usize)> {
    let mut all: Vec<(f64, bool)> =
        normal.iter().map(|&s| (s, false)).chain(abnormal.iter().map(|&s| (s, true))).collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out: Vec<(f64, usize, usize)> = Vec::new();
    let (mut above_normal, mut above_abnormal) = (0, 0);
    for (score, positive) in all {
        above_normal += usize::from(!positive);
        above_abnormal += usize::from(positive);
        match out.last_mut() {
            // == takes −0 and 0 for one score, and the comparison of bits does so for NaN.
            Some(last) if last.0 == score || last.0.to_bits() == score.to_bits() => {
                (last.1, last.2) = (above_normal, above_abnormal);
            }
            _ => out.push((score, above_normal, above_abnormal)),
        }
    }
    out
}

/// The receiver operating characteristic from (0, 0) to (1, 1).
pub fn roc_curve(normal: &[f64], abnormal: &[f64]) -> Vec<RocPoint> {
    let rate = |count: usize, all: &[f64]| count as f64 / all.len() as f64;
    let origin = RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 };
    let point = |(threshold, n, a)| RocPoint {
        threshold,
        false_positive_rate: rate(n, normal),
        true_positive_rate: rate(a, abnormal),
    };
    std::iter::once(origin).chain(steps(normal, abnormal).into_iter().map(point)).collect()
}

/// Area under the receiver operating characteristic (trapezoids): the probability that an abnormal sample scores above a
/// normal one, ties counting half (Mann and Whitney 1947).
pub fn roc_auc(normal: &[f64], abnormal: &[f64]) -> f64 {
    let (mut doubled, mut before) = (0u128, (0usize, 0usize));
    for (_, n, a) in steps(normal, abnormal) {
        // Twice the trapezoid in whole sample pairs, so exact.
        doubled += ((n - before.0) * (a + before.1)) as u128;
        before = (n, a);
    }
    doubled as f64 / (2.0 * normal.len() as f64 * abnormal.len() as f64)
}

/// The precision-recall curve by growing recall; it starts with precision 1 at recall 0.
pub fn pr_curve(normal: &[f64], abnormal: &[f64]) -> Vec<PrPoint> {
    let origin = PrPoint { threshold: f64::INFINITY, precision: 1.0, recall: 0.0 };
    let point = |(threshold, n, a): (f64, usize, usize)| PrPoint {
        threshold,
        precision: a as f64 / (n + a) as f64,
        recall: a as f64 / abnormal.len() as f64,
    };
    std::iter::once(origin).chain(steps(normal, abnormal).into_iter().map(point)).collect()
}

/// Average precision: the sum over thresholds of the gain in recall times the precision there (steps, no interpolation).
pub fn average_precision(normal: &[f64], abnormal: &[f64]) -> f64 {
    if normal.is_empty() || abnormal.is_empty() {
        return f64::NAN;
    }
    pr_curve(normal, abnormal).windows(2).map(|p| (p[1].recall - p[0].recall) * p[1].precision).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_worked_example() {
        // Scores 0.1, 0.4 normal and 0.35, 0.8 abnormal: 3 of 4 pairs are in order; precision 1 at half, 2/3 at full recall.
        let (normal, abnormal) = ([0.1, 0.4], [0.35, 0.8]);
        assert_eq!(roc_auc(&normal, &abnormal), 0.75);
        assert!((average_precision(&normal, &abnormal) - (0.5 + 0.5 * 2.0 / 3.0)).abs() < 1e-15);
        let points: Vec<(f64, f64)> =
            roc_curve(&normal, &abnormal).iter().map(|p| (p.false_positive_rate, p.true_positive_rate)).collect();
        assert_eq!(points, [(0.0, 0.0), (0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn ties_and_extremes() {
        assert_eq!(roc_auc(&[1.0; 5], &[1.0; 3]), 0.5);
        assert_eq!(average_precision(&[1.0; 5], &[1.0; 3]), 0.375);
        assert_eq!(roc_auc(&[1.0, 2.0], &[3.0]), 1.0);
        assert_eq!(roc_auc(&[1.0, 2.0], &[0.0]), 0.0);
        assert_eq!(average_precision(&[1.0, 2.0], &[3.0]), 1.0);
        assert_eq!(roc_auc(&[0.0], &[-0.0]), 0.5);
        assert_eq!(roc_auc(&[0.0], &[f64::NAN, f64::NAN]), 1.0);
        assert!(roc_auc(&[], &[1.0]).is_nan() && average_precision(&[], &[1.0]).is_nan());
        assert!(roc_auc(&[1.0], &[]).is_nan() && average_precision(&[1.0], &[]).is_nan());
    }

    /// Few different values, so that ties are common.
    fn scores() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec((0i32..12).prop_map(|v| f64::from(v) / 3.0), 1..40)
    }

    proptest! {
        #[test]
        fn auc_is_the_part_of_pairs_in_order(normal in scores(), abnormal in scores()) {
            let mut pairs = 0.0;
            for n in &normal {
                for a in &abnormal {
                    pairs += if a > n { 1.0 } else if a == n { 0.5 } else { 0.0 };
                }
            }
            let naive = pairs / (normal.len() * abnormal.len()) as f64;
            prop_assert!((roc_auc(&normal, &abnormal) - naive).abs() < 1e-12);
            let area: f64 = roc_curve(&normal, &abnormal).windows(2).map(|p| {
                (p[1].false_positive_rate - p[0].false_positive_rate)
                    * (p[1].true_positive_rate + p[0].true_positive_rate) / 2.0
            }).sum();
            prop_assert!((area - naive).abs() < 1e-12);
        }

        #[test]
        fn average_precision_by_its_definition(normal in scores(), abnormal in scores()) {
            let mut thresholds: Vec<f64> = normal.iter().chain(&abnormal).copied().collect();
            thresholds.sort_by(|a, b| b.total_cmp(a));
            thresholds.dedup();
            let (mut naive, mut before) = (0.0, 0.0);
            for t in thresholds {
                let hits = abnormal.iter().filter(|&&a| a >= t).count() as f64;
                let called = hits + normal.iter().filter(|&&n| n >= t).count() as f64;
                let recall = hits / abnormal.len() as f64;
                naive += (recall - before) * hits / called;
                before = recall;
            }
            prop_assert!((average_precision(&normal, &abnormal) - naive).abs() < 1e-12);
        }

        #[test]
        fn curves_only_grow_and_end_at_one(normal in scores(), abnormal in scores()) {
            let roc = roc_curve(&normal, &abnormal);
            for p in roc.windows(2) {
                prop_assert!(p[1].threshold < p[0].threshold);
                prop_assert!(p[1].false_positive_rate >= p[0].false_positive_rate);
                prop_assert!(p[1].true_positive_rate >= p[0].true_positive_rate);
            }
            let last = roc[roc.len() - 1];
            prop_assert_eq!((last.false_positive_rate, last.true_positive_rate), (1.0, 1.0));
            let pr = pr_curve(&normal, &abnormal);
            prop_assert_eq!(pr[pr.len() - 1].recall, 1.0);
        }
    }
}
