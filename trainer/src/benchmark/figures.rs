//! How well scores and alarms tell normal from abnormal.

use crate::evaluate::choice::f1;
use crate::evaluate::events::{Verdict, by_event, point_adjusted_f1};
use crate::evaluate::{average_precision, pr_curve, roc_auc, vus};
use serde::Serialize;
use std::ops::Range;

/// Scores of the windows of one case, in units in which those of several cases can be compared: 1 is the limit.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    pub(super) scores: Vec<f64>,
    pub(super) abnormal: Vec<bool>,
    /// Half of the benchmark.
    pub(super) fold: usize,
    /// Rows of each window.
    pub(super) spans: Vec<Range<usize>>,
    /// Whether the alarm is on behind each window; none for what has no rule.
    pub(super) alarms: Option<Vec<bool>>,
    /// Rows of events.
    pub(super) events: Vec<Range<usize>>,
    /// Rows of recordings that lie one behind the other; none where there is one.
    pub(super) recordings: Vec<Range<usize>>,
    /// Samples a second.
    pub(super) rate: Option<f64>,
    /// Where the highest score must lie.
    pub(super) highest_within: Option<Range<usize>>,
}

/// Figures of a detector over some cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Windows, and how many of them are abnormal.
    pub windows: [usize; 2],
    /// Area under the ROC curve over all windows together.
    pub roc_auc: f64,
    /// Average precision over all windows together.
    pub average_precision: f64,
    /// Volume under the surface of precision and recall, mean over cases.
    pub vus_pr: f64,
    /// F1 with the limit that is best on the cases of the other half; none where there are no halves.
    pub f1_other_half: Option<f64>,
    /// F1 with the detector's own limit, learnt from normal windows only.
    pub f1_own_limit: f64,
    /// Share of normal windows beyond the own limit.
    pub false_windows: f64,
    /// Events found, and all.
    pub events: [usize; 2],
    /// False alarms, hours (or thousands of verdicts) of normal behaviour.
    pub false_alarms: Option<(usize, f64)>,
    /// Median over cases of the median delay from an event's start to the alarm, in samples.
    pub delay: Option<f64>,
    /// Cases whose highest score lies where it must, and all that say where.
    pub highest: Option<[usize; 2]>,
    /// Mean over recordings, only beside [`POINT_ADJUSTED_LABEL`](crate::evaluate::events::POINT_ADJUSTED_LABEL).
    pub point_adjusted_f1: Option<f64>,
}

/// Of some cases together.
pub(super) fn figures(cases: &[&Scored], halves: bool) -> Figures {
    let of = |abnormal: bool| -> Vec<f64> {
        let pick = |case: &&Scored| -> Vec<f64> {
            let pairs = case.scores.iter().zip(&case.abnormal);
            pairs.filter(|(_, a)| **a == abnormal).map(|(score, _)| *score).collect()
        };
        cases.iter().flat_map(pick).collect()
    };
    let (normal, abnormal) = (of(false), of(true));
    let beyond = |scores: &[f64], limit: f64| scores.iter().filter(|score| **score > limit).count();
    let (found, false_found) = (beyond(&abnormal, 1.0), beyond(&normal, 1.0));
    let recordings: Vec<Recording> = cases.iter().flat_map(|case| recordings(case)).collect();
    let judged: Vec<_> = recordings.iter().map(|r| by_event(&r.verdicts, &r.events, r.rate)).collect();
    let point_adjusted =
        recordings.iter().map(|r| point_adjusted_f1(&r.verdicts, &r.events)).filter(|f1| f1.is_finite());
    let point_adjusted = mean(point_adjusted);
    let mut delays: Vec<f64> = judged.iter().filter_map(|j| j.delay.map(|[median, _]| median)).collect();
    delays.sort_by(f64::total_cmp);
    let places: Vec<bool> = cases.iter().filter_map(|case| highest_is_right(case)).collect();
    Figures {
        windows: [normal.len() + abnormal.len(), abnormal.len()],
        roc_auc: roc_auc(&normal, &abnormal),
        average_precision: average_precision(&normal, &abnormal),
        vus_pr: mean(cases.iter().map(|case| surface(case)).filter(|v| v.is_finite())),
        f1_other_half: halves.then(|| f1_of_halves(cases)),
        f1_own_limit: f1(found, abnormal.len(), false_found),
        false_windows: false_found as f64 / normal.len().max(1) as f64,
        events: [judged.iter().map(|j| j.found).sum(), judged.iter().map(|j| j.events).sum()],
        false_alarms: (!judged.is_empty())
            .then(|| (judged.iter().map(|j| j.false_runs).sum(), judged.iter().map(|j| j.exposure).sum())),
        delay: delays.get(delays.len() / 2).copied(),
        point_adjusted_f1: point_adjusted.is_finite().then_some(point_adjusted),
        highest: (!places.is_empty()).then(|| [places.iter().filter(|p| **p).count(), places.len()]),
    }
}

/// Verdicts and events of one recording of a case.
struct Recording {
    verdicts: Vec<Verdict>,
    events: Vec<Range<usize>>,
    rate: Option<f64>,
}

