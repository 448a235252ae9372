//! Reads the rows of a text file.

use super::super::Part;
use super::super::rows::Rows;
use super::columns::Columns;
use super::dialect::{Dialect, is_comment, lines};
use super::doubts::{Numbers, Steps};
use super::fields::{Separator, fields, is_missing, sample};
use super::wanted::Wanted;
use crate::error::{Error, Result};
use std::path::Path;

/// Reads a text file; `path` is for messages.
///
/// # Errors
/// [`Error::Line`] and [`Error::File`] naming the line, what was found and the option that reads it.
pub(in super::super) fn read(path: &Path, text: &str, wanted: &Wanted<'_>) -> Result<Part> {
    let dialect = Dialect::find(path, text, wanted.format)?;
    let columns = Columns::find(path, &dialect, wanted)?;
    let mut reader = Reader {
        path,
        row: vec![0.0; columns.channels.len()],
        place: places(&dialect, &columns),
        rows: Rows::new(path, wanted.format, columns.names.clone(), "line"),
        last: None,
        span: (0.0, 0),
        steps: Steps::default(),
        commented: (None, 0),
        numbers: vec![Numbers::default(); columns.channels.len()],
        wanted,
        dialect: &dialect,
        columns: &columns,
    };
    reader.run(text)?;
    let Reader { rows, span, steps, numbers, commented, .. } = reader;
    for (numbers, name) in numbers.iter().zip(&columns.names) {
        numbers.check(path, name, dialect.decimal)?;
    }
    if rows.len() == 0 {
        return Err(Error::file(path, "no row of numbers without a missing value"));
    }
    let mut part = rows.finish();
    part.window = columns.window;
    if let Some(times) = columns.times {
        part.clock = times.clock;
        part.rate = Some(span.1 as f64 / span.0).filter(|r| times.known && r.is_finite() && *r > 0.0);
        if !times.known {
            part.notes.push("times of unknown unit (--time-unit says it): gaps are seen, the rate is not known".into());
        }
    }
    part.notes.extend(steps.notes(span.1));
    if let (Some(first), count) = commented {
        part.notes.push(format!(
            "{count} lines between the rows begin with # (line {first} first) and are left out; windows do not cross them"
        ));
    }
    let grouped = numbers.iter().zip(&columns.names).find(|(numbers, _)| numbers.all_grouped());
    if let Some((_, name)) = grouped.filter(|_| dialect.decimal == ',') {
        part.notes.push(format!(
            "channel {name}: all numbers have three digits behind a comma and are read as fractions; if these are thousands, write them without"
        ));
    }
    part.notes.splice(0..0, dialect.notes.iter().chain(&columns.notes).cloned());
    Ok(part)
}

/// Lines between two looks at the progress.
const SHOWN: u64 = 50_000;

/// What a field is for.
#[derive(Debug, Clone, Copy)]
enum Place {
    Nothing,
    Channel(usize),
    Time,
    TimeOfDay,
    Label,
}

fn places(dialect: &Dialect<'_>, columns: &Columns) -> Vec<Place> {
    let mut places = vec![Place::Nothing; dialect.columns];
    columns.channels.iter().enumerate().for_each(|(i, c)| places[*c] = Place::Channel(i));
    if let Some(times) = &columns.times {
        places[times.column] = Place::Time;
        times.time_of_day.into_iter().for_each(|column| places[column] = Place::TimeOfDay);
    }
    if let Some(label) = columns.label {
        places[label] = Place::Label;
    }
    places
}

struct Reader<'a> {
    path: &'a Path,
    wanted: &'a Wanted<'a>,
    dialect: &'a Dialect<'a>,
    columns: &'a Columns,
    place: Vec<Place>,
    row: Vec<f32>,
    rows: Rows<'a>,
    last: Option<f64>,
    /// Seconds within stretches, and the steps in them.
    span: (f64, u64),
    steps: Steps,
    /// The first line behind `#` between rows, and how many there are.
    commented: (Option<u64>, usize),
    numbers: Vec<Numbers>,
}

