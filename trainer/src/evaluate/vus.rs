//! Volume under the surface of precision, recall and buffer length (Paparrizos et al. 2022, "Volume under the surface: a new accuracy
//! evaluation measure for time-series anomaly detection", VLDB 15).
//!
//! Labels of events are seldom right to the sample, and a detector with windows is late or early by a part of one. So each event gets a buffer
//! of half a length on each side, in which a label falls as √(1 − distance / length) from 1; where buffers meet they add up, to 1 at most.
//! With these soft labels, range-AUC-PR is the area under the curve of
//!
//! - precision: soft labels of what is called abnormal, over its samples, and
//! - recall: soft labels of what is called abnormal over the mean of hard and soft ones in all, at most 1, times the share of events (with
//!   their buffers; those that touch are one) in which anything is called abnormal,
//!
//! in steps as [`average_precision`](super::average_precision) has them. The volume is its mean over lengths from 0 on, so it needs neither a
//! threshold nor a length. Scores are higher the more abnormal; NaN ranks above all. Thresholds are at most 250 quantiles of the scores, as in
//! the authors' implementation.

use super::events::{merged, runs};
use std::ops::Range;

/// Most thresholds of a curve.
const THRESHOLDS: usize = 250;

/// VUS-PR, 0 to 1: the mean of [`range_auc_pr`] over buffer lengths 0, `step`, 2 `step`, … up to `longest` samples (a window or a period is
/// usual). `events` are sorted ranges of samples, one score a sample. NaN without samples both within and outside of events.
pub fn vus_pr(scores: &[f64], events: &[Range<usize>], longest: usize, step: usize) -> f64 {
    let Some(ranked) = Ranked::new(scores, events) else { return f64::NAN };
    let mut soft = vec![0.0; scores.len()];
    let (mut total, mut lengths) = (0.0, 0_usize);
    for length in (0..=longest).step_by(step.max(1)) {
        total += ranked.area(length, &mut soft);
        lengths += 1;
    }
    total / lengths as f64
}

/// VUS-PR of windows, one score each: events are runs of abnormal ones, and buffers go up to as many as lie in a window, `in_a_window`.
pub fn of_windows(scores: &[f64], abnormal: impl IntoIterator<Item = bool>, in_a_window: usize) -> f64 {
    vus_pr(scores, &runs(abnormal), in_a_window, (in_a_window / 8).max(1))
}

/// Area under the precision-recall curve with a buffer of `length` samples, half of them on each side of an event; else as [`vus_pr`].
pub fn range_auc_pr(scores: &[f64], events: &[Range<usize>], length: usize) -> f64 {
    Ranked::new(scores, events).map_or(f64::NAN, |ranked| ranked.area(length, &mut vec![0.0; scores.len()]))
}

/// Scores as the thresholds that call them abnormal: what is the same for all lengths.
struct Ranked {
    /// Sorted; neither overlap nor touch.
    events: Vec<Range<usize>>,
    /// Samples within events.
    hard: usize,
    /// Of each sample the first threshold, counted from the highest, that it reaches.
    first: Vec<u8>,
    /// Samples called abnormal at each threshold.
    called: Vec<usize>,
}

impl Ranked {
    fn new(scores: &[f64], events: &[Range<usize>]) -> Option<Self> {
        let within = |e: &Range<usize>| e.start.min(scores.len())..e.end.min(scores.len());
        let events = merged(&events.iter().map(within).collect::<Vec<_>>());
        let hard = events.iter().map(Range::len).sum();
        if hard == 0 || hard == scores.len() {
            return None;
        }
        // −0 and 0 are one score.
        let plain = |score: &f64| if score.is_nan() { f64::INFINITY } else { score + 0.0 };
        let mut sorted: Vec<f64> = scores.iter().map(plain).collect();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let (last, count) = (sorted.len() - 1, sorted.len().min(THRESHOLDS));
        // The lowest score is the last threshold: it calls all samples abnormal.
        let mut thresholds: Vec<f64> = (0..count).map(|i| sorted[i * last / (count - 1)]).collect();
        thresholds.dedup();
        let mut called = vec![0; thresholds.len()];
        let mut reached = |score: &f64| {
            let first = thresholds.partition_point(|threshold| *threshold > plain(score));
            called[first] += 1;
            first as u8
        };
        let first = scores.iter().map(&mut reached).collect();
        for i in 1..called.len() {
            called[i] += called[i - 1];
        }
        Some(Self { events, hard, first, called })
    }

