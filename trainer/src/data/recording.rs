//! A recording in memory: every row a step of time with a value a channel, and where each row came from.

use super::{SampleEncoding, time};
use crate::error::{Error, Result};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the times of a recording count from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clock {
    /// There are none.
    #[default]
    None,
    /// Seconds (or, where the unit is not known, whatever the file counts) from a beginning of the file's own.
    Elapsed,
    /// Seconds since 1970.
    Date,
}

/// Rows that follow each other without a gap. No window crosses its ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The rows.
    pub rows: Range<usize>,
    /// Index of the file that they come from.
    pub file: usize,
    /// Time of the first row, by the recording's [`Clock`].
    pub time: Option<f64>,
}

/// Rows that are marked as something else than normal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The rows.
    pub rows: Range<usize>,
    /// Index into [`Recording::kinds`].
    pub kind: usize,
}

/// What one file holds, as a reader makes it. Rows count from 0 in the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Samples a second, where the file says it.
    pub rate: Option<f64>,
    /// `[time][channel]`.
    pub values: Vec<f32>,
    /// Runs without a gap, with the time of their first row.
    pub stretches: Vec<(Range<usize>, Option<f64>)>,
    /// Rows whose line does not follow that of the row before, with their lines from 1. Empty for files without lines.
    pub lines: Vec<(usize, u64)>,
    /// Labels as they are written, by runs of rows in order.
    pub labels: Vec<(Range<usize>, String)>,
    /// What the times count from.
    pub clock: Clock,
    /// Rows of a window where the file has one window a row.
    pub window: Option<usize>,
    /// What a user should know of how it was read.
    pub notes: Vec<String>,
}

/// A recording: one file or several, one behind the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recording {
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Samples a second.
    pub rate: Option<f64>,
    /// `[time][channel]`, all finite.
    pub values: Arc<Vec<f32>>,
    /// In the order of their rows.
    pub stretches: Vec<Stretch>,
    /// The files.
    pub files: Vec<PathBuf>,
    /// Rows that are not normal, in order, without overlaps.
    pub marks: Vec<Mark>,
    /// Names of what is not normal.
    pub kinds: Vec<String>,
    /// What the times count from.
    pub clock: Clock,
    /// Rows of a window where the files have one window a row.
    pub window: Option<usize>,
    /// What a user should know of how it was read.
    pub notes: Vec<String>,
    lines: Vec<(usize, u64)>,
}

/// Whether a value is a whole number that a converter of at most 24 bits can give.
pub(super) fn is_count(value: f32) -> bool {
    value.fract() == 0.0 && value.abs() <= 16_777_216.0
}

impl Recording {
    /// Puts the parts of files one behind the other. Labels stay with the caller.
    ///
    /// # Errors
    /// [`Error::File`] for a file whose channels, rate or layout are not those of the first.
    pub fn join(parts: Vec<(PathBuf, Part)>) -> Result<Self> {
        let mut all = Self::default();
        let mut values: Vec<f32> = Vec::new();
        let several = parts.len() > 1;
        for (path, part) in parts {
            let file = all.files.len();
            let width = part.channels.len().max(1);
            if file == 0 {
                (all.channels, all.rate, all.window) = (part.channels, part.rate, part.window);
                all.clock = part.clock;
            } else {
                all.check_like_first(&path, &part)?;
                if all.clock != part.clock {
                    all.clock = Clock::None;
                }
            }
            let row = values.len() / width;
            let moved = |rows: Range<usize>| row + rows.start..row + rows.end;
            all.stretches.extend(part.stretches.into_iter().map(|(rows, time)| Stretch {
                rows: moved(rows),
                file,
                time,
            }));
            all.lines.extend(part.lines.into_iter().map(|(at, line)| (row + at, line)));
            all.notes.extend(part.notes.into_iter().map(|note| format!("{}: {note}", path.display())));
            // One file's values are moved, not copied.
            if several {
                values.extend_from_slice(&part.values);
            } else {
                values = part.values;
            }
            all.files.push(path);
        }
        all.values = Arc::new(values);
        Ok(all)
    }

    fn check_like_first(&self, path: &Path, part: &Part) -> Result<()> {
        let first = self.files[0].display();
        let differs = |what: &str, found: String, expected: String| {
            Err(Error::file(
                path,
                format!("{what} {found}, expected {expected} as in {first}; leave one of the two out"),
            ))
        };
        if part.channels != self.channels {
            return differs("channels", part.channels.join(", "), self.channels.join(", "));
        }
        if part.window != self.window {
            let said =
                |window: Option<usize>| window.map_or("one sample a row".into(), |n| format!("windows of {n} a row"));
            return differs("has", said(part.window), said(self.window));
        }
        // Time stamps are not exact to the last digit.
        match (part.rate, self.rate) {
            (Some(found), Some(expected)) if (found / expected - 1.0).abs() > 0.05 => {
                differs("a rate of", format!("{found:.4} a second"), format!("{expected:.4}"))
            }
            _ => Ok(()),
        }
    }

