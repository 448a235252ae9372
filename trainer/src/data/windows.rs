//! Windows as views: a set of windows shares the recording's values and is normalized where it is read.

use super::starts::Starts;
use super::{Normalizer, Recording, Samples};
use std::ops::Range;
use std::sync::Arc;

/// Equally shaped windows of one recording, or images. Values outside the training engine are in the order
/// `[height][width][channel]`; a signal has height 1, and its width is time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Windows {
    /// Shape of one window: channels, height, width.
    shape: [usize; 3],
    /// Rows of one value a channel.
    values: Arc<Vec<f32>>,
    starts: Starts,
    labels: Vec<u8>,
    normalizer: Normalizer,
    /// Lowest and highest value of each channel in the sensor's unit; what lies beyond is read as these.
    clip: Option<Arc<Vec<[f32; 2]>>>,
    recorded: bool,
}

impl From<Samples> for Windows {
    fn from(samples: Samples) -> Self {
        let rows = (samples.shape[1] * samples.shape[2]).max(1);
        let mut starts = Starts::new(rows);
        starts.push_run(0, samples.len());
        Self {
            shape: samples.shape,
            normalizer: Normalizer::identity(samples.shape[0]),
            values: Arc::new(samples.values),
            starts,
            labels: samples.labels,
            clip: None,
            recorded: false,
        }
    }
}

impl Windows {
    /// Windows of `rows` rows of a signal of `channels` channels that begin at `starts`, in their order.
    pub fn at(values: Arc<Vec<f32>>, channels: usize, rows: usize, starts: &[usize]) -> Self {
        // The commonest distance, so that a run is one entry.
        let hop = starts.windows(2).filter_map(|pair| pair[1].checked_sub(pair[0])).min().unwrap_or(rows);
        let mut all = Starts::new(hop.max(1));
        starts.iter().for_each(|start| all.push(*start));
        Self {
            shape: [channels, 1, rows],
            normalizer: Normalizer::identity(channels),
            values,
            starts: all,
            labels: Vec::new(),
            clip: None,
            recorded: true,
        }
    }

    /// The windows of several sets of one shape, one behind the other, as values of their own; read as the first set's are.
    pub fn chained(sets: &[Self]) -> Self {
        let mut filled = sets.iter().filter(|set| !set.is_empty());
        let Some(first) = filled.next() else { return Self::default() };
        let mut all = Samples::new(first.shape);
        for set in std::iter::once(first).chain(filled) {
            (0..set.len()).for_each(|i| all.values.extend_from_slice(set.raw(i)));
        }
        Self::from(all).normalized(&first.normalizer)
    }

    /// Number of windows.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Shape of one window: `[channels, height, width]`.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// Values of one window.
    pub fn sample_len(&self) -> usize {
        self.shape.iter().product()
    }

    /// One class or kind a window, or empty.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Whether the windows are stretches of a recording, whose neighbours are alike.
    pub fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// First row of window `i` in its recording.
    pub fn start(&self, i: usize) -> usize {
        self.starts.at(i)
    }

    /// Rows of one window.
    pub fn rows(&self) -> usize {
        self.shape[1] * self.shape[2]
    }

    /// The values of window `i` as the sensor gave them.
    pub fn raw(&self, i: usize) -> &[f32] {
        let first = self.starts.at(i) * self.shape[0].max(1);
        &self.values[first..first + self.sample_len()]
    }

    /// Appends the values of window `i`, normalized.
    pub fn gather(&self, i: usize, out: &mut Vec<f32>) {
        let from = out.len();
        out.extend_from_slice(self.raw(i));
        if let Some(clip) = &self.clip {
            for row in out[from..].chunks_mut(clip.len().max(1)) {
                row.iter_mut().zip(clip.iter()).for_each(|(v, [low, high])| *v = v.clamp(*low, *high));
            }
        }
        self.normalizer.apply(&mut out[from..]);
    }

