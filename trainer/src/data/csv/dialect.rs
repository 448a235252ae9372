//! Finds out how a text file is written: separator, decimal sign, header, and where the numbers begin.

use super::super::format::{FormatConfig, HeaderRule};
use super::super::time;
use super::fields::{Separator, is_missing, number, split};
use crate::error::{Error, Result};
use std::path::Path;

/// Lines that are looked at.
const LOOKED_AT: usize = 1000;

/// Lines in front of the numbers, header included, at most.
const PREAMBLE: usize = 100;

/// A line that is neither empty nor a comment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u64,
    /// Byte that it starts with.
    pub(super) at: usize,
    pub(super) text: &'a str,
    /// Whether an empty line or a comment is in front of it.
    apart: bool,
}

/// How a file is written.
#[derive(Debug, Clone)]
pub(super) struct Dialect<'a> {
    pub(super) separator: Separator,
    pub(super) decimal: char,
    /// Fields of a row.
    pub(super) columns: usize,
    /// The columns' names, where there are any.
    pub(super) header: Option<Vec<String>>,
    /// The first rows of data.
    pub(super) first: Vec<Line<'a>>,
    /// Their fields.
    fields: Vec<Vec<&'a str>>,
    pub(super) notes: Vec<String>,
}

/// All lines of a text with their numbers and places; `\n`, `\r\n` and a lone `\r` at the end are cut off.
pub(super) fn lines(text: &str, at: usize, number: u64) -> impl Iterator<Item = (u64, usize, &str)> {
    let mut at = at;
    text[at..].split('\n').enumerate().map(move |(i, line)| {
        let start = at;
        at += line.len() + 1;
        (number + i as u64, start, line.strip_suffix('\r').unwrap_or(line))
    })
}

/// The separator that a first line `sep=;` states, as a spreadsheet program writes and wants it.
fn stated_in_file(line: &str) -> Option<char> {
    let (name, separator) = line.trim_matches('"').split_once('=')?;
    let mut characters = separator.chars();
    let only = characters.next().filter(|c| !c.is_ascii_alphanumeric())?;
    (name.eq_ignore_ascii_case("sep") && characters.next().is_none()).then_some(only)
}

/// Whether a line, without the blanks around it, is a comment: behind `#`, unless that begins a spreadsheet's word for an error.
pub(super) fn is_comment(line: &str) -> bool {
    let first = line.split([',', ';', '\t', '|', ' ']).next().unwrap_or("");
    line.starts_with('#') && !is_missing(first)
}

/// Whether a field is a number or a time, or says that there is none.
fn is_datum(field: &str, decimal: char) -> bool {
    number(field, decimal).is_some() || is_missing(field) || time::is_time(field)
}

impl<'a> Dialect<'a> {
    pub(super) fn find(path: &Path, text: &'a str, format: &FormatConfig) -> Result<Self> {
        let behind = text.trim_start().strip_prefix(['[', '{']).map(str::trim_start);
        if behind.is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit() || "-\"[{".contains(c))) {
            let message = "JSON, expected rows of numbers; write one sample or one step of time a line, its channels separated by commas";
            return Err(Error::file(path, message));
        }
        let mut looked: Vec<Line<'a>> = Vec::new();
        let mut apart = false;
        let mut stated = format.delimiter;
        for (number, at, line) in lines(text, 0, 1) {
            let trimmed = line.trim();
            if let Some(separator) = stated_in_file(trimmed).filter(|_| looked.is_empty()) {
                stated = stated.or(Some(separator));
                apart = true;
                continue;
            }
            if trimmed.is_empty() || is_comment(trimmed) {
                apart = true;
                continue;
            }
            looked.push(Line { number, at, text: line, apart: std::mem::take(&mut apart) });
            if looked.len() == LOOKED_AT {
                break;
            }
        }
        if looked.is_empty() {
            return Err(Error::file(path, "empty; expected numbers, one sample or one window a row"));
        }
        let mut notes = Vec::new();
        // What is behind the preamble, however long that is.
        let tail = &looked[looked.len().saturating_sub(1).min(looked.len() / 2).min(PREAMBLE)..];
        let (separator, decimal) = writing(&looked, tail, stated, format, &mut notes);
        let tail: Vec<Vec<&str>> = tail.iter().map(|l| split(l.text, separator)).collect();
        let columns = most_common(tail.iter().map(Vec::len));
        // A column is one of numbers or times if most of its fields are.
        let numeric: Vec<bool> = (0..columns)
            .map(|c| {
                let fields = || tail.iter().filter_map(|f| f.get(c)).filter(|f| !is_missing(f));
                let good = fields().filter(|f| is_datum(f, decimal)).count();
                good > 0 && 2 * good >= fields().count()
            })
            .collect();
        let like_data = |line: &Line<'_>| {
            let fields = split(line.text, separator);
            fields.len() == columns
                && numeric.iter().any(|n| *n)
                && fields.iter().zip(&numeric).all(|(f, numeric)| !numeric || is_datum(f, decimal))
                && fields.iter().zip(&numeric).any(|(f, numeric)| *numeric && !f.is_empty())
        };
        let first = looked.iter().take(PREAMBLE + 1).position(like_data).unwrap_or(looked.len());
        if first == looked.len() {
            return Err(no_numbers(path, &looked, separator));
        }
        let (header, first) = header(path, &looked, first, separator, decimal, columns, format.header)?;
        if first == looked.len() {
            return Err(Error::file(path, "nothing but a header; expected rows of numbers"));
        }
        let first = looked[first..].to_vec();
        let fields = first.iter().map(|l| split(l.text, separator)).collect();
        Ok(Self { separator, decimal, columns, header, first, fields, notes })
    }

    /// Fields of column `c` in the first rows of data.
    pub(super) fn column(&self, c: usize) -> Vec<&'a str> {
        self.fields.iter().filter_map(|fields| fields.get(c).copied()).collect()
    }
}