    /// Number of channels, at least 1.
    pub fn width(&self) -> usize {
        self.channels.len().max(1)
    }

    /// Number of rows, gaps not counted.
    pub fn rows(&self) -> usize {
        self.values.len() / self.width()
    }

    /// The stretch that holds a row.
    pub fn stretch_of(&self, row: usize) -> Option<&Stretch> {
        let next = self.stretches.partition_point(|s| s.rows.start <= row);
        self.stretches.get(next.checked_sub(1)?).filter(|s| s.rows.contains(&row))
    }

    /// The line of a row in its file, from 1; `None` where the file has no lines.
    pub fn line(&self, row: usize) -> Option<u64> {
        let next = self.lines.partition_point(|(at, _)| *at <= row);
        let (at, line) = *self.lines.get(next.checked_sub(1)?)?;
        // A row of the file is a step of time, or all steps of a window.
        let behind = if self.window.is_some() { 0 } else { row - at };
        (line > 0).then_some(line + behind as u64)
    }

    /// Where a row lies, as a message says it: `a.csv, line 12`; `tone.wav, sample 7` (from 0) for files without lines.
    pub fn place(&self, row: usize) -> String {
        let Some(stretch) = self.stretch_of(row) else { return format!("row {row}") };
        let path = self.files.get(stretch.file).map(|p| p.display().to_string()).unwrap_or_default();
        let first = self.stretches.iter().find(|s| s.file == stretch.file).map_or(0, |s| s.rows.start);
        match self.line(row) {
            Some(line) => format!("{path}, line {line}"),
            None => format!("{path}, sample {}", row - first),
        }
    }

    /// Time of a row by the recording's clock, in seconds.
    pub fn time(&self, row: usize) -> Option<f64> {
        let stretch = self.stretch_of(row)?;
        let behind = (row - stretch.rows.start) as f64;
        Some(stretch.time? + if behind > 0.0 { behind / self.rate? } else { 0.0 })
    }

    /// Time of a row in words: a date, or seconds.
    pub fn time_text(&self, row: usize) -> Option<String> {
        let at = self.time(row)?;
        match self.clock {
            Clock::None => None,
            Clock::Elapsed => Some(format!("{at:.3}")),
            Clock::Date => Some(time::format(at)),
        }
    }

    /// Whether all values are whole numbers that a converter of at most 24 bits can give.
    pub fn encoding(&self) -> SampleEncoding {
        if self.values.iter().all(|v| is_count(*v)) { SampleEncoding::Counts } else { SampleEncoding::Physical }
    }

    /// Leaves rows out: the stretches end before them and begin anew behind.
    pub fn leave_out(&mut self, rows: &Range<usize>) {
        let mut kept = Vec::with_capacity(self.stretches.len() + 1);
        for stretch in &self.stretches {
            let [from, to] = [rows.start, rows.end].map(|at| at.clamp(stretch.rows.start, stretch.rows.end));
            if from >= to {
                kept.push(stretch.clone());
                continue;
            }
            if stretch.rows.start < from {
                kept.push(Stretch { rows: stretch.rows.start..from, ..stretch.clone() });
            }
            if to < stretch.rows.end {
                kept.push(Stretch { rows: to..stretch.rows.end, file: stretch.file, time: self.time(to) });
            }
        }
        self.stretches = kept;
    }