    /// The values of the windows of a range of indices, normalized, one behind the other.
    pub fn batch(&self, range: Range<usize>) -> Vec<f32> {
        let mut out = Vec::with_capacity(range.len() * self.sample_len());
        range.for_each(|i| self.gather(i, &mut out));
        out
    }

    /// The windows at `indices`, in that order, with their labels.
    ///
    /// # Panics
    /// If an index is not below [`Windows::len`].
    pub fn select(&self, indices: &[usize]) -> Self {
        let labels =
            if self.labels.is_empty() { Vec::new() } else { indices.iter().map(|&i| self.labels[i]).collect() };
        Self { starts: self.starts.select(indices.iter().copied()), labels, ..self.clone() }
    }

    /// The windows of a range of indices.
    pub fn range(&self, range: Range<usize>) -> Self {
        let labels = self.labels.get(range.clone()).unwrap_or(&[]).to_vec();
        Self { starts: self.starts.range(range), labels, ..self.clone() }
    }

    /// Every so many-th window, such that there are at most `most`.
    pub fn thinned(&self, most: usize) -> Self {
        let every = self.len().div_ceil(most.max(1)).max(1);
        if every == 1 { self.clone() } else { self.select(&(0..self.len()).step_by(every).collect::<Vec<_>>()) }
    }

    /// Of how many windows in a row only one is independent of the last such one: every so many-th shares no row with it.
    pub fn interleaved(&self) -> usize {
        let steps =
            (1..self.len()).filter_map(|i| self.start(i).checked_sub(self.start(i - 1))).filter(|step| *step > 0);
        match steps.min() {
            Some(step) if self.recorded => self.rows().div_ceil(step).max(1),
            _ => 1,
        }
    }

    /// As many windows over the same rows that begin elsewhere, each by another part of its length later: what a device sees, which
    /// begins whenever it is switched on. Where a stretch ends, there are fewer.
    #[must_use]
    pub fn between(&self) -> Self {
        // Multiples of the golden section lie evenly in any cycle.
        const SECTION: f64 = 0.618_033_988_749_895;
        let (rows, covered) = (self.rows(), self.covered());
        let mut starts = Starts::new(1);
        for i in 0..self.len() {
            let start = self.start(i) + ((i as f64 * SECTION).fract() * rows as f64) as usize;
            let range = covered.partition_point(|range| range.end <= start);
            if covered.get(range).is_some_and(|range| range.start <= start && start + rows <= range.end) {
                starts.push(start);
            }
        }
        Self { starts, labels: Vec::new(), ..self.clone() }
    }

    /// The same windows read through another normalizer.
    #[must_use]
    pub fn normalized(mut self, normalizer: &Normalizer) -> Self {
        self.normalizer = normalizer.clone();
        self
    }

    /// The same windows with what lies beyond `clip` (lowest and highest value a channel, in the sensor's unit) read as its ends.
    #[must_use]
    pub fn clipped(mut self, clip: Vec<[f32; 2]>) -> Self {
        self.clip = Some(Arc::new(clip));
        self
    }

    /// Ranges of rows that the windows cover, each row once.
    pub fn covered(&self) -> Vec<Range<usize>> {
        self.starts.covered(self.rows())
    }

    /// The values of a range of rows as the sensor gave them.
    pub fn raw_rows(&self, rows: Range<usize>) -> &[f32] {
        let width = self.shape[0].max(1);
        &self.values[rows.start * width..rows.end * width]
    }

    /// Every value of one channel that a window covers, each once, as the sensor gave it.
    pub fn channel(&self, channel: usize) -> impl Iterator<Item = f32> + '_ {
        let width = self.shape[0].max(1);
        self.covered().into_iter().flatten().map(move |row| self.values[row * width + channel])
    }

    /// The first window with a value that is not finite.
    pub fn first_not_finite(&self) -> Option<usize> {
        if self.values.iter().all(|v| v.is_finite()) {
            return None;
        }
        (0..self.len()).find(|i| self.raw(*i).iter().any(|v| !v.is_finite()))
    }
}