impl<'a> Reader<'a> {
    fn run(&mut self, text: &'a str) -> Result<()> {
        let Some(first) = self.dialect.first.first() else { return Ok(()) };
        let looked = text.len().min(first.at + 100_000) - first.at;
        let lines_in = text.as_bytes()[first.at..first.at + looked].iter().filter(|b| **b == b'\n').count().max(1);
        self.rows.reserve(((text.len() - first.at) as f64 / looked as f64 * lines_in as f64 * 1.02) as usize + 2);
        let single = self.dialect.columns == 1;
        // Empty lines at the end are nothing; in a column, one with a value behind it is a value that is missing.
        let mut empty: Option<(u64, u64)> = None;
        // Nobody knows how much time a comment among the rows stands for.
        let mut comments: Vec<u64> = Vec::new();
        for (number, at, line) in lines(text, first.at, first.number) {
            if number % SHOWN == 0 {
                self.wanted.reading.within(at as f64 / text.len() as f64);
            }
            let trimmed = line.trim();
            if trimmed.is_empty() {
                empty = Some(empty.map_or((number, number), |(from, _)| (from, number)));
                continue;
            }
            if is_comment(trimmed) {
                comments.push(number);
                continue;
            }
            if !comments.is_empty() {
                self.cut();
                self.commented = (self.commented.0.or(comments.first().copied()), self.commented.1 + comments.len());
                comments.clear();
            }
            if let Some((from, to)) = empty.take() {
                if single {
                    (from..=to).try_for_each(|number| self.rows.missing(number, ""))?;
                } else {
                    self.cut();
                }
            }
            self.line(number, line)?;
        }
        Ok(())
    }

    fn cut(&mut self) {
        self.rows.cut();
        self.last = None;
    }

    fn line(&mut self, number: u64, line: &'a str) -> Result<()> {
        let (path, decimal, columns) = (self.path, self.dialect.decimal, self.columns);
        let (mut time, mut time_of_day, mut label, mut bad, mut missing) = (None, None, "", None, None);
        let (place, row, numbers) = (&self.place, &mut self.row, &mut self.numbers);
        let mut take = |i: usize, field: &'a str| match place.get(i) {
            Some(Place::Channel(c)) => match sample(field, decimal) {
                Some(v) if v.is_finite() && !self.wanted.format.stands_for_missing(v) => {
                    row[*c] = v;
                    numbers[*c].see(field, number, decimal);
                }
                Some(v) if v.is_finite() => missing = missing.or(Some(field)),
                _ if is_missing(field) => missing = missing.or(Some(field)),
                _ => bad = bad.or(Some(field)),
            },
            Some(Place::Time) => time = Some(field),
            Some(Place::TimeOfDay) => time_of_day = Some(field),
            Some(Place::Label) => label = field,
            _ => {}
        };
        let found = fields(line, self.dialect.separator, &mut take);
        if found != self.dialect.columns {
            let hint =
                if self.dialect.separator == Separator::None { "; --delimiter says what separates them" } else { "" };
            let quoted = line.matches('"').count() % 2 == 1;
            let hint = if quoted { "; fields in quotes that go over several lines are not read" } else { hint };
            let message = format!("{found} fields, expected {} as in the first rows{hint}", self.dialect.columns);
            return Err(Error::line(path, number, message));
        }
        if let Some(field) = bad {
            let shown: String = field.chars().take(40).collect();
            let comma = decimal == '.' && field.contains(',') && sample(field, ',').is_some();
            let hint = if comma { "; decimal commas are read with --decimal ," } else { "" };
            return Err(Error::line(path, number, format!("{shown:?}, expected a finite number{hint}")));
        }
        let time = match (&columns.times, time) {
            (Some(times), Some(field)) => {
                let unlike = |field: &str| {
                    let message = format!("{field:?} in the time column, expected a time as in the first rows");
                    Error::line(path, number, message)
                };
                let of_day = match time_of_day {
                    Some(field) => super::super::time::parse_time_of_day(field).ok_or_else(|| unlike(field))?,
                    None => 0.0,
                };
                let now = times.parse(field).ok_or_else(|| unlike(field))? + of_day;
                if let Some(last) = self.last {
                    self.steps.add(now - last, times.most);
                    if now - last > times.most || now < last {
                        self.rows.cut();
                    } else if missing.is_none() {
                        self.span = (self.span.0 + (now - last), self.span.1 + 1);
                    }
                }
                self.last = Some(now);
                Some(now)
            }
            _ => None,
        };
        if let Some(field) = missing {
            if columns.window.is_some() {
                let message = format!("{field:?} in a window: a missing value; leave the window out or fill it");
                return Err(Error::line(path, number, message));
            }
            return self.rows.missing(number, field);
        }
        match columns.window {
            None => {
                self.rows.push(&self.row, number, time);
                if columns.label.is_some() {
                    self.rows.label(label);
                }
            }
            Some(_) => {
                for value in &self.row {
                    self.rows.push_in_line(*value, number);
                    if columns.label.is_some() {
                        self.rows.label(label);
                    }
                }
                self.rows.cut();
            }
        }
        Ok(())
    }
}