    /// Range-AUC-PR; `soft` is room for a label a sample.
    fn area(&self, length: usize, soft: &mut [f64]) -> f64 {
        let extended = self.soften(length, soft);
        // What each threshold adds to what those above it call abnormal: soft labels, and ranges hit for the first time.
        let mut gained = vec![(0.0, 0_usize); self.called.len()];
        for range in &extended {
            let mut earliest = usize::MAX;
            for (first, label) in self.first[range.clone()].iter().zip(&soft[range.clone()]) {
                let first = usize::from(*first);
                gained[first].0 += label;
                earliest = earliest.min(first);
            }
            if let Some(gained) = gained.get_mut(earliest) {
                gained.1 += 1;
            }
        }
        let all: f64 = gained.iter().map(|g| g.0).sum();
        let positives = (self.hard as f64 + all) / 2.0;
        let (mut labels, mut hit, mut before, mut area) = (0.0, 0, 0.0, 0.0);
        for ((label, ranges), called) in gained.iter().zip(&self.called) {
            labels += label;
            hit += ranges;
            let recall = (labels / positives).min(1.0) * hit as f64 / extended.len() as f64;
            area += (recall - before) * labels / *called as f64;
            before = recall;
        }
        area
    }

    /// Writes the soft labels and gives the events with their buffers, merged.
    fn soften(&self, length: usize, soft: &mut [f64]) -> Vec<Range<usize>> {
        soft.fill(0.0);
        let half = length / 2;
        let fallen = |distance: usize| (1.0 - distance as f64 / length as f64).sqrt();
        for event in &self.events {
            let (before, rest) = soft.split_at_mut(event.start);
            let (within, after) = rest.split_at_mut(event.len());
            within.fill(1.0);
            before.iter_mut().rev().take(half).enumerate().for_each(|(i, label)| *label += fallen(i + 1));
            after.iter_mut().take(half).enumerate().for_each(|(i, label)| *label += fallen(i + 1));
        }
        let wider = |e: &Range<usize>| e.start.saturating_sub(half)..(e.end + half).min(soft.len());
        let extended = merged(&self.events.iter().map(wider).collect::<Vec<_>>());
        for range in &extended {
            soft[range.clone()].iter_mut().for_each(|label| *label = label.min(1.0));
        }
        extended
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // one event is a list of one range
mod tests {
    use super::*;
    use crate::data::random::Stream;

    /// By the definition, sample by sample and threshold by threshold.
    fn naive(scores: &[f64], events: &[Range<usize>], length: usize) -> f64 {
        let n = scores.len();
        let hard: Vec<bool> = (0..n).map(|i| events.iter().any(|e| e.contains(&i))).collect();
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for i in (0..n).filter(|i| hard[*i]) {
            match runs.last_mut() {
                Some(run) if run.1 + 1 == i => run.1 = i,
                _ => runs.push((i, i)),
            }
        }
        let label = |i: usize| {
            let buffer = |(from, to): &(usize, usize)| {
                let distance = if i < *from { from - i } else { i - to };
                if distance > length / 2 { 0.0 } else { (1.0 - distance as f64 / length as f64).sqrt() }
            };
            if hard[i] { 1.0 } else { runs.iter().map(buffer).sum::<f64>().min(1.0) }
        };
        let soft: Vec<f64> = (0..n).map(label).collect();
        let mut ranges: Vec<Vec<usize>> = Vec::new();
        for i in (0..n).filter(|i| soft[*i] > 0.0) {
            match ranges.last_mut() {
                Some(range) if range.last() == Some(&(i - 1)) => range.push(i),
                _ => ranges.push(vec![i]),
            }
        }
        let positives = (hard.iter().filter(|h| **h).count() as f64 + soft.iter().sum::<f64>()) / 2.0;
        let mut thresholds = scores.to_vec();
        thresholds.sort_by(|a, b| b.total_cmp(a));
        let (mut before, mut area) = (0.0, 0.0);
        for t in thresholds {
            let called: Vec<usize> = (0..n).filter(|i| scores[*i] >= t).collect();
            let labels: f64 = called.iter().map(|i| soft[*i]).sum();
            let hit = ranges.iter().filter(|r| r.iter().any(|i| scores[*i] >= t)).count();
            let recall = (labels / positives).min(1.0) * hit as f64 / ranges.len() as f64;
            area += (recall - before) * labels / called.len() as f64;
            before = recall;
        }
        area
    }

    #[test]
    fn is_what_the_definition_says() {
        let mut random = Stream::new(5, "tests/vus");
        for _ in 0..60 {
            let n = random.between([20, 200]);
            let mut at: Vec<usize> = (0..6).map(|_| random.below(n)).collect();
            at.sort_unstable();
            // Some touch, some are empty; one reaches beyond the end.
            let events = [at[0]..at[1] + 1, at[2]..at[3], at[4]..at[5] + 40];
            let scores: Vec<f64> = (0..n).map(|_| random.below(15) as f64).collect();
            let (mut total, mut lengths) = (0.0, 0.0);
            for length in (0..=30).step_by(5) {
                let (fast, slow) = (range_auc_pr(&scores, &events, length), naive(&scores, &events, length));
                assert!((fast - slow).abs() < 1e-12, "{length}: {fast} {slow}");
                total += slow;
                lengths += 1.0;
            }
            let volume = vus_pr(&scores, &events, 32, 5);
            assert!((volume - total / lengths).abs() < 1e-12);
        }
    }

    #[test]
    fn without_a_buffer_it_is_average_precision_where_every_event_is_hit_at_once() {
        let scores = [0.1, 0.4, 0.35, 0.8];
        let one = range_auc_pr(&scores, &[2..4], 0);
        assert!((one - super::super::average_precision(&[0.1, 0.4], &[0.35, 0.8])).abs() < 1e-15);
        // Two events: with the first only, half of the recall.
        assert!((range_auc_pr(&[3.0, 0.0, 0.0, 2.0, 1.0], &[0..1, 3..4], 0) - 1.0).abs() < 1e-15);
        assert!((range_auc_pr(&[3.0, 0.0, 0.0, 1.0, 2.0], &[0..1, 3..4], 0) - (0.25 + 0.75 * 2.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn a_perfect_score_is_about_one_and_a_random_one_the_share() {
        let n = 1_000_000;
        let events: Vec<Range<usize>> = (0..50).map(|i| 20_000 * i + 7000..20_000 * i + 8000).collect();
        let perfect: Vec<f64> = (0..n).map(|i| if (7000..8000).contains(&(i % 20_000)) { 1.0 } else { 0.0 }).collect();
        let volume = vus_pr(&perfect, &events, 100, 10);
        assert!(volume > 0.97 && volume <= 1.0, "{volume}");
        let mut random = Stream::new(6, "tests/vus");
        let chance: Vec<f64> = (0..n).map(|_| random.unit()).collect();
        let volume = vus_pr(&chance, &events, 100, 10);
        assert!((volume - 0.05).abs() < 0.004, "{volume}");
        // A little late is nearly right with a buffer, and half wrong without.
        let late: Vec<f64> = (0..n).map(|i| perfect[(i + n - 500) % n]).collect();
        assert!(vus_pr(&late, &events, 2000, 100) > 1.3 * range_auc_pr(&late, &events, 0));
    }

    #[test]
    fn extremes() {
        assert!(vus_pr(&[], &[], 10, 1).is_nan());
        assert!(vus_pr(&[1.0, 2.0], &[], 10, 1).is_nan() && vus_pr(&[1.0, 2.0], &[0..9], 10, 1).is_nan());
        assert_eq!(vus_pr(&[1.0, f64::NAN], &[1..2], 0, 0), 1.0);
        assert_eq!(vus_pr(&[0.0, -0.0, 0.0, -0.0], &[1..2], 0, 1), 0.25);
    }
}
