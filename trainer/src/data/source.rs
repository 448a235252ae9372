//! From files to a recording: `[data]` for recordings.

use super::csv::{self, At, Interval, Wanted};
use super::files::{self, InputFile};
use super::format::{ColumnRef, FormatConfig};
use super::formats;
use super::labels::{LabelConfig, LabelSource};
use super::progress::Reading;
use super::raw_type::RawType;
use super::recording::{Clock, Part, Recording};
use super::sniff::Content;
use super::text;
use crate::error::{Error, Result};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which recording is meant, and how it is read.
#[derive(Debug, Clone, Copy)]
pub struct RecordingSource<'a> {
    /// Files, folders, patterns, `-`.
    pub files: &'a [PathBuf],
    /// The channels; empty for all.
    pub channels: &'a [ColumnRef],
    /// Samples of a window, where that is known: files with as many columns have one window a row.
    pub window: Option<usize>,
    /// Samples a second, where the files do not say it or say it wrongly.
    pub rate: Option<f64>,
    /// Stretches to leave out: `FROM..TO` (sample numbers or times, both included), or files of such.
    pub exclude: &'a [String],
    /// How the files are written.
    pub format: &'a FormatConfig,
    /// Where labels are.
    pub labels: &'a LabelConfig,
    /// A format that another recording was read by. What stands in it may have no effect on this one; anything else that has none
    /// is refused.
    pub inherited: Option<&'a FormatConfig>,
}

