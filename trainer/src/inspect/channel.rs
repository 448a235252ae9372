//! One channel of a recording.

use super::period::period;
use crate::data::{Recording, far_values, spread};
use serde::Serialize;
use std::ops::Range;

/// A sample beyond the usual range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outlier {
    /// Where it is.
    pub place: String,
    /// Its value.
    pub value: f32,
}

/// Samples that stay at the smallest or largest value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rail {
    /// The value.
    pub value: f32,
    /// Samples there, in runs of at least three.
    pub samples: usize,
    /// The runs.
    pub runs: usize,
}

/// The longest run of one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StuckRun {
    /// Where it begins.
    pub place: String,
    /// Its first row.
    pub row: usize,
    /// Its samples.
    pub samples: usize,
    /// The value.
    pub value: f32,
}

/// What a channel is like, in its own unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelFacts {
    /// Its name.
    pub name: String,
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// The usual range.
    pub usual: [f32; 2],
    /// Mean, with what is beyond the usual range read as its ends.
    pub mean: f64,
    /// Standard deviation, likewise.
    pub std: f64,
    /// Smallest distance of two different values.
    pub step: Option<f64>,
    /// Bits that its values need.
    pub bits: Option<u32>,
    /// Whether nearly all values are one and the same.
    pub constant: bool,
    /// Samples beyond the usual range.
    pub beyond: usize,
    /// The first ten of these.
    pub outliers: Vec<Outlier>,
    /// Smallest or largest values that it stays at.
    pub rails: Vec<Rail>,
    /// The longest run of one value, where that is unlike the others.
    pub stuck: Option<StuckRun>,
    /// Values that may stand for missing ones, with their number.
    pub far: Vec<(f32, usize)>,
    /// Samples of a period, where there is one, and the autocorrelation there.
    pub period: Option<(usize, f64)>,
    /// By how many standard deviations the mean of the last tenth differs from that of the first.
    pub drift: f64,
    /// Standard deviation of the last tenth over that of the first.
    pub loudness: f64,
}

impl ChannelFacts {
    pub(super) fn of(recording: &Recording, channel: usize) -> Self {
        const SHOWN: usize = 10;
        let width = recording.width();
        let rows = || recording.stretches.iter().flat_map(|s| s.rows.clone());
        let value = |row: usize| recording.values[row * width + channel];
        let all = spread(|| rows().map(value));
        let beyond = |row: &usize| value(*row) < all.low || value(*row) > all.high;
        let outlier = |row: usize| Outlier { place: recording.place(row), value: value(row) };
        let (step, bits) = resolution(rows().map(value), all.low, all.high);
        let runs = Runs::of(
            &recording.stretches.iter().map(|s| s.rows.clone()).collect::<Vec<_>>(),
            &value,
            [all.min, all.max],
        );
        let tenths = tenths(rows().map(|row| value(row).clamp(all.low, all.high)), all.count);
        // A run is stuck if it is long, and ten times as long as one in a hundred runs is.
        let stuck =
            (runs.longest.len() >= 32 && runs.longest.len() > 10 * runs.usual && !all.constant).then(|| StuckRun {
                place: recording.place(runs.longest.start),
                row: runs.longest.start,
                samples: runs.longest.len(),
                value: value(runs.longest.start),
            });
        let longest = recording.stretches.iter().max_by_key(|s| s.rows.len()).map_or(0..0, |s| s.rows.clone());
        Self {
            name: recording.channels.get(channel).cloned().unwrap_or_default(),
            min: all.min,
            max: all.max,
            usual: [all.low, all.high],
            mean: all.mean,
            std: all.std,
            step,
            bits,
            constant: all.constant,
            beyond: all.beyond,
            outliers: rows().filter(beyond).take(SHOWN).map(outlier).collect(),
            rails: runs.rails.into_iter().filter(|r| r.samples > 0 && !all.constant).collect(),
            stuck,
            far: far_values(|| rows().map(value), &all).into_iter().map(|f| (f.value, f.count)).collect(),
            period: period(longest.map(|row| value(row).clamp(all.low, all.high))),
            drift: if all.std > 0.0 { (tenths[1].0 - tenths[0].0) / all.std } else { 0.0 },
            loudness: if tenths[0].1 > 0.0 { tenths[1].1 / tenths[0].1 } else { 1.0 },
        }
    }
}