    /// Marks rows as `kind`; where rows are marked already, the mark that is there stays.
    pub fn mark(&mut self, rows: Range<usize>, kind: &str) {
        let known = self.kinds.iter().position(|k| k == kind);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(kind.to_owned());
            self.kinds.len() - 1
        });
        let behind_all = self.marks.last().is_none_or(|m| m.rows.end <= rows.start);
        let mut from = rows.start;
        let before = self.marks.partition_point(|m| m.rows.end <= from);
        let mut free = Vec::new();
        for mark in self.marks[before..].iter().take_while(|m| m.rows.start < rows.end) {
            if from < mark.rows.start {
                free.push(from..mark.rows.start);
            }
            from = mark.rows.end;
        }
        if from < rows.end {
            free.push(from..rows.end);
        }
        self.marks.extend(free.into_iter().filter(|r| !r.is_empty()).map(|rows| Mark { rows, kind }));
        if !behind_all {
            self.marks.sort_by_key(|m| m.rows.start);
        }
    }

    /// The kind that most rows of `rows` are marked as; `None` where none is marked.
    pub fn kind(&self, rows: &Range<usize>) -> Option<usize> {
        let first = self.marks.partition_point(|m| m.rows.end <= rows.start);
        let mut found: Vec<(usize, usize)> = Vec::new();
        for mark in self.marks[first..].iter().take_while(|m| m.rows.start < rows.end) {
            let shared = mark.rows.end.min(rows.end) - mark.rows.start.max(rows.start);
            match found.iter_mut().find(|(kind, _)| *kind == mark.kind) {
                Some((_, count)) => *count += shared,
                None => found.push((mark.kind, shared)),
            }
        }
        found.into_iter().max_by_key(|(kind, count)| (*count, usize::MAX - kind)).map(|(kind, _)| kind)
    }
}

#[cfg(test)]
impl Recording {
    /// A recording of one file with the one channel `adc`, without a gap.
    pub(crate) fn of_channel(values: Vec<f32>) -> Self {
        let part = Part {
            channels: vec!["adc".into()],
            stretches: vec![(0..values.len(), None)],
            values,
            lines: vec![(0, 1)],
            ..Part::default()
        };
        Self::join(vec![("in.csv".into(), part)]).expect("one file fits itself")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(values: Vec<f32>, first_line: u64) -> Part {
        let n = values.len();
        Part {
            channels: vec!["x".into()],
            values,
            stretches: vec![(0..n, None)],
            lines: vec![(0, first_line)],
            ..Part::default()
        }
    }

    fn two_files() -> Recording {
        Recording::join(vec![("a.csv".into(), part(vec![1.0; 10], 2)), ("b.csv".into(), part(vec![2.0; 5], 1))])
            .unwrap()
    }

    #[test]
    fn rows_know_their_file_and_line() {
        let all = two_files();
        assert_eq!((all.rows(), all.stretches.len()), (15, 2));
        assert_eq!(all.place(0), "a.csv, line 2");
        assert_eq!(all.place(9), "a.csv, line 11");
        assert_eq!(all.place(10), "b.csv, line 1");
        let other = Part { channels: vec!["y".into()], ..part(vec![1.0], 1) };
        let error = Recording::join(vec![("a.csv".into(), part(vec![1.0], 1)), ("b.csv".into(), other)]).unwrap_err();
        assert!(error.to_string().contains("b.csv: channels y, expected x as in a.csv"), "{error}");
    }

    #[test]
    fn what_is_left_out_ends_a_stretch() {
        let mut all = two_files();
        all.stretches[0].time = Some(100.0);
        all.rate = Some(2.0);
        all.leave_out(&(3..5));
        all.leave_out(&(8..12));
        let rows: Vec<_> = all.stretches.iter().map(|s| s.rows.clone()).collect();
        assert_eq!(rows, [0..3, 5..8, 12..15]);
        assert_eq!(all.time(6), Some(103.0));
        assert!(all.stretch_of(4).is_none());
    }

    #[test]
    fn marks_do_not_overlap_and_the_longest_names_a_window() {
        let mut all = two_files();
        all.mark(4..8, "a");
        all.mark(2..6, "b");
        all.mark(7..12, "b");
        all.mark(0..1, "c");
        let marks: Vec<_> = all.marks.iter().map(|m| (m.rows.clone(), all.kinds[m.kind].as_str())).collect();
        assert_eq!(marks, [(0..1, "c"), (2..4, "b"), (4..8, "a"), (8..12, "b")]);
        assert_eq!(all.kind(&(0..2)).map(|k| all.kinds[k].as_str()), Some("c"));
        assert_eq!(all.kind(&(2..7)).map(|k| all.kinds[k].as_str()), Some("a"));
        assert_eq!(all.kind(&(12..15)), None);
    }

    #[test]
    fn whole_numbers_of_24_bits_are_counts() {
        let encoding = |values: Vec<f32>| Recording::join(vec![("a".into(), part(values, 1))]).unwrap().encoding();
        assert_eq!(encoding(vec![0.0, -5.0, 16_777_216.0]), SampleEncoding::Counts);
        assert_eq!(encoding(vec![0.0, 0.5]), SampleEncoding::Physical);
        assert_eq!(encoding(vec![0.0, 1e9]), SampleEncoding::Physical);
    }
}
