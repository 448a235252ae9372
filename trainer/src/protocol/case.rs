//! What a protocol makes of a benchmark's files: cases, each with rows to learn from and rows to score.

use super::cut::starts;
use crate::error::{Error, Result};
use crate::evaluate::events::runs;
use std::ops::Range;

/// One task: learn from `train`, score the windows of `test`, compare with the labels. Rows lie one behind the other,
/// `[step][channel]`, in the unit of the files; windows are given by their first rows, not copied.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What distinguishes it, such as the name of its file.
    pub name: String,
    /// What it is counted with: a folder, a task.
    pub group: String,
    /// Names of the channels, at least one.
    pub channels: Vec<String>,
    /// Samples a second, where the benchmark says it.
    pub sample_rate: Option<f64>,
    /// Rows to learn from. Cases of equal `train` and `train_starts` need one training.
    pub train: Vec<f32>,
    /// First rows in `train` of the windows to learn from, at least one.
    pub train_starts: Vec<usize>,
    /// Rows that the test windows lie in. May begin with rows of `train`, where windows reach back into them.
    pub test: Vec<f32>,
    /// First rows in `test` of the windows to score, at least one.
    pub test_starts: Vec<usize>,
    /// Whether a window is abnormal, one a start.
    pub test_abnormal: Vec<bool>,
    /// Rows of `test` in which something happens, one range an event. A heart beat is the one row of its peak.
    pub events: Vec<Range<usize>>,
    /// Recordings in `test`, one behind the other, where there are several: no window crosses from one to the next.
    pub recordings: Vec<(String, Range<usize>)>,
    /// Rows of `test` in which the highest score must lie for the case to count as solved.
    pub highest_within: Option<Range<usize>>,
    /// Half of the benchmark, 0 or 1, for a limit that is chosen on the other half; 0 where there is none.
    pub fold: usize,
}

impl Case {
    /// A case of one channel without windows, events or recordings yet.
    pub(super) fn new(name: impl Into<String>, group: impl Into<String>, channel: &str) -> Self {
        Self {
            name: name.into(),
            group: group.into(),
            channels: vec![channel.into()],
            sample_rate: None,
            train: Vec::new(),
            train_starts: Vec::new(),
            test: Vec::new(),
            test_starts: Vec::new(),
            test_abnormal: Vec::new(),
            events: Vec::new(),
            recordings: Vec::new(),
            highest_within: None,
            fold: 0,
        }
    }

    /// Rows of `train`.
    pub fn train_rows(&self) -> usize {
        self.train.len() / self.channels.len().max(1)
    }

    /// Rows of `test`.
    pub fn test_rows(&self) -> usize {
        self.test.len() / self.channels.len().max(1)
    }

    /// Cuts windows out of all of `train`, which has one recording.
    pub(super) fn cut_train(&mut self, window: usize, step: usize) {
        self.train_starts = starts(0..self.train_rows(), window, step).collect();
    }

    /// Cuts windows out of all of `test`, which has one recording; `abnormal` says it of a window's rows.
    pub(super) fn cut_test(&mut self, window: usize, step: usize, abnormal: impl Fn(Range<usize>) -> bool) {
        self.test_starts = starts(0..self.test_rows(), window, step).collect();
        self.test_abnormal = self.test_starts.iter().map(|start| abnormal(*start..start + window)).collect();
    }

    /// Labels windows by the row in which each ends.
    pub(super) fn cut_test_by_end(&mut self, window: usize, step: usize, abnormal: &[bool]) {
        self.cut_test(window, step, |rows| abnormal.get(rows.end - 1).copied().unwrap_or(false));
        self.events = runs(abnormal.iter().copied());
    }

    /// Appends a recording of one channel to `test` and cuts windows out of it, labelled by the row in which each ends.
    pub(super) fn add_test_by_end(
        &mut self,
        name: &str,
        values: &[f32],
        window: usize,
        step: usize,
        abnormal: &[bool],
    ) {
        let rows = self.test.len()..self.test.len() + values.len();
        let of = |row: usize| abnormal.get(row - rows.start).copied().unwrap_or(false);
        for start in starts(rows.clone(), window, step) {
            self.test_starts.push(start);
            self.test_abnormal.push(of(start + window - 1));
        }
        self.events
            .extend(runs(abnormal.iter().copied()).into_iter().map(|run| rows.start + run.start..rows.start + run.end));
        self.test.extend_from_slice(values);
        self.recordings.push((name.into(), rows));
    }

    /// Checks that there is something to learn from and to tell apart, and that windows lie in their rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the case and what it lacks.
    pub(super) fn check(&self, window: usize) -> Result<()> {
        let bad = |what: String| Err(Error::invalid(format!("case {}: {what}", self.name)));
        if self.train_starts.is_empty() {
            return bad(format!("{} rows to learn from, expected at least a window of {window}", self.train_rows()));
        }
        if self.test_starts.is_empty() {
            return bad(format!("{} rows to test, expected at least a window of {window}", self.test_rows()));
        }
        let outside = |starts: &[usize], rows: usize| starts.iter().any(|s| s + window > rows);
        if outside(&self.train_starts, self.train_rows()) || outside(&self.test_starts, self.test_rows()) {
            return bad("a window reaches beyond its rows".into());
        }
        let abnormal = self.test_abnormal.iter().filter(|a| **a).count();
        if self.test_abnormal.len() != self.test_starts.len() || abnormal == 0 || abnormal == self.test_starts.len() {
            let all = self.test_starts.len();
            return bad(format!("{abnormal} of {all} test windows are abnormal, expected some and not all"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case() -> Case {
        let mut case = Case::new("a", "g", "value");
        case.train = vec![0.0; 10];
        case.test = vec![0.0; 10];
        case.cut_train(4, 1);
        case
    }

    #[test]
    fn windows_are_labelled_where_they_end() {
        let mut case = case();
        let abnormal: Vec<bool> = (0..10).map(|i| (5..7).contains(&i)).collect();
        case.cut_test_by_end(4, 1, &abnormal);
        assert_eq!((case.train_starts.len(), case.test_starts.len()), (7, 7));
        assert_eq!(case.test_abnormal, [false, false, true, true, false, false, false]);
        assert_eq!(case.events, std::slice::from_ref(&(5..7)));
        case.check(4).unwrap();
    }

    #[test]
    fn what_a_case_lacks_is_said() {
        let message = |case: &Case| case.check(4).unwrap_err().to_string();
        let mut none = case();
        assert_eq!(message(&none), "case a: 10 rows to test, expected at least a window of 4");
        none.cut_test(4, 3, |_| false);
        assert_eq!(message(&none), "case a: 0 of 3 test windows are abnormal, expected some and not all");
        none.cut_test(4, 3, |_| true);
        assert!(message(&none).contains("3 of 3"));
        none.test_starts[0] = 7;
        assert!(message(&none).contains("beyond"));
        none.train_starts.clear();
        assert!(message(&none).contains("to learn from"));
    }
}
