//! What a recording must have for something to be learned from it.

use super::recording::is_count;
use super::{Recording, Spread, Windows};
use crate::error::{Error, Result};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// Windows that share no sample: as many as fit into the rows that a set covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Independent(pub usize);

impl Independent {
    /// Fewest that a recording needs: 14 to train on, 3 to validate on, 3 to test with.
    pub const LEAST: usize = 20;

    /// Of a set.
    pub fn of(windows: &Windows) -> Self {
        let rows = windows.rows().max(1);
        Self(windows.covered().iter().map(|r| r.len() / rows).sum())
    }

    /// Refuses too few, with the number that is missing.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check(self, window: usize) -> Result<()> {
        let missing = Self::LEAST.saturating_sub(self.0);
        if missing == 0 {
            return Ok(());
        }
        let message = format!(
            "{} normal windows of {window} samples that do not overlap, expected at least {}: {missing} are missing; take a \
             longer recording ({} more samples) or a shorter --window",
            self.0,
            Self::LEAST,
            missing * window
        );
        Err(Error::invalid(message))
    }
}

/// Least number of steps of single precision in a standard deviation.
const COARSE: f64 = 16.0;

/// A value that stands far from all others, again and again, as programs write it for what is missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarValue {
    /// The value.
    pub value: f32,
    /// How often it is there.
    pub count: usize,
    /// The value next to it.
    pub next: f32,
}

/// Looks for a smallest or largest value that is there at least three times and further from the next than half of the range
/// of the others. Channels of less than 20 levels have none, and a quarter of all values is none.
pub fn far_values<I: Iterator<Item = f32>>(values: impl Fn() -> I, spread: &Spread) -> Vec<FarValue> {
    const REPEATED: usize = 3;
    const LEVELS: usize = 20;
    let mut found = Vec::new();
    for (end, other) in [(spread.min, spread.max), (spread.max, spread.min)] {
        let (mut count, mut next, mut levels) = (0, other, BTreeSet::new());
        for v in values() {
            if v == end {
                count += 1;
                continue;
            }
            if (v - end).abs() < (next - end).abs() {
                next = v;
            }
            if levels.len() < LEVELS {
                levels.insert(v.to_bits());
            }
        }
        // The far end may be far out itself.
        let far = if end == spread.min { spread.high } else { spread.low };
        let (gap, rest) = ((next - end).abs(), (far - next).abs());
        if count >= REPEATED && 4 * count < spread.count && levels.len() >= LEVELS && gap > 0.5 * rest {
            found.push(FarValue { value: end, count, next });
        }
    }
    found
}

/// The first row among `rows` whose value in a channel is one that is looked for.
fn first_row(recording: &Recording, rows: &[Range<usize>], channel: usize, is: impl Fn(f32) -> bool) -> Option<usize> {
    let width = recording.width();
    rows.iter().cloned().flatten().find(|row| is(recording.values[row * width + channel]))
}

/// Looks at what is to be trained on: warnings in words, or a refusal.
///
/// # Errors
/// [`Error::File`] for a channel that is constant, or windows that are all alike.
pub fn check(recording: &Recording, train: &Windows, spreads: &[Spread]) -> Result<Vec<String>> {
    let rows = train.covered();
    let mut warnings = Vec::new();
    let file = recording.files.first().cloned().unwrap_or_default();
    for (c, spread) in spreads.iter().enumerate() {
        let name = recording.channels.get(c).map_or("", String::as_str);
        if spread.constant {
            let first = rows.first().map_or(0, |r| r.start);
            let value = recording.values[first * recording.width() + c];
            let others = if recording.width() > 1 { "choose other channels with --channels, or " } else { "" };
            let message = format!(
                "channel {name} is constant where it is to be trained on ({value} from {} on): nothing can be learned from it; \
                 {others}take a recording of the running machine",
                recording.place(first)
            );
            return Err(Error::file(file, message));
        }
        // Windows and devices have single precision. A glitch says nothing of what the others are known to.
        let resolution = f64::from(spread.high.abs().max(spread.low.abs())) * f64::from(f32::EPSILON);
        if resolution * COARSE > spread.std {
            let message = format!(
                "channel {name}: values near {} are only known to about {resolution:.3} in single precision, and they vary by {:.3} \
                 (standard deviation): nothing fine is left of them; subtract a constant from the recording and on the device",
                spread.high, spread.std
            );
            return Err(Error::file(file, message));
        }
        for far in far_values(|| train.channel(c), spread) {
            let place = first_row(recording, &rows, c, |v| v == far.value).map(|row| recording.place(row));
            warnings.push(format!(
                "channel {name}: {} stands {} times ({} first), far from all others ({} is next); if it stands for a missing \
                 value, --missing-value {} --missing split leaves it out",
                far.value,
                far.count,
                place.unwrap_or_default(),
                far.next,
                far.value
            ));
        }
        if spread.beyond > 0 {
            let out = |v: f32| v < spread.low || v > spread.high;
            let row = first_row(recording, &rows, c, out);
            let value = row.map_or(0.0, |row| recording.values[row * recording.width() + c]);
            warnings.push(format!(
                "channel {name}: {} of {} samples lie outside the usual {} to {} and do not set the range; the first is {value} in {}",
                spread.beyond,
                spread.count,
                short(spread.low),
                short(spread.high),
                row.map(|row| recording.place(row)).unwrap_or_default()
            ));
        }
    }
    if let Some(row) = odd_value(recording) {
        let values = &recording.values[row * recording.width()..][..recording.width()];
        let value = values.iter().find(|v| !is_count(**v)).copied().unwrap_or_default();
        warnings.push(format!(
            "nearly all values are whole numbers, as a converter gives them, but for {value} in {}: the detector takes f32 because of it; \
             take it out, and the detector takes integers",
            recording.place(row)
        ));
    }
    if train.len() > 1 && all_alike(train) {
        let message = format!("all windows of {} samples are the same: nothing can be learned from them", train.rows());
        return Err(Error::file(file, message));
    }
    if let Some(period) = repeats(recording, &rows) {
        let message = format!(
            "the recording repeats itself every {period} samples to the last digit: copies of a cycle have no noise, and every real cycle would \
             be abnormal; take a recording of the machine itself (to a made-up signal, add noise)"
        );
        return Err(Error::file(file, message));
    }
    Ok(warnings)
}