/// The windows of a recording by what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Windows without a marked row.
    pub normal: Windows,
    /// Windows with marked rows, by the kind that most of these are.
    pub kinds: Vec<(String, Windows)>,
    /// Rows that no window covers because a stretch ends.
    pub uncovered: usize,
    /// Stretches too short for one window.
    pub short: usize,
}

impl Recording {
    /// Cuts windows of `window` rows whose starts are `hop` rows apart, anew in every stretch: no window crosses a gap or a
    /// file's end. `hop` and `window` are at least 1.
    pub fn cut(&self, window: usize, hop: usize) -> Cut {
        let mut starts = vec![Starts::new(hop); 1 + self.kinds.len()];
        let (mut uncovered, mut short) = (0, 0);
        for stretch in &self.stretches {
            let rows = stretch.rows.clone();
            let Some(last) = rows.end.checked_sub(window).filter(|last| *last >= rows.start) else {
                (uncovered, short) = (uncovered + rows.len(), short + 1);
                continue;
            };
            let count = (last - rows.start) / hop + 1;
            uncovered += last - (rows.start + (count - 1) * hop);
            if self.marks.is_empty() {
                starts[0].push_run(rows.start, count);
                continue;
            }
            for start in rows.step_by(hop).take(count) {
                starts[self.kind(&(start..start + window)).map_or(0, |kind| kind + 1)].push(start);
            }
        }
        let mut sets = starts.into_iter().map(|starts| self.windows(window, starts));
        let normal = sets.next().unwrap_or_default();
        let kinds = self.kinds.iter().cloned().zip(sets).filter(|(_, set)| !set.is_empty()).collect();
        Cut { normal, kinds, uncovered, short }
    }

    /// Every window to be scored, marked or not, in order: as [`cut`](Self::cut), with a last one in every stretch that ends with
    /// it where rows would be left.
    pub fn cut_whole(&self, window: usize, hop: usize) -> Windows {
        let mut starts = Starts::new(hop);
        for stretch in &self.stretches {
            let rows = stretch.rows.clone();
            let Some(last) = rows.end.checked_sub(window).filter(|last| *last >= rows.start) else { continue };
            let count = (last - rows.start) / hop + 1;
            starts.push_run(rows.start, count);
            if rows.start + (count - 1) * hop < last {
                starts.push(last);
            }
        }
        self.windows(window, starts)
    }

    fn windows(&self, window: usize, starts: Starts) -> Windows {
        Windows {
            shape: [self.width(), 1, window],
            values: Arc::clone(&self.values),
            starts,
            labels: Vec::new(),
            normalizer: Normalizer::identity(self.width()),
            clip: None,
            recorded: true,
        }
    }
}

/// The largest prime that is not above `n`; 1 where there is none. A hop of so many rows shows a signal that repeats at every place of
/// its cycle, unless the cycle is a multiple of it.
pub fn prime_at_most(n: usize) -> usize {
    let is_prime = |n: usize| (2..n).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d));
    (2..=n).rev().find(|n| is_prime(*n)).unwrap_or(1)
}

/// Windows of one channel around given samples: `before` samples in front of each, itself and what follows up to `after` samples
/// in all. Those that would reach beyond the signal are left out; the second value says which of `at` were used.
pub fn cut_around(values: &[f32], at: &[usize], before: usize, after: usize) -> (Samples, Vec<usize>) {
    let mut samples = Samples::new([1, 1, before + after]);
    let mut used = Vec::new();
    for (i, &sample) in at.iter().enumerate() {
        let window = sample.checked_sub(before).and_then(|start| values.get(start..sample.checked_add(after)?));
        if let Some(window) = window {
            samples.values.extend_from_slice(window);
            used.push(i);
        }
    }
    (samples, used)
}

#[cfg(test)]
mod tests {
    #[test]
    fn primes() {
        let found = [0, 1, 2, 4, 38, 382, 1000].map(super::prime_at_most);
        assert_eq!(found, [1, 1, 2, 3, 37, 379, 997]);
    }

