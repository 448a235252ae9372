//! A user's CSV file: one long column, or one window a row.

use super::windows::cut;
use super::{Samples, gzip};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How the numbers lie in a CSV file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CsvShape {
    /// Rows if there are as many columns as a window has samples, else a column.
    #[default]
    Auto,
    /// One long signal, a sample a row.
    Column,
    /// One window a row.
    Rows,
}

/// A column by its name in the header or by its number from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Number from 0.
    Index(usize),
    /// Name in the header.
    Name(String),
}

impl From<&str> for ColumnRef {
    /// A number if it reads as one, else a name.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.into()), Self::Index)
    }
}

/// How a CSV file is read. A first line with a field that starts with a letter (`nan` and `inf` apart) is a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvConfig {
    /// How the numbers lie in the file.
    pub layout: CsvShape,
    /// The signal's column where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<ColumnRef>,
    /// The column of labels, with one window a row. Without this a column named `label` is it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<ColumnRef>,
    /// Samples from the start of one window to the start of the next, with one long column; 0 means a window's length.
    pub hop: usize,
    /// What separates the fields: one ASCII character.
    pub delimiter: char,
}

impl Default for CsvConfig {
    fn default() -> Self {
        Self { layout: CsvShape::Auto, column: None, label: None, hop: 0, delimiter: ',' }
    }
}

impl CsvConfig {
    /// The hop in samples for windows of `window` samples.
    pub fn hop(&self, window: usize) -> usize {
        if self.hop == 0 { window } else { self.hop }
    }
}

/// Windows of a CSV file.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvWindows {
    /// Shape `[1, 1, window]`. `labels` are indices into `names` where the file has labels, else empty.
    pub samples: Samples,
    /// Names of the labels: `normal` first, the others as they appear in the file.
    pub names: Vec<String>,
    /// Whether windows are cut from one long column (and so have an order in time).
    pub continuous: bool,
}

/// Reads `path` (CSV, or CSV compressed by gzip) as windows of `window` samples.
///
/// # Errors
/// [`Error::Io`], or [`Error::Line`] and [`Error::File`] naming the file, the line and what was expected: an empty file, a
/// field that is no finite number, rows of unequal length, an unknown column, too few samples for one window.
pub fn read_windows(path: impl AsRef<Path>, window: usize, config: &CsvConfig) -> Result<CsvWindows> {
    let path = path.as_ref();
    if window == 0 {
        return Err(Error::invalid("a window needs at least 1 sample"));
    }
    let records = Records::read(path, config)?;
    let labels = records.label_column(config)?;
    let columns = records.columns - usize::from(labels.is_some());
    let rows = match config.layout {
        CsvShape::Rows => true,
        CsvShape::Column => false,
        CsvShape::Auto => config.column.is_none() && columns == window,
    };
    if !rows {
        let values = records.column(config, window)?;
        let samples = cut(&values, window, config.hop(window)).map_err(|e| e.in_file(path))?;
        return Ok(CsvWindows { samples, names: Vec::new(), continuous: true });
    }
    if columns != window {
        let found = format!("{columns} numbers in a row, expected one window of {window} samples a row");
        return Err(Error::line(path, records.first_line(), found));
    }
    let mut out = CsvWindows { samples: Samples::new([1, 1, window]), names: Vec::new(), continuous: false };
    out.names.extend(labels.is_some().then(|| "normal".to_owned()));
    out.samples.values.reserve(records.rows.len() * window);
    for (line, record) in &records.rows {
        for (i, field) in record.iter().enumerate() {
            if Some(i) != labels {
                out.samples.values.push(number(path, *line, field)?);
                continue;
            }
            let known = out.names.iter().position(|n| n == field);
            let label = known.unwrap_or(out.names.len());
            let label = u8::try_from(label).map_err(|_| Error::line(path, *line, "more than 256 different labels"))?;
            if known.is_none() {
                out.names.push(field.to_owned());
            }
            out.samples.labels.push(label);
        }
    }
    Ok(out)
}

/// Reads one column of `path` as one long signal.
///
/// # Errors
/// As [`read_windows`].
pub fn read_column(path: impl AsRef<Path>, config: &CsvConfig) -> Result<Vec<f32>> {
    Records::read(path.as_ref(), config)?.column(config, 0)
}

/// Reads marks in a signal: rows of a sample number (from 0) and a symbol, as an annotation file has them.
///
/// # Errors
/// As [`read_windows`].
pub fn read_marks(path: impl AsRef<Path>) -> Result<Vec<(usize, String)>> {
    let path = path.as_ref();
    let records = Records::read(path, &CsvConfig::default())?;
    let mark = |(line, record): &(u64, csv::StringRecord)| match (record.get(0).map(str::parse), record.get(1)) {
        (Some(Ok(sample)), Some(symbol)) => Ok((sample, symbol.to_owned())),
        _ => Err(Error::line(path, *line, "expected a sample number and a symbol")),
    };
    records.rows.iter().map(mark).collect()
}