/// Those of a case that has alarms: an alarm does not go on from one recording to the next.
fn recordings(case: &Scored) -> Vec<Recording> {
    let Some(alarms) = &case.alarms else { return Vec::new() };
    let whole = 0..case.spans.iter().map(|span| span.end).max().unwrap_or(0);
    let rows = if case.recordings.is_empty() { std::slice::from_ref(&whole) } else { &case.recordings };
    let of = |rows: &Range<usize>| {
        let own = case.spans.iter().zip(alarms).filter(|(span, _)| rows.contains(&span.start));
        Recording {
            verdicts: own.map(|(span, on)| Verdict { span: span.clone(), alarm: *on }).collect(),
            events: case.events.iter().filter(|event| rows.contains(&event.start)).cloned().collect(),
            rate: case.rate,
        }
    };
    rows.iter().map(of).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        (sum, count) = (sum + value, count + 1);
    }
    sum / count as f64
}

/// Whether the highest score lies where it must: by the middle of its window.
fn highest_is_right(case: &Scored) -> Option<bool> {
    let within = case.highest_within.as_ref()?;
    let (best, _) = case.scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let span = case.spans.get(best)?;
    Some(within.contains(&(span.start + span.len() / 2)))
}

/// Volume under the surface of a case's windows.
fn surface(case: &Scored) -> f64 {
    let step = case.spans.get(1).zip(case.spans.first()).map_or(1, |(b, a)| b.start.saturating_sub(a.start).max(1));
    let in_a_window = case.spans.first().map_or(0, |span| span.len() / step);
    vus::of_windows(&case.scores, case.abnormal.iter().copied(), in_a_window)
}

/// F1 over all cases, each judged by the limit that is best on the other half.
fn f1_of_halves(cases: &[&Scored]) -> f64 {
    let best: [f64; 2] = [0, 1].map(|fold| {
        let (mut normal, mut abnormal) = (Vec::new(), Vec::new());
        for case in cases.iter().filter(|case| case.fold != fold) {
            for (score, is_abnormal) in case.scores.iter().zip(&case.abnormal) {
                if *is_abnormal { abnormal.push(*score) } else { normal.push(*score) }
            }
        }
        let f1 = |p: &crate::evaluate::PrPoint| 2.0 * p.precision * p.recall / (p.precision + p.recall).max(1e-12);
        let curve = pr_curve(&normal, &abnormal);
        curve.iter().max_by(|a, b| f1(a).total_cmp(&f1(b))).map_or(1.0, |point| point.threshold)
    });
    let (mut found, mut abnormal, mut false_found) = (0, 0, 0);
    for case in cases {
        let limit = best[case.fold.min(1)];
        for (score, is_abnormal) in case.scores.iter().zip(&case.abnormal) {
            let beyond = *score >= limit;
            abnormal += usize::from(*is_abnormal);
            found += usize::from(*is_abnormal && beyond);
            false_found += usize::from(!*is_abnormal && beyond);
        }
    }
    f1(found, abnormal, false_found)
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // one event is a list of one range
mod tests {
    use super::*;

    fn case(fold: usize, shift: f64) -> Scored {
        let abnormal: Vec<bool> = (0..100).map(|i| (40..60).contains(&i)).collect();
        Scored {
            scores: abnormal.iter().enumerate().map(|(i, a)| shift + if *a { 2.0 } else { 0.01 * i as f64 }).collect(),
            alarms: Some(abnormal.clone()),
            abnormal,
            fold,
            spans: (0..100).map(|i| i..i + 10).collect(),
            events: vec![49..68],
            recordings: Vec::new(),
            rate: Some(1.0),
            highest_within: Some(40..80),
        }
    }

    #[test]
    fn what_is_told_apart_has_whole_figures() {
        let [a, b] = [case(0, 0.0), case(1, 0.0)];
        let found = figures(&[&a, &b], true);
        assert_eq!((found.windows, found.roc_auc, found.average_precision), ([200, 40], 1.0, 1.0));
        assert_eq!((found.f1_own_limit, found.f1_other_half, found.highest), (1.0, Some(1.0), Some([2, 2])));
        assert_eq!((found.events, found.false_windows), ([2, 2], 0.0));
        assert!(found.vus_pr > 0.8 && found.delay.is_some(), "{found:?}");
    }

    #[test]
    fn an_alarm_ends_with_its_recording() {
        // Alarms at the end of the first recording, where nothing is wrong, and at the start of the second, where something is.
        let alarms: Vec<bool> = (0..100).map(|i| (45..55).contains(&i)).collect();
        let one = Scored { alarms: Some(alarms), events: vec![52..60], ..case(0, 0.0) };
        let whole = figures(&[&one], false);
        assert_eq!((whole.events, whole.false_alarms.unwrap().0), ([1, 1], 0));
        let two = Scored { recordings: vec![0..50, 50..110], ..one };
        let apart = figures(&[&two], false);
        assert_eq!((apart.events, apart.false_alarms.unwrap().0), ([1, 1], 1));
        assert!(apart.point_adjusted_f1.is_some());
    }

    #[test]
    fn a_limit_of_the_other_half_pays_for_what_differs() {
        let [a, b] = [case(0, 0.0), case(1, 5.0)];
        let found = figures(&[&a, &b], true);
        assert!(found.f1_other_half.unwrap() < 0.6 && found.roc_auc < 1.0, "{found:?}");
    }
}