    use super::super::Part;
    use super::*;
    use proptest::prelude::*;

    /// `rows` rows of two channels: the row's number and its negative.
    fn recording(rows: usize, breaks: &[usize]) -> Recording {
        let ends = breaks.iter().copied().chain([rows]);
        let mut from = 0;
        let stretches = ends.map(|end| (std::mem::replace(&mut from, end)..end, None)).collect();
        let values = (0..rows).flat_map(|i| [i as f32, -(i as f32)]).collect();
        let part = Part { channels: vec!["a".into(), "b".into()], values, stretches, ..Part::default() };
        Recording::join(vec![("r".into(), part)]).unwrap()
    }

    #[test]
    fn cuts_around_marks() {
        let values: Vec<f32> = (0..10u8).map(f32::from).collect();
        let (samples, used) = cut_around(&values, &[0, 2, 5, 8, 9, 90], 2, 2);
        assert_eq!(used, [1, 2, 3]);
        assert_eq!(samples.values, [0., 1., 2., 3., 3., 4., 5., 6., 6., 7., 8., 9.]);
        assert_eq!(samples.shape, [1, 1, 4]);
    }

    #[test]
    fn marked_windows_are_no_normal_ones() {
        let mut all = recording(40, &[]);
        all.mark(12..14, "fault");
        let cut = all.cut(10, 10);
        assert_eq!((cut.normal.len(), cut.kinds.len()), (3, 1));
        assert_eq!((cut.kinds[0].0.as_str(), cut.kinds[0].1.start(0)), ("fault", 10));
        assert_eq!(cut.normal.start(1), 20);
    }

    #[test]
    fn windows_are_normalized_and_clipped_where_they_are_read() {
        let all = recording(6, &[]);
        let normalizer = Normalizer::of(&[(2.0, 2.0), (0.0, 1.0)]);
        let windows = all.cut(2, 4).normal.clipped(vec![[0.0, 4.0], [-9.0, 9.0]]).normalized(&normalizer);
        assert_eq!(windows.batch(0..2), [-1.0, 0.0, -0.5, -1.0, 1.0, -4.0, 1.0, -5.0]);
        assert_eq!(windows.raw(1), [4.0, -4.0, 5.0, -5.0]);
        assert_eq!(windows.channel(1).collect::<Vec<_>>(), [0.0, -1.0, -4.0, -5.0]);
    }

    #[test]
    fn the_rest_of_a_stretch_is_counted_and_can_be_scored() {
        let all = recording(25, &[12, 15]);
        let cut = all.cut(5, 5);
        assert_eq!((cut.normal.len(), cut.uncovered, cut.short), (4, 2 + 3, 1));
        let whole = all.cut_whole(5, 5);
        assert_eq!((0..whole.len()).map(|i| whole.start(i)).collect::<Vec<_>>(), [0, 5, 7, 15, 20]);
    }

    proptest! {
        #[test]
        fn no_window_crosses_a_break(
            rows in 1usize..200, cuts in prop::collection::vec(0usize..200, 0..4), window in 1usize..30, hop in 1usize..40,
        ) {
            let mut breaks: Vec<usize> = cuts.into_iter().filter(|c| *c < rows).collect();
            breaks.sort_unstable();
            breaks.dedup();
            let all = recording(rows, &breaks);
            let cut = all.cut(window, hop);
            let mut expected = Vec::new();
            for stretch in &all.stretches {
                expected.extend(stretch.rows.clone().step_by(hop).filter(|s| s + window <= stretch.rows.end));
            }
            prop_assert_eq!((0..cut.normal.len()).map(|i| cut.normal.start(i)).collect::<Vec<_>>(), expected);
            for i in 0..cut.normal.len() {
                let start = cut.normal.start(i);
                prop_assert_eq!(cut.normal.raw(i)[0], start as f32);
                prop_assert_eq!(cut.normal.raw(i)[2 * window - 1], -((start + window - 1) as f32));
            }
        }
    }
}
