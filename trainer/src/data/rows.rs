//! Takes the rows of a file as a reader finds them: gaps and missing values end stretches.

use super::Part;
use super::format::{FormatConfig, Missing};
use crate::error::{Error, Result};
use std::path::Path;

/// Rows taken so far.
pub(super) struct Rows<'a> {
    path: &'a Path,
    format: &'a FormatConfig,
    width: usize,
    part: Part,
    /// First row of the stretch that goes on.
    begun: usize,
    time: Option<f64>,
    /// Rows that were filled since the last one that was there.
    held: usize,
    /// Line (or number from 1) expected next.
    next: u64,
    missing: [usize; 2],
    first_missing: u64,
    /// What a row's number is called: line or sample.
    unit: &'static str,
}

impl<'a> Rows<'a> {
    pub(super) fn new(path: &'a Path, format: &'a FormatConfig, channels: Vec<String>, unit: &'static str) -> Self {
        let width = channels.len().max(1);
        Self {
            path,
            format,
            width,
            part: Part { channels, ..Part::default() },
            begun: 0,
            time: None,
            held: 0,
            next: 0,
            missing: [0; 2],
            first_missing: 0,
            unit,
        }
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        self.part.values.reserve_exact(rows.saturating_mul(self.width));
    }

    /// Rows taken.
    pub(super) fn len(&self) -> usize {
        self.part.values.len() / self.width
    }

    /// Takes a row; `number` is its line or sample.
    pub(super) fn push(&mut self, row: &[f32], number: u64, time: Option<f64>) {
        let at = self.len();
        if at == self.begun {
            self.time = time;
        }
        if number != self.next && self.unit == "line" {
            self.part.lines.push((at, number));
        }
        self.next = number + 1;
        self.held = 0;
        self.part.values.extend_from_slice(row);
    }

    /// Takes one of several rows that stand in one line.
    pub(super) fn push_in_line(&mut self, value: f32, number: u64) {
        let at = self.len();
        if at == self.begun {
            self.part.lines.push((at, number));
        }
        self.part.values.push(value);
    }

    /// Says that the row of that number has a missing value: `what` stands there.
    pub(super) fn missing(&mut self, number: u64, what: &str) -> Result<()> {
        if self.missing == [0; 2] {
            self.first_missing = number;
        }
        match self.format.missing {
            Missing::Error => {
                let what = if what.is_empty() { "nothing".into() } else { format!("{what:?}") };
                let message = format!(
                    "{what} where a number should be: a missing value; leave such rows out with --missing split, or fill up \
                     to {} of them with --missing hold",
                    self.format.hold
                );
                return Err(match self.unit {
                    "line" => Error::line(self.path, number, message),
                    unit => Error::file(self.path, format!("{unit} {number}: {message}")),
                });
            }
            Missing::Hold if self.held < self.format.hold && self.len() > self.begun => {
                let from = self.part.values.len() - self.width;
                self.part.values.extend_from_within(from..);
                self.held += 1;
                self.missing[0] += 1;
                if number != self.next && self.unit == "line" {
                    self.part.lines.push((self.len() - 1, number));
                }
                self.next = number + 1;
            }
            Missing::Hold | Missing::Split => {
                // A longer gap is none that may be filled: the rows that were filled go, too.
                let kept = self.part.values.len() - self.held * self.width;
                self.part.values.truncate(kept);
                let rows = self.len();
                self.part.lines.retain(|(at, _)| *at < rows);
                self.missing = [self.missing[0] - self.held, self.missing[1] + self.held + 1];
                self.held = 0;
                self.cut();
            }
        }
        Ok(())
    }

    /// Ends the stretch: what comes next does not follow.
    pub(super) fn cut(&mut self) {
        let end = self.len();
        if end > self.begun {
            self.part.stretches.push((self.begun..end, self.time));
        }
        self.begun = end;
        self.held = 0;
    }

    /// Labels the last row.
    pub(super) fn label(&mut self, label: &str) {
        let end = self.len();
        match self.part.labels.last_mut() {
            Some((rows, last)) if last == label && rows.end + 1 == end => rows.end = end,
            _ => self.part.labels.push((end - 1..end, label.to_owned())),
        }
    }

    /// The part, whole.
    pub(super) fn finish(mut self) -> Part {
        self.cut();
        let [held, out] = self.missing;
        let first = format!("the first in {} {}", self.unit, self.first_missing);
        if held > 0 {
            self.part.notes.push(format!("{held} rows with a missing value took the values before ({first})"));
        }
        if out > 0 {
            self.part
                .notes
                .push(format!("{out} rows with a missing value were left out ({first}); windows do not cross them"));
        }
        self.part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(missing: Missing, given: &[Option<f32>]) -> Part {
        let format = FormatConfig { missing, hold: 2, ..FormatConfig::default() };
        let mut rows = Rows::new(Path::new("in"), &format, vec!["x".into()], "line");
        for (i, value) in given.iter().enumerate() {
            match value {
                Some(v) => rows.push(&[*v], i as u64 + 1, None),
                None => rows.missing(i as u64 + 1, "").unwrap(),
            }
        }
        rows.finish()
    }

    #[test]
    fn split_leaves_out_and_hold_fills_short_gaps_only() {
        let given = [Some(1.0), None, Some(2.0), None, None, None, Some(3.0), Some(4.0)];
        let split = rows(Missing::Split, &given);
        assert_eq!(split.values, [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(split.stretches, [(0..1, None), (1..2, None), (2..4, None)]);
        assert_eq!(split.lines, [(0, 1), (1, 3), (2, 7)]);
        let held = rows(Missing::Hold, &given);
        assert_eq!(held.values, [1.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(held.stretches, [(0..3, None), (3..5, None)]);
        assert_eq!(held.lines, [(0, 1), (3, 7)]);
        assert_eq!(held.notes.len(), 2);
        assert!(held.notes[0].starts_with("1 rows") && held.notes[1].starts_with("3 rows"), "{:?}", held.notes);
    }

    #[test]
    fn by_default_the_line_and_the_option_are_named() {
        let format = FormatConfig::default();
        let mut rows = Rows::new(Path::new("in.csv"), &format, vec!["x".into()], "line");
        let error = rows.missing(7, "NaN").unwrap_err().to_string();
        assert!(error.starts_with("in.csv, line 7: \"NaN\"") && error.contains("--missing split"), "{error}");
    }
}
