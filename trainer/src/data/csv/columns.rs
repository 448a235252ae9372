//! What each column of a file is: a channel, a time, a label, a running number, or something else.

use super::super::format::{ColumnRef, FormatConfig, Layout};
use super::super::labels::{LabelConfig, LabelSource, is_label_name, is_state_name};
use super::dialect::Dialect;
use super::fields::{is_missing, number};
use super::times::{Times, is_time_name};
use super::wanted::Wanted;
use crate::error::{Error, Result};
use std::path::Path;

/// Columns that are taken for channels without being asked for.
const MOST_CHANNELS: usize = 64;

/// The columns of a file by what they are.
#[derive(Debug)]
pub(super) struct Columns {
    /// Channels in the order that was asked for, else in that of the file.
    pub(super) channels: Vec<usize>,
    pub(super) names: Vec<String>,
    pub(super) times: Option<Times>,
    pub(super) label: Option<usize>,
    /// Samples of a window, where a row is one.
    pub(super) window: Option<usize>,
    pub(super) notes: Vec<String>,
}

/// The number of a column that is named or numbered.
fn find(path: &Path, dialect: &Dialect<'_>, what: &str, column: &ColumnRef) -> Result<usize> {
    let line = dialect.first.first().map_or(1, |l| l.number);
    let columns = dialect.columns;
    let position = |name: &str| dialect.header.as_ref().and_then(|h| h.iter().position(|n| n == name));
    match column {
        // A header of numbers: the name counts.
        ColumnRef::Index(i) if position(&i.to_string()).is_some() => Ok(position(&i.to_string()).unwrap_or(*i)),
        ColumnRef::Index(i) if *i < columns => Ok(*i),
        ColumnRef::Index(i) => {
            Err(Error::line(path, line, format!("{what} {i} was asked for, expected 0 to {}", columns - 1)))
        }
        ColumnRef::Name(name) => match &dialect.header {
            Some(header) => position(name).ok_or_else(|| {
                let names: Vec<&str> = header.iter().map(String::as_str).take(20).collect();
                Error::line(path, line, format!("no {what} {name:?}, expected one of {}", names.join(", ")))
            }),
            None => Err(Error::line(
                path,
                line,
                format!("no header, but {what} {name:?} was asked for; columns have numbers from 0"),
            )),
        },
    }
}

impl Columns {
    pub(super) fn find(path: &Path, dialect: &Dialect<'_>, wanted: &Wanted<'_>) -> Result<Self> {
        let (format, labels) = (wanted.format, wanted.labels);
        let name = |c: usize| dialect.header.as_ref().and_then(|h| h.get(c)).map_or("", |n| n.trim());
        let wants = |c: usize| wanted.channels.iter().any(|w| find(path, dialect, "channel", w).ok() == Some(c));
        let label = label_column(path, dialect, labels, &name, &wants, wanted.channels.is_empty())?;
        let left_alone = |c: usize| labels.from == LabelSource::None && is_label_name(name(c));
        let times = times(path, dialect, format, &name, &wants)?;
        let index = running_number(dialect, &name).filter(|c| !wants(*c));
        let line = dialect.first.first().map_or(1, |l| l.number);
        let mut notes = Vec::new();

        let free: Vec<usize> = (0..dialect.columns)
            .filter(|c| {
                Some(*c) != label
                    && !left_alone(*c)
                    && times.as_ref().is_none_or(|t| t.column != *c && t.time_of_day != Some(*c))
                    && Some(*c) != index
            })
            .collect();
        let (numbers, others): (Vec<usize>, Vec<usize>) = free.into_iter().partition(|c| {
            let fields = dialect.column(*c);
            let there = || fields.iter().filter(|f| !is_missing(f));
            let good = there().filter(|f| number(f, dialect.decimal).is_some()).count();
            good > 0 && 2 * good >= there().count()
        });
        let rows = match format.layout {
            Layout::Rows => true,
            Layout::Column => false,
            Layout::Auto => {
                let window = match wanted.window {
                    Some(window) => window == numbers.len(),
                    // Nobody has said what a window is, and these are no channels.
                    None => numbers.len() > MOST_CHANNELS,
                };
                wanted.channels.is_empty() && numbers.len() > 1 && window
            }
        };
        if rows {
            if let Some(window) = wanted.window.filter(|w| *w != numbers.len()) {
                let found =
                    format!("{} numbers in a row, expected one window of {window} samples a row", numbers.len());
                return Err(Error::line(path, line, found));
            }
            let window = Some(numbers.len());
            return Ok(Self { channels: numbers, names: vec!["value".into()], times: None, label, window, notes });
        }
        let channels: Vec<usize> = if wanted.channels.is_empty() {
            numbers
        } else {
            wanted.channels.iter().map(|c| find(path, dialect, "channel", c)).collect::<Result<_>>()?
        };
        if let Some(twice) = channels.iter().enumerate().find(|(i, c)| channels[..*i].contains(c)) {
            return Err(Error::setting(
                "data.channels",
                format!("{:?} twice", wanted.channels[twice.0].to_string()),
                "each once",
            ));
        }
        if wanted.channels.is_empty() {
            check_choice(path, line, dialect, wanted, &channels)?;
            let named = |c: &usize| if name(*c).is_empty() { c.to_string() } else { name(*c).to_owned() };
            let skipped: Vec<String> =
                others.iter().filter(|c| !dialect.column(**c).iter().all(|f| f.is_empty())).map(named).collect();
            if !skipped.is_empty() {
                notes.push(format!(
                    "columns without numbers are not read: {} (if one says what is normal, --labels COLUMN --normal WORD)",
                    skipped.join(", ")
                ));
            }
        }
        let names = match (&dialect.header, &channels[..]) {
            (None, [_]) => vec!["value".into()],
            (header, channels) => channels
                .iter()
                .map(|c| match header.as_ref().and_then(|h| h.get(*c)).map(|n| n.trim()) {
                    Some(name) if !name.is_empty() => name.to_owned(),
                    _ => format!("column{c}"),
                })
                .collect(),
        };
        Ok(Self { channels, names, times, label, window: None, notes })
    }
}