fn no_numbers(path: &Path, looked: &[Line<'_>], separator: Separator) -> Error {
    // A header alone is words that could name columns.
    if let [only] = looked
        && split(only.text, separator).iter().all(|f| f.starts_with(|c: char| c.is_alphabetic() || c == '_'))
    {
        return Error::file(path, "nothing but a header; expected rows of numbers");
    }
    // The first line may be a header; the fault is in the first one that has digits.
    let with_digits = looked.iter().find(|l| l.text.contains(|c: char| c.is_ascii_digit()));
    let line = with_digits.unwrap_or(&looked[0]);
    let shown: String = line.text.trim().chars().take(40).collect();
    let hint = " (--delimiter says what separates fields, --decimal what whole from decimal digits; units and signs other than these \
                do not belong to a number)";
    let hint = if with_digits.is_some() { hint } else { "" };
    Error::line(path, line.number, format!("{shown:?}, expected a number{hint}"))
}

/// Separator and decimal sign.
fn writing(
    looked: &[Line<'_>],
    tail: &[Line<'_>],
    stated: Option<char>,
    format: &FormatConfig,
    notes: &mut Vec<String>,
) -> (Separator, char) {
    let stated = stated.map(|c| match c {
        ' ' => Separator::Blanks,
        c => Separator::Char(c),
    });
    let decimal_of = |separator: Separator| {
        let comma = || {
            let fields =
                || tail.iter().flat_map(|l| split(l.text, separator)).filter(|f| f.contains(',') && !time::is_time(f));
            fields().next().is_some() && fields().all(|f| number(f, ',').is_some())
        };
        format.decimal.unwrap_or(if separator != Separator::Char(',') && comma() { ',' } else { '.' })
    };
    if let Some(separator) = stated {
        return (separator, decimal_of(separator));
    }
    let candidates = [';', '\t', '|', ','].map(Separator::Char).into_iter().chain([Separator::Blanks]);
    let mut best = (Separator::None, 0.0);
    for separator in candidates {
        if separator == Separator::Char(',') && format.decimal == Some(',') {
            continue;
        }
        let decimal = decimal_of(separator);
        let rows: Vec<Vec<&str>> = tail.iter().map(|l| split(l.text, separator)).collect();
        let columns = most_common(rows.iter().map(Vec::len));
        let alike = rows.iter().filter(|r| r.len() == columns).count() as f64 / rows.len() as f64;
        let all = rows.iter().map(Vec::len).sum::<usize>() as f64;
        let good = rows.iter().flatten().filter(|f| is_datum(f, decimal)).count() as f64;
        // A mean of both; the first of equals stays.
        let score = alike * (0.2 + good / all);
        if columns > 1 && alike >= 0.5 && score > best.1 + 1e-9 {
            best = (separator, score);
        }
    }
    if best.0 == Separator::Char(',') && format.decimal.is_none() && is_decimal_commas(looked) {
        notes.push("one column with decimal commas; if these are two columns, --delimiter , says so".into());
        best.0 = Separator::None;
    }
    (best.0, decimal_of(best.0))
}

/// One column of decimal commas looks like two columns of whole numbers. Leading zeros behind the comma give it away, or a name
/// in front that has no comma.
fn is_decimal_commas(looked: &[Line<'_>]) -> bool {
    let fields: Vec<Vec<&str>> = looked.iter().map(|l| split(l.text, Separator::Char(','))).collect();
    let digits = |f: &str| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit());
    let is_pair = |f: &Vec<&str>| f.len() == 2 && digits(f[0].strip_prefix('-').unwrap_or(f[0])) && digits(f[1]);
    let pairs: Vec<&Vec<&str>> = fields.iter().filter(|f| is_pair(f)).collect();
    let zeros = pairs.iter().any(|p| p[1].len() > 1 && p[1].starts_with('0') || p[0].starts_with("-0"));
    let name = fields.iter().zip(&fields[1..]).any(|(a, b)| a.len() == 1 && is_pair(b));
    10 * pairs.len() >= 9 * (fields.len() - 1) && !pairs.is_empty() && (zeros || name)
}

fn most_common(counts: impl Iterator<Item = usize>) -> usize {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for n in counts {
        match found.iter_mut().find(|(m, _)| *m == n) {
            Some((_, count)) => *count += 1,
            None => found.push((n, 1)),
        }
    }
    found.into_iter().max_by_key(|(n, count)| (*count, *n)).map_or(0, |(n, _)| n)
}

/// The columns' names, and the index of the first line of data among `looked`, where the first that looks like it is `first`.
fn header(
    path: &Path,
    looked: &[Line<'_>],
    first: usize,
    separator: Separator,
    decimal: char,
    columns: usize,
    rule: HeaderRule,
) -> Result<(Option<Vec<String>>, usize)> {
    let names = |line: &Line<'_>| split(line.text, separator).into_iter().map(str::to_owned).collect::<Vec<_>>();
    match rule {
        HeaderRule::No if first > 0 => {
            return Err(Error::line(path, looked[0].number, "no number, but --header no says that there is no header"));
        }
        HeaderRule::No => return Ok((None, 0)),
        HeaderRule::Yes if first == 0 => return Ok((Some(names(&looked[0])), 1)),
        _ => {}
    }
    if first > 0 {
        // The lines right in front of the data with as many fields: names, or names and units. What is further up, or behind
        // an empty line, is a preamble.
        let mut from = first;
        while from > 0
            && split(looked[from - 1].text, separator).len() == columns
            && (from == first || !looked[from].apart)
        {
            from -= 1;
        }
        if from == first {
            return Ok((None, first));
        }
        let line = if first - from == 2 { from } else { first - 1 };
        return Ok((Some(names(&looked[line])), first));
    }
    numbered(path, looked, separator, decimal, columns)
}

/// A first line of column numbers, as data frames write them: 0, 1, 2, … over at least three columns, or behind an empty name.
/// A lone 0 (or 0, 1) that does not look like the rest could be that or data: the user says which.
fn numbered(
    path: &Path,
    looked: &[Line<'_>],
    separator: Separator,
    decimal: char,
    columns: usize,
) -> Result<(Option<Vec<String>>, usize)> {
    let fields = split(looked[0].text, separator);
    let behind = usize::from(columns > 1 && fields[0].is_empty());
    if !fields[behind..].iter().enumerate().all(|(i, f)| *f == i.to_string()) || looked.len() < 2 {
        return Ok((None, 0));
    }
    if columns - behind >= 3 || behind == 1 {
        return Ok((Some(fields.into_iter().map(str::to_owned).collect()), 1));
    }
    let others = |c: usize| looked[1..].iter().filter_map(move |l| number(split(l.text, separator).get(c)?, decimal));
    let unlike = (0..columns).all(|c| {
        let (low, high) = others(c).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let away = (low - c as f64).max(c as f64 - high);
        low <= high && away > 0.0 && away > 0.5 * (high - low)
    });
    if !unlike {
        return Ok((None, 0));
    }
    let shown = fields.join(", ");
    let message = format!(
        "{shown} is unlike all that follows: the number of a column, or a sample? say --header yes or --header no"
    );
    Err(Error::line(path, looked[0].number, message))
}
