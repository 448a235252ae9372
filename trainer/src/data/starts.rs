//! Where the windows of a set begin: a few numbers a run of equally spaced windows, not one a window.

use std::ops::Range;

/// Windows whose starts are a hop apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: usize,
    count: usize,
    /// Windows in the runs before it.
    before: usize,
}

/// First rows of windows, in order, found by index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Starts {
    hop: usize,
    runs: Vec<Run>,
    /// Chosen windows in their order, where they are not all in theirs.
    chosen: Option<Vec<u32>>,
}

impl Starts {
    /// None yet; those that follow each other by `hop` take no memory of their own.
    pub(super) fn new(hop: usize) -> Self {
        Self { hop, ..Self::default() }
    }

    /// Adds a window that begins with row `start`.
    pub(super) fn push(&mut self, start: usize) {
        self.push_run(start, 1);
    }

    /// Adds `count` windows from row `first` on, a hop apart.
    pub(super) fn push_run(&mut self, first: usize, count: usize) {
        let before = self.runs.last().map_or(0, |r| r.before + r.count);
        match self.runs.last_mut() {
            _ if count == 0 => {}
            Some(last) if last.first + last.count * self.hop == first => last.count += count,
            _ => self.runs.push(Run { first, count, before }),
        }
    }

    /// Number of windows.
    pub(super) fn len(&self) -> usize {
        match &self.chosen {
            Some(chosen) => chosen.len(),
            None => self.runs.last().map_or(0, |r| r.before + r.count),
        }
    }

    /// First row of window `i`.
    pub(super) fn at(&self, i: usize) -> usize {
        let i = self.chosen.as_ref().map_or(i, |chosen| chosen[i] as usize);
        let run = &self.runs[self.runs.partition_point(|r| r.before <= i) - 1];
        run.first + (i - run.before) * self.hop
    }

    /// The windows at `indices`, in that order.
    pub(super) fn select(&self, indices: impl Iterator<Item = usize>) -> Self {
        let chosen = indices.map(|i| self.chosen.as_ref().map_or(i as u32, |chosen| chosen[i])).collect();
        Self { hop: self.hop, runs: self.runs.clone(), chosen: Some(chosen) }
    }

    /// The windows of a range of indices.
    pub(super) fn range(&self, range: Range<usize>) -> Self {
        if self.chosen.is_some() {
            return self.select(range);
        }
        let mut out = Self::new(self.hop);
        for run in &self.runs {
            let from = range.start.clamp(run.before, run.before + run.count);
            let to = range.end.clamp(from, run.before + run.count);
            out.push_run(run.first + (from - run.before) * self.hop, to - from);
        }
        out
    }

    /// The rows that windows of `length` rows cover, each once, in order.
    pub(super) fn covered(&self, length: usize) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = match &self.chosen {
            Some(_) => (0..self.len()).map(|i| self.at(i)).map(|start| start..start + length).collect(),
            None if self.hop <= length => {
                self.runs.iter().map(|r| r.first..r.first + (r.count - 1) * self.hop + length).collect()
            }
            None => (0..self.len()).map(|i| self.at(i)).map(|start| start..start + length).collect(),
        };
        ranges.sort_by_key(|r| r.start);
        let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match out.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => out.push(range),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_what_a_list_would_be(
            hop in 1usize..5, gaps in prop::collection::vec(0usize..4, 1..40), range in (0usize..40, 0usize..40), length in 1usize..7,
        ) {
            let mut list = Vec::new();
            let mut starts = Starts::new(hop);
            let mut at = 3;
            for gap in gaps {
                starts.push(at);
                list.push(at);
                at += hop + gap * hop;
            }
            let all: Vec<usize> = (0..starts.len()).map(|i| starts.at(i)).collect();
            prop_assert_eq!(&all, &list);
            let range = range.0.min(list.len())..range.1.min(list.len());
            let part = starts.range(range.clone());
            let part: Vec<usize> = (0..part.len()).map(|i| part.at(i)).collect();
            prop_assert_eq!(&part[..], list.get(range).unwrap_or(&[]));
            let back = starts.select((0..list.len()).rev()).range(0..list.len() / 2);
            prop_assert!((0..back.len()).all(|i| back.at(i) == list[list.len() - 1 - i]));
            let covered: Vec<usize> = starts.covered(length).into_iter().flatten().collect();
            let mut rows: Vec<usize> = list.iter().flat_map(|s| *s..s + length).collect();
            rows.sort_unstable();
            rows.dedup();
            prop_assert_eq!(covered, rows);
        }
    }
}
