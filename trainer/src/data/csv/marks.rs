//! Files of marks and of intervals.

use super::super::format::FormatConfig;
use super::super::{gzip, text, time};
use super::fields::{Separator, number, split};
use crate::error::{Error, Result};
use std::path::Path;

/// Reads marks in a signal: rows of a sample number (from 0) and a symbol, as an annotation file has them.
///
/// # Errors
/// [`Error::Io`], or [`Error::Line`] naming the line and what was expected.
pub fn read_marks(path: impl AsRef<Path>) -> Result<Vec<(usize, String)>> {
    let path = path.as_ref();
    rows(path)?
        .into_iter()
        .map(|(line, fields)| match (fields.first().map(|f| f.parse()), fields.get(1)) {
            (Some(Ok(sample)), Some(symbol)) => Ok((sample, symbol.clone())),
            _ => Err(Error::line(path, line, "expected a sample number and a symbol")),
        })
        .collect()
}

/// An end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum At {
    /// A number: a sample, or a time where the recording has times that are numbers.
    Number(f64),
    /// Seconds since 1970.
    Date(f64),
}

/// A stretch of a recording, both ends included, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Interval {
    pub(in super::super) from: At,
    pub(in super::super) to: At,
    pub(in super::super) kind: Option<String>,
}

impl At {
    pub(in super::super) fn parse(field: &str) -> Option<Self> {
        match number(field, '.') {
            Some(v) if v.is_finite() => Some(Self::Number(v)),
            _ => time::parse(field).map(Self::Date),
        }
    }
}

/// Reads intervals: rows of start, end and, if there is a third column, what it is.
pub(in super::super) fn read_intervals(path: &Path) -> Result<Vec<Interval>> {
    let interval = |(line, fields): (u64, Vec<String>)| {
        let ends = [0, 1].map(|i| fields.get(i).and_then(|f| At::parse(f)));
        let [Some(from), Some(to)] = ends else {
            return Err(Error::line(path, line, "expected start and end, each a sample number or a time, and a label"));
        };
        Ok(Interval { from, to, kind: fields.get(2).filter(|k| !k.is_empty()).cloned() })
    };
    rows(path)?.into_iter().map(interval).collect()
}

/// All rows but a header, split at the separator that the first line has.
fn rows(path: &Path) -> Result<Vec<(u64, Vec<String>)>> {
    let bytes = gzip::read(path, FormatConfig::default().most_bytes())?;
    let text = text::decode(&bytes).ok_or_else(|| Error::file(path, "no text, expected rows of fields"))?;
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let mut separator = None;
    for (line, content) in (1u64..).zip(text.lines()) {
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        let separator = *separator.get_or_insert_with(|| {
            let has = [';', '\t', ','].into_iter().find(|c| content.contains(*c));
            has.map_or(Separator::Blanks, Separator::Char)
        });
        rows.push((line, split(content, separator).into_iter().map(str::to_owned).collect()));
    }
    let is_header = rows.first().is_some_and(|(_, fields)| fields.first().is_none_or(|f| At::parse(f).is_none()));
    Ok(rows.split_off(usize::from(is_header)))
}
