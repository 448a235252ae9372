//! Limits chosen by labelled abnormal windows instead of by a rate of false alarms: the best F1, or a recall.
//!
//! Windows that a limit is chosen by cannot say how good it is, so half of the labelled windows are kept for the test
//! (`Prepared::labelled` has the others).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What decides on the limit.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// How many false alarms may be, by normal windows alone.
    #[default]
    FalseAlarms,
    /// The largest harmonic mean of precision and recall.
    BestF1,
    /// The share of abnormal windows that are to be found.
    Recall(f64),
}

/// What a limit that was chosen by labels makes of the windows that it was chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// By what.
    pub by: Choice,
    /// Abnormal windows.
    pub abnormal: usize,
    /// Those beyond the limit.
    pub found: usize,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            Choice::FalseAlarms => f.write_str("limits by normal windows alone")?,
            Choice::BestF1 => f.write_str("limits chosen for the best F1")?,
            Choice::Recall(asked) => write!(f, "limits chosen for a recall of {asked}")?,
        }
        write!(f, " on {} labelled abnormal windows: {} found, F1 {:.4}", self.abnormal, self.found, self.f1)
    }
}

/// The limit on the distance from normal that `choice` asks for; none where it does not ask for labels, or there are none. A distance above the
/// limit is abnormal; NaN and infinity are above all.
pub(super) fn limit(choice: Choice, normal: &[f64], abnormal: &[f64]) -> Option<f64> {
    if abnormal.is_empty() {
        return None;
    }
    let mut all: Vec<f64> = normal.iter().chain(abnormal).copied().filter(|d| d.is_finite()).collect();
    all.push(0.0);
    all.sort_by(f64::total_cmp);
    all.dedup();
    // In the middle between two distances, so that rounding moves none across.
    let between = |i: usize| all.get(i + 1).map_or(all[i] * 1.1, |next| (all[i] + next) / 2.0);
    let beyond = |set: &[f64], limit: f64| set.len() - set.iter().filter(|d| **d <= limit).count();
    match choice {
        Choice::FalseAlarms => None,
        Choice::BestF1 => {
            let score = |limit: f64| f1(beyond(abnormal, limit), abnormal.len(), beyond(normal, limit));
            // Of equal ones the highest: fewer false alarms.
            (0..all.len()).map(between).max_by(|a, b| score(*a).total_cmp(&score(*b)))
        }
        Choice::Recall(asked) => {
            let wanted = (asked * abnormal.len() as f64 - 1e-9).ceil() as usize;
            (0..all.len()).map(between).rfind(|limit| beyond(abnormal, *limit) >= wanted).or(Some(0.0))
        }
    }
}

/// The harmonic mean of precision and recall; 0 where nothing is abnormal.
pub fn f1(found: usize, abnormal: usize, false_found: usize) -> f64 {
    2.0 * found as f64 / (found + abnormal + false_found).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORMAL: [f64; 6] = [0.1, 0.2, 0.3, 0.4, 1.5, 0.2];
    const ABNORMAL: [f64; 4] = [1.0, 2.0, 0.35, f64::INFINITY];

    #[test]
    fn the_best_f1_lies_where_no_other_limit_beats_it() {
        let best = limit(Choice::BestF1, &NORMAL, &ABNORMAL).unwrap();
        let of = |limit: f64| {
            let beyond = |set: &[f64]| set.iter().filter(|d| **d > limit).count();
            f1(beyond(&ABNORMAL), ABNORMAL.len(), beyond(&NORMAL))
        };
        assert!((0..300).all(|i| of(f64::from(i) / 100.0) <= of(best)), "{best}");
        assert!((0.3..0.35).contains(&best), "{best}");
    }

    #[test]
    fn a_recall_is_reached_by_the_highest_limit_that_does() {
        let at = |asked| limit(Choice::Recall(asked), &NORMAL, &ABNORMAL).unwrap();
        assert!((1.5..2.0).contains(&at(0.5)), "{}", at(0.5));
        assert!((0.4..1.0).contains(&at(0.75)) && (0.3..0.35).contains(&at(1.0)), "{} {}", at(0.75), at(1.0));
        assert_eq!(limit(Choice::Recall(1.0), &NORMAL, &[0.0]), Some(0.0));
        assert_eq!(limit(Choice::FalseAlarms, &NORMAL, &ABNORMAL), None);
        assert_eq!(limit(Choice::BestF1, &NORMAL, &[]), None);
    }
}