/// Refuses to guess which columns are meant.
fn check_choice(path: &Path, line: u64, dialect: &Dialect<'_>, wanted: &Wanted<'_>, channels: &[usize]) -> Result<()> {
    match channels.len() {
        0 => Err(Error::line(path, line, "no column of numbers, expected at least one")),
        1 => Ok(()),
        n if dialect.header.is_none() || n > MOST_CHANNELS => {
            let window = match wanted.window {
                Some(window) => format!(" (then {window} columns, or --window {n})"),
                None => format!(" (then --window {n})"),
            };
            let commas = if n == 2 { ", or decimal commas (then --decimal ,)" } else { "" };
            Err(Error::line(
                path,
                line,
                format!(
                    "{n} columns{}: channels (then --channels, such as 0,1), one window a row{window}{commas}?",
                    match dialect.header {
                        None => " without a header",
                        Some(_) => "",
                    }
                ),
            ))
        }
        _ => Ok(()),
    }
}

fn label_column<'n>(
    path: &Path,
    dialect: &Dialect<'_>,
    labels: &LabelConfig,
    name: &impl Fn(usize) -> &'n str,
    wants: &impl Fn(usize) -> bool,
    all: bool,
) -> Result<Option<usize>> {
    match (labels.from, &labels.column) {
        (LabelSource::Column, Some(column)) => find(path, dialect, "label column", column).map(Some),
        (LabelSource::Auto, _) => {
            let words = |c: usize| {
                let fields = dialect.column(c);
                fields.iter().any(|f| !is_missing(f)) && fields.iter().all(|f| number(f, dialect.decimal).is_none())
            };
            let is_label = |c: usize| is_label_name(name(c)) || is_state_name(name(c)) && words(c);
            Ok((0..dialect.columns).find(|c| is_label(*c) && !wants(*c)))
        }
        // Other labels count, and a column that is called so is not trained on.
        (LabelSource::Folders | LabelSource::Intervals, _) if all => {
            match (0..dialect.columns).find(|c| is_label_name(name(*c)) && !wants(*c)) {
                Some(c) => Err(Error::file(
                    path,
                    format!("there is a column {:?}, too; choose the others with --channels", name(c)),
                )),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

fn times<'n>(
    path: &Path,
    dialect: &Dialect<'_>,
    format: &FormatConfig,
    name: &impl Fn(usize) -> &'n str,
    wants: &impl Fn(usize) -> bool,
) -> Result<Option<Times>> {
    let line = dialect.first.first().map_or(1, |l| l.number);
    let found = |c: usize| {
        let times = Times::find(c, name(c), &dialect.column(c), dialect.decimal, format.time_unit, format.date_order)?;
        // The time of day may have a column of its own.
        let other = (0..dialect.columns).filter(|other| *other != c && !wants(*other));
        let both = other.filter_map(|o| times.with_time_of_day(&dialect.column(c), o, &dialect.column(o))).next();
        Some(both.unwrap_or(times))
    };
    let sure = |times: Times| match times.needs_order() {
        true => {
            let shown = dialect.column(times.column).first().copied().unwrap_or_default().to_owned();
            let message = format!("{shown:?}: day or month first? --date-order dmy or --date-order mdy says it");
            Err(Error::line(path, line, message))
        }
        false if times.newest_first => {
            let message = "the newest row comes first; sort the rows by time, the oldest first (a signal that runs backwards is another signal)";
            Err(Error::line(path, line, message))
        }
        false => Ok(times),
    };
    if let Some(column) = &format.time {
        let c = find(path, dialect, "time column", column)?;
        let shown = dialect.column(c).first().copied().unwrap_or_default().to_owned();
        return match found(c) {
            Some(times) => sure(times).map(Some),
            None => Err(Error::line(path, line, format!("{shown:?} in the time column, expected a date or a number"))),
        };
    }
    if dialect.columns < 2 {
        return Ok(None);
    }
    let all: Vec<Times> = (0..dialect.columns)
        .filter(|c| !wants(*c))
        .filter(|c| {
            is_time_name(name(*c))
                || number(dialect.column(*c).first().copied().unwrap_or(""), dialect.decimal).is_none()
        })
        .filter_map(found)
        .collect();
    // A time of day belongs to the date behind it, too.
    let chosen = all.iter().find(|times| times.time_of_day.is_some()).or(all.first());
    chosen.copied().map(sure).transpose()
}

/// A first column without a name (or called index) that counts 0, 1, 2, … or 1, 2, 3, …
fn running_number<'n>(dialect: &Dialect<'_>, name: &impl Fn(usize) -> &'n str) -> Option<usize> {
    let called = name(0).is_empty()
        || ["index", "unnamed: 0", "idx", "no", "nr"].iter().any(|n| name(0).eq_ignore_ascii_case(n));
    if dialect.columns < 2 || dialect.header.is_none() || !called {
        return None;
    }
    let numbers: Vec<f64> = dialect.column(0).iter().map(|f| number(f, '.')).collect::<Option<_>>()?;
    let from = *numbers.first()?;
    numbers.iter().enumerate().all(|(i, v)| *v == from + i as f64).then_some(0)
}