/// Smallest distance of two values within the usual range, and the bits for as many steps as that range has. `None` where there is
/// no lattice: values of floating point.
fn resolution(values: impl Iterator<Item = f32>, low: f32, high: f32) -> (Option<f64>, Option<u32>) {
    const LOOKED_AT: usize = 200_000;
    let mut seen: Vec<f32> = values.take(LOOKED_AT).filter(|v| (low..=high).contains(v)).collect();
    seen.sort_by(f32::total_cmp);
    seen.dedup();
    if seen.len() < 2 {
        return (None, None);
    }
    let distances: Vec<f64> = seen.windows(2).map(|w| f64::from(w[1]) - f64::from(w[0])).collect();
    let smallest = distances.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = f64::from(low.abs().max(high.abs()));
    // Values on a lattice are whole numbers of steps apart, as exactly as f32 can say it; no two need be one step apart.
    let fits = |step: &f64| {
        let inexact = 0.02 + 2.0 * largest * f64::from(f32::EPSILON) / step;
        inexact < 0.2 && distances.iter().all(|d| (d / step - (d / step).round()).abs() < inexact)
    };
    let Some(step) = (1..=64).map(|k| smallest / f64::from(k)).find(fits) else { return (None, None) };
    // All steps together say more exactly how long one is.
    let range = f64::from(seen[seen.len() - 1]) - f64::from(seen[0]);
    let steps: f64 = distances.iter().map(|d| (d / step).round()).sum();
    if steps > 16_777_216.0 {
        return (None, None);
    }
    (Some(range / steps), Some((steps + 1.0).log2().ceil() as u32))
}

/// Runs of equal values.
struct Runs {
    longest: Range<usize>,
    /// Length that 99 of 100 runs do not exceed.
    usual: usize,
    rails: [Rail; 2],
}

impl Runs {
    fn of(stretches: &[Range<usize>], value: &impl Fn(usize) -> f32, ends: [f32; 2]) -> Self {
        let mut rails = ends.map(|value| Rail { value, samples: 0, runs: 0 });
        let mut longest = 0..0;
        // Runs by their length, the last for all that are longer.
        let mut counts = [0usize; 257];
        for rows in stretches {
            let mut from = rows.start;
            for row in rows.clone().skip(1).chain([rows.end]) {
                if row < rows.end && value(row) == value(from) {
                    continue;
                }
                let length = row - from;
                counts[length.min(256)] += 1;
                if length > longest.len() {
                    longest = from..row;
                }
                for rail in rails.iter_mut().filter(|r| length >= 3 && r.value == value(from)) {
                    (rail.samples, rail.runs) = (rail.samples + length, rail.runs + 1);
                }
                from = row;
            }
        }
        let all: usize = counts.iter().sum();
        let mut below = 0;
        let usual = counts.iter().position(|n| {
            below += n;
            100 * below >= 99 * all
        });
        Self { longest, usual: usual.unwrap_or(1).max(1), rails }
    }
}

/// Mean and standard deviation of the first and of the last tenth.
fn tenths(values: impl Iterator<Item = f32> + Clone, count: usize) -> [(f64, f64); 2] {
    let n = (count / 10).max(1);
    let of = |skip: usize| {
        let part = || values.clone().skip(skip).take(n).map(f64::from);
        let mean = part().sum::<f64>() / n as f64;
        (mean, (part().map(|v| (v - mean).powi(2)).sum::<f64>() / n as f64).sqrt())
    };
    [of(0), of(count.saturating_sub(n))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(values: Vec<f32>) -> ChannelFacts {
        ChannelFacts::of(&Recording::of_channel(values), 0)
    }

    fn wave(n: usize) -> Vec<f32> {
        (0..n).map(|i| (2048.0 + 900.0 * (i as f64 * std::f64::consts::TAU / 50.0).sin()).round() as f32).collect()
    }

    #[test]
    fn a_good_channel_has_nothing_to_say() {
        let found = facts(wave(5000));
        assert_eq!((found.step, found.bits, found.beyond), (Some(1.0), Some(11), 0));
        assert_eq!((found.rails.len(), found.stuck, found.far.len()), (0, None, 0));
        assert_eq!(found.period.unwrap().0, 50);
        assert!(found.drift.abs() < 0.01 && (found.loudness - 1.0).abs() < 0.01);
    }

    #[test]
    fn clipping_sticking_drift_and_outliers_are_seen() {
        let clipped = facts(wave(5000).iter().map(|v| v.min(2600.0)).collect());
        assert!(clipped.rails.iter().any(|r| r.value == 2600.0 && r.runs >= 99), "{:?}", clipped.rails);
        let mut stuck = wave(5000);
        stuck[1000..1200].fill(2048.0);
        let run = facts(stuck).stuck.unwrap();
        assert!(run.samples >= 200 && run.place.ends_with("line 1001"), "{run:?}");
        let mut glitch = wave(5000);
        glitch[77] = 65_535.0;
        let found = facts(glitch);
        assert_eq!((found.beyond, found.outliers[0].place.as_str()), (1, "in.csv, line 78"));
        let drifting = facts(wave(5000).iter().enumerate().map(|(i, v)| v + i as f32 / 2.0).collect());
        assert!(drifting.drift > 1.0);
    }

    #[test]
    fn numbers_without_a_lattice_have_no_bits() {
        let found = facts((0..3000).map(|i| (i as f32).sin() * 1.234_567).collect());
        assert_eq!((found.step, found.bits), (None, None));
        let milli = facts(wave(3000).iter().map(|v| v / 1000.0).collect());
        assert_eq!(milli.bits, Some(11));
    }
}