/// All rows of a file, checked to be of one length.
struct Records<'a> {
    path: &'a Path,
    header: Option<csv::StringRecord>,
    columns: usize,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl<'a> Records<'a> {
    fn read(path: &'a Path, config: &CsvConfig) -> Result<Self> {
        let delimiter = u8::try_from(config.delimiter).ok().filter(u8::is_ascii).ok_or_else(|| {
            Error::setting("data.csv.delimiter", format!("{:?}", config.delimiter), "one ASCII character")
        })?;
        let bytes = gzip::read(path)?;
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(delimiter)
            .from_reader(text);
        let mut all = Self { path, header: None, columns: 0, rows: Vec::new() };
        let mut lines = Lines { text, byte: 0, line: 1 };
        for record in reader.records() {
            let record = record.map_err(|source| {
                let line = lines.at(source.position());
                Error::Csv { path: path.into(), line, source }
            })?;
            let line = lines.at(record.position());
            if record.iter().all(str::is_empty) && record.len() <= 1 {
                continue;
            }
            if all.columns == 0 {
                all.columns = record.len();
                if is_header(&record, config) {
                    all.header = Some(record);
                    continue;
                }
            }
            if record.len() != all.columns {
                let message = format!("{} fields, expected {} as in the first line", record.len(), all.columns);
                return Err(Error::line(path, line, message));
            }
            all.rows.push((line, record));
        }
        match (all.rows.is_empty(), &all.header) {
            (true, None) => Err(Error::file(path, "empty; expected numbers, one sample or one window a row")),
            (true, Some(_)) => Err(Error::file(path, "nothing but a header; expected rows of numbers")),
            _ => Ok(all),
        }
    }

    fn first_line(&self) -> u64 {
        self.rows.first().map_or(1, |r| r.0)
    }

    fn find(&self, what: &str, column: &ColumnRef) -> Result<usize> {
        match column {
            ColumnRef::Index(i) if *i < self.columns => Ok(*i),
            ColumnRef::Index(i) => {
                let message = format!("{what} {i} was asked for, expected 0 to {}", self.columns - 1);
                Err(Error::line(self.path, 1, message))
            }
            ColumnRef::Name(name) => match &self.header {
                Some(header) => header.iter().position(|h| h == name).ok_or_else(|| {
                    let names: Vec<&str> = header.iter().take(20).collect();
                    Error::line(self.path, 1, format!("no {what} {name:?}, expected one of {}", names.join(", ")))
                }),
                None => Err(Error::line(self.path, 1, format!("no header, but {what} {name:?} was asked for"))),
            },
        }
    }

    fn label_column(&self, config: &CsvConfig) -> Result<Option<usize>> {
        match &config.label {
            Some(column) => self.find("label column", column).map(Some),
            None => Ok(self.header.as_ref().and_then(|h| h.iter().position(|name| name.eq_ignore_ascii_case("label")))),
        }
    }

    /// The signal's column. `window` is for the message only: 0 when rows could not have been meant.
    fn column(&self, config: &CsvConfig, window: usize) -> Result<Vec<f32>> {
        let labels = self.label_column(config)?;
        let column = match &config.column {
            Some(column) => self.find("column", column)?,
            None if self.columns - usize::from(labels.is_some()) == 1 => usize::from(labels == Some(0)),
            None => {
                let rows = if window > 0 { format!(", {window} columns (one window a row)") } else { String::new() };
                let message = format!(
                    "{} columns, expected one column{rows}, or a column chosen by name or number",
                    self.columns
                );
                return Err(Error::line(self.path, 1, message));
            }
        };
        self.rows.iter().map(|(line, record)| number(self.path, *line, record.get(column).unwrap_or(""))).collect()
    }
}

/// Counts lines up to growing positions. A record's own line number would be that of the blank lines in front of it.
struct Lines<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.map_or(0, |p| p.byte() as usize).clamp(self.byte, self.text.len());
        let blank = self.text[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.line += self.text[self.byte..start + blank].iter().filter(|&&b| b == b'\n').count() as u64;
        self.byte = start + blank;
        self.line
    }
}

fn is_header(record: &csv::StringRecord, config: &CsvConfig) -> bool {
    record.iter().enumerate().any(|(i, field)| {
        let label = config.label == Some(ColumnRef::Index(i));
        !label && field.starts_with(|c: char| c.is_alphabetic() || c == '_') && field.parse::<f32>().is_err()
    })
}

fn number(path: &Path, line: u64, field: &str) -> Result<f32> {
    match field.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => {
            let shown: String = field.chars().take(40).collect();
            Err(Error::line(path, line, format!("{shown:?}, expected a finite number")))
        }
    }
}