/// The first row with a value that is no count of a converter, where less than one in a thousand of the values is none.
fn odd_value(recording: &Recording) -> Option<usize> {
    let odd = recording.values.iter().filter(|v| !is_count(**v)).count();
    let first = recording.values.iter().position(|v| !is_count(*v))?;
    (odd * 1000 < recording.values.len()).then(|| first / recording.width().max(1))
}

/// The length of the cycle that a recording is exact copies of, at least three of them, where its first stretch is long enough to say
/// so and has levels enough for noise to be seen.
fn repeats(recording: &Recording, rows: &[Range<usize>]) -> Option<usize> {
    const LEVELS: usize = 20;
    let (width, rows) = (recording.width(), rows.first()?.clone());
    let values = &recording.values[rows.start * width..rows.end * width];
    let start = &values[..values.len().min(32 * width)];
    let levels: BTreeSet<u32> = values.iter().take(100_000).map(|v| v.to_bits()).collect();
    if levels.len() < LEVELS {
        return None;
    }
    let period = (1..=rows.len() / 3).find(|period| values[period * width..].starts_with(start))?;
    values.iter().zip(&values[period * width..]).all(|(a, b)| a == b).then_some(period)
}

/// A number as a message says it.
fn short(value: f32) -> String {
    format!("{:.6}", value).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether the windows that do not overlap are all the same.
fn all_alike(train: &Windows) -> bool {
    let mut seen = HashSet::new();
    let mut last: Option<usize> = None;
    for i in 0..train.len() {
        let start = train.start(i);
        if last.is_some_and(|last| start < last + train.rows() && start >= last) {
            continue;
        }
        last = Some(start);
        let mut hash = DefaultHasher::new();
        train.raw(i).iter().for_each(|v| v.to_bits().hash(&mut hash));
        seen.insert(hash.finish());
        if seen.len() > 1 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::{Normalization, Normalizer, Part, SampleEncoding};
    use super::*;

    fn checked(values: Vec<f32>, window: usize) -> Result<Vec<String>> {
        let n = values.len();
        let part = Part {
            channels: vec!["adc".into()],
            values,
            stretches: vec![(0..n, None)],
            lines: vec![(0, 2)],
            ..Part::default()
        };
        let all = Recording::join(vec![("in.csv".into(), part)]).unwrap();
        let train = all.cut(window, window).normal;
        let (_, spreads) = Normalizer::fit(Normalization::Standardize, &train, SampleEncoding::Counts);
        check(&all, &train, &spreads)
    }

    fn noisy(n: usize) -> Vec<f32> {
        (0..n as u32).map(|i| (2048 + i.wrapping_mul(2_654_435_761) % 613) as f32).collect()
    }

    #[test]
    fn good_data_pass_without_a_word() {
        assert_eq!(checked(noisy(5000), 100).unwrap(), Vec::<String>::new());
        // A switch has two levels, and neither is a missing value.
        let switch: Vec<f32> = (0..5000).map(|i| f32::from(u8::from(i % 7 < 3))).collect();
        assert_eq!(checked(switch, 100).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn outliers_and_values_for_missing_ones_are_named_with_their_line() {
        let mut glitch = noisy(5000);
        glitch[1234] = 65_535.0;
        let said = checked(glitch, 100).unwrap();
        assert!(said.len() == 1 && said[0].contains("65535 in in.csv, line 1236"), "{said:?}");
        let mut huge = noisy(5000);
        huge[1234] = 1e30;
        let said = checked(huge, 100).unwrap();
        assert!(said.iter().any(|s| s.contains("in in.csv, line 1236")), "{said:?}");
        let mut sentinel = noisy(60_000);
        sentinel[9000..9040].fill(-200.0);
        let said = checked(sentinel, 100).unwrap();
        assert!(said[0].contains("-200 stands 40 times (in.csv, line 9002 first)"), "{said:?}");
        assert!(said[0].contains("--missing-value -200"));
    }

    #[test]
    fn what_cannot_be_learned_from_is_refused() {
        let refused = |values, window| checked(values, window).unwrap_err().to_string();
        assert!(refused(vec![512.0; 3000], 100).contains("channel adc is constant"));
        let mut stuck = vec![512.0; 30_000];
        stuck[77] = 513.0;
        assert!(refused(stuck, 100).contains("512 from in.csv, line 2 on"));
        let offset = noisy(5000).into_iter().map(|v| v / 10.0 + 2.0_f32.powi(24)).collect();
        assert!(refused(offset, 100).contains("subtract a constant"));
        let copies = noisy(613).repeat(20);
        assert!(refused(copies, 100).contains("every 613 samples"));
        let one = noisy(100);
        assert!(refused(one.repeat(30), 100).contains("all windows of 100 samples are the same"));
        assert_eq!(
            Independent(3).check(1000).unwrap_err().to_string(),
            "3 normal windows of 1000 samples that do not overlap, expected at least 20: 17 are missing; take a longer \
             recording (17000 more samples) or a shorter --window"
        );
    }
}