impl RecordingSource<'_> {
    /// Reads the recording.
    ///
    /// # Errors
    /// [`Error::Io`], or one line that names the file, the line, what was found and the option that reads it.
    pub fn read(&self) -> Result<Recording> {
        let inputs = files::find(self.files)?;
        let mut contents = Vec::new();
        let reading = Reading::new(inputs.iter().map(InputFile::size).sum());
        let mut parts = Vec::with_capacity(inputs.len());
        for input in &inputs {
            let (part, content) = self.part(input, &reading)?;
            parts.push((input.path.clone(), part));
            contents.extend(content);
        }
        drop(reading);
        self.format.check_effect(self.inherited, &contents)?;
        let labels: Vec<Vec<(Range<usize>, String)>> =
            parts.iter_mut().map(|(_, p)| std::mem::take(&mut p.labels)).collect();
        let mut begins = Vec::with_capacity(parts.len());
        let mut row = 0;
        for (_, part) in &parts {
            begins.push(row);
            row += part.values.len() / part.channels.len().max(1);
        }
        begins.push(row);
        let mut all = Recording::join(parts)?;
        if let (Some(rate), Some(found)) = (self.rate, all.rate)
            && (rate / found - 1.0).abs() > 0.01
        {
            all.notes.push(format!("{rate} samples a second, as data.rate says; the files themselves say {found:.6}"));
        }
        all.rate = self.rate.or(all.rate);
        match self.labels.from {
            LabelSource::Intervals => self.intervals(&mut all)?,
            LabelSource::Folders => self.folders(&mut all, &inputs, &begins)?,
            _ => self.columns(&mut all, labels, &begins)?,
        }
        self.exclude(&mut all)?;
        if all.stretches.is_empty() {
            return Err(Error::file(
                &inputs[0].path,
                "nothing is left; expected a recording that is not left out as a whole",
            ));
        }
        Ok(all)
    }

    /// A file's part, and what the file is; without that where it is read as raw samples.
    fn part(&self, input: &InputFile, reading: &Reading) -> Result<(Part, Option<Content>)> {
        let path = &input.path;
        reading.file(input.size());
        if let Some(part) = self.streamed(input)? {
            let content = self.format.raw.is_none().then_some(Content::Npy);
            return Ok((self.chosen(path, part)?, content));
        }
        let bytes = input.bytes(self.format.most_bytes())?;
        let content = self.format.raw.is_none().then(|| Content::of(&bytes));
        let part = match (&self.format.raw, Content::of(&bytes)) {
            (Some(raw), _) => formats::read_raw(path, &bytes[..], bytes.len(), &RawType::parse(raw)?, self.format)?,
            (None, Content::Wav) => formats::read_wav(path, &bytes, self.format)?,
            (None, Content::Npy) => formats::read_npy(path, &bytes, self.window, self.format)?,
            (None, Content::Npz) => formats::read_npz(path, &bytes, self.window, self.format)?,
            (None, Content::Png | Content::Idx) => {
                return Err(Error::file(path, "an image, expected a recording; images are data.source = \"images\""));
            }
            (None, Content::Text) if let Some(text) = text::decode(&bytes) => {
                let (channels, window) = (self.channels, self.window);
                let wanted = Wanted { channels, window, format: self.format, labels: self.labels, reading };
                return Ok((csv::read(path, &text, &wanted)?, content));
            }
            _ => {
                let message = "neither text nor a format that is known; samples without a header are read with --raw TYPE, such as i16le";
                return Err(Error::file(path, message));
            }
        };
        drop(bytes);
        Ok((self.chosen(path, part)?, content))
    }

    /// A file whose bytes need not be in memory: raw samples, NPY.
    fn streamed(&self, input: &InputFile) -> Result<Option<Part>> {
        let path = &input.path;
        let Some((file, length)) = input.plain()? else { return Ok(None) };
        if let Some(raw) = &self.format.raw {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            return formats::read_raw(path, file, length, &RawType::parse(raw)?, self.format).map(Some);
        }
        let start = files::start(input)?;
        match Content::of(&start) {
            // A header that is longer is read with everything else.
            Content::Npy if (start.len() as u64) < length => {
                formats::read_npy_file(path, file, &start, self.window, self.format).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The channels that were asked for, of a file that has all of them.
    fn chosen(&self, path: &Path, mut part: Part) -> Result<Part> {
        if self.channels.is_empty() {
            return Ok(part);
        }
        let width = part.channels.len();
        let find = |column: &ColumnRef| {
            let found = match column {
                ColumnRef::Index(i) => (*i < width).then_some(*i),
                ColumnRef::Name(name) => part.channels.iter().position(|c| c == name),
            };
            found.ok_or_else(|| {
                let known = part.channels.join(", ");
                Error::file(
                    path,
                    format!("no channel {column}, expected a number from 0 to {} or one of {known}", width - 1),
                )
            })
        };
        let chosen: Vec<usize> = self.channels.iter().map(find).collect::<Result<_>>()?;
        part.values = part.values.chunks_exact(width).flat_map(|row| chosen.iter().map(|c| row[*c])).collect();
        part.channels = chosen.iter().map(|c| part.channels[*c].clone()).collect();
        Ok(part)
    }

    /// Labels of a column.
    fn columns(&self, all: &mut Recording, labels: Vec<Vec<(Range<usize>, String)>>, begins: &[usize]) -> Result<()> {
        let mut found: Vec<&str> = Vec::new();
        for (_, label) in labels.iter().flatten() {
            if !found.contains(&label.as_str()) {
                found.push(label);
            }
            if found.len() > 255 {
                return Err(Error::file(
                    &all.files[0],
                    "more than 255 different labels; is the right column (--labels) meant?",
                ));
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        self.check_normal(&found, &all.files[0], "in the column of labels")?;
        for (begin, labels) in begins.iter().zip(&labels) {
            for (rows, label) in labels.iter().filter(|(_, label)| !self.labels.is_normal(label)) {
                all.mark(begin + rows.start..begin + rows.end, kind(label));
            }
        }
        Ok(())
    }

    fn folders(&self, all: &mut Recording, inputs: &[InputFile], begins: &[usize]) -> Result<()> {
        let name = |input: &InputFile| input.folder.clone().unwrap_or_default();
        let mut found: Vec<String> = inputs.iter().map(name).collect();
        found.sort();
        found.dedup();
        self.check_normal(&found.iter().map(String::as_str).collect::<Vec<_>>(), &all.files[0], "as names of folders")?;
        for (input, rows) in inputs.iter().zip(begins.windows(2)) {
            if !self.labels.is_normal(&name(input)) {
                all.mark(rows[0]..rows[1], kind(&name(input)));
            }
        }
        Ok(())
    }

    /// Refuses to guess which label means normal.
    fn check_normal(&self, found: &[&str], path: &Path, place: &str) -> Result<()> {
        if found.iter().any(|label| self.labels.is_normal(label)) {
            return Ok(());
        }
        let shown: Vec<&str> = found.iter().copied().take(8).collect();
        let message = format!(
            "{} {place}; which of them means normal? --normal {} would say so, --labels none that all is normal",
            shown.iter().map(|l| format!("{l:?}")).collect::<Vec<_>>().join(", "),
            shown.first().filter(|l| !l.is_empty()).unwrap_or(&"LABEL")
        );
        Err(Error::file(path, message))
    }

    fn intervals(&self, all: &mut Recording) -> Result<()> {
        let Some(path) = &self.labels.file else { return Ok(()) };
        for interval in csv::read_intervals(path)? {
            for rows in rows_of(all, &interval).map_err(|e| e.in_file(path))? {
                all.mark(rows, interval.kind.as_deref().unwrap_or("abnormal"));
            }
        }
        Ok(())
    }

    fn exclude(&self, all: &mut Recording) -> Result<()> {
        for item in self.exclude {
            let ends = item.split_once("..").map(|(from, to)| [from, to].map(|end| At::parse(end.trim())));
            let intervals = match ends {
                Some([Some(from), Some(to)]) => vec![Interval { from, to, kind: None }],
                _ if Path::new(item).is_file() => csv::read_intervals(Path::new(item))?,
                _ => {
                    let expected = "FROM..TO, each a sample number or a time, or a file of such rows";
                    return Err(Error::setting("data.exclude", format!("{item:?}"), expected));
                }
            };
            for interval in intervals {
                for rows in rows_of(all, &interval)? {
                    all.leave_out(&rows);
                }
            }
        }
        Ok(())
    }
}

/// A kind's name, which must not be empty.
fn kind(label: &str) -> &str {
    if label.is_empty() { "unlabelled" } else { label }
}

/// The rows of an interval, both ends included. Numbers are sample numbers where the recording has no times, and times of its
/// clock where it has; dates need dates.
fn rows_of(all: &Recording, interval: &Interval) -> Result<Vec<Range<usize>>> {
    let timed = all.clock != Clock::None && all.stretches.iter().all(|s| s.time.is_some()) && all.rate.is_some();
    let (from, to) = match (interval.from, interval.to) {
        (At::Number(from), At::Number(to)) if !timed => {
            let to = if to < 0.0 { 0 } else { (to as usize).saturating_add(1).min(all.rows()) };
            let from = from.max(0.0) as usize;
            if from >= all.rows() {
                let message = format!("samples from {from} on, but the recording has {} samples", all.rows());
                return Err(Error::invalid(message));
            }
            return Ok(if from < to { std::iter::once(from..to).collect() } else { Vec::new() });
        }
        (At::Number(from), At::Number(to)) | (At::Date(from), At::Date(to)) if timed => (from, to),
        _ => return Err(Error::invalid("an interval of times, but the recording has none that these could be of")),
    };
    if matches!(interval.from, At::Date(_)) && all.clock != Clock::Date {
        return Err(Error::invalid("an interval of dates, but the recording's times are no dates"));
    }
    let rate = all.rate.unwrap_or(1.0);
    let mut out = Vec::new();
    for stretch in &all.stretches {
        let begin = stretch.time.unwrap_or(0.0);
        let index = |time: f64| ((time - begin) * rate).clamp(-1.0, stretch.rows.len() as f64);
        // A time in words is exact to what was written, not to a sample.
        let first = (index(from) - 1e-6).ceil().max(0.0) as usize;
        let last = (index(to) + 1e-6).floor() + 1.0;
        let last = (last.max(0.0) as usize).min(stretch.rows.len());
        if first < last {
            out.push(stretch.rows.start + first..stretch.rows.start + last);
        }
    }
    Ok(out)
}
