//! `[data.format]`: how files are read where their content leaves it open.

use super::sniff::Content;
use crate::error::{Error, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the numbers lie in a text file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One window a row if there are as many columns as a window has samples, else one step of time a row
    #[default]
    Auto,
    /// One step of time a row, a channel a column
    Column,
    /// One window of one channel a row
    Rows,
}

/// Whether a text file begins with the columns' names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderRule {
    /// If its first line is unlike the rest
    #[default]
    Auto,
    /// Yes
    Yes,
    /// No: the first line is data
    No,
}

/// What becomes of missing values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The file is refused
    #[default]
    Error,
    /// Rows with a missing value are left out; no window crosses the place
    Split,
    /// A few missing rows (data.format.hold) take the values of the row before; more are left out as with split
    Hold,
}

/// Unit of numbers that are times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum TimeUnit {
    /// Seconds
    S,
    /// Milliseconds
    Ms,
    /// Microseconds
    Us,
    /// Nanoseconds
    Ns,
    /// Days, as spreadsheet programs keep dates
    D,
}

/// Order of day and month where both stand in front of the year
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// Day, month, year
    Dmy,
    /// Month, day, year
    Mdy,
}

impl TimeUnit {
    /// In seconds.
    pub fn seconds(self) -> f64 {
        match self {
            Self::S => 1.0,
            Self::Ms => 1e-3,
            Self::Us => 1e-6,
            Self::Ns => 1e-9,
            Self::D => 86_400.0,
        }
    }
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

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(i) => write!(f, "{i}"),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

/// How files are read where their content leaves it open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormatConfig {
    /// How the numbers lie in a text file.
    pub layout: Layout,
    /// What separates the fields of a text file: one ASCII character; by default what fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// What separates whole from decimal digits, `.` or `,`; by default what fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// Whether a text file begins with the columns' names.
    pub header: HeaderRule,
    /// The column of times; by default one that is called so or has dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<ColumnRef>,
    /// Unit of times that are numbers; by default from the column's name or from their size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<TimeUnit>,
    /// Order of day and month in dates such as 03/04/2026; by default what the dates themselves show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What becomes of missing values: empty fields, `NaN`, `NA`, `null`, `None`, `-`, `?`.
    pub missing: Missing,
    /// Numbers that stand for a missing value, such as −200.
    pub missing_values: Vec<f64>,
    /// Missing rows in a row that `missing = "hold"` fills.
    pub hold: usize,
    /// Type of the samples of files without a format of their own, such as `i16le` or, for 3 channels, `i16le:3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The array to take of a file with several (NPZ).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// MiB that a compressed file may expand to.
    pub max_expanded: u64,
}

impl Default for FormatConfig {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            delimiter: None,
            decimal: None,
            header: HeaderRule::default(),
            time: None,
            time_unit: None,
            date_order: None,
            missing: Missing::default(),
            missing_values: Vec::new(),
            hold: 5,
            raw: None,
            array: None,
            max_expanded: 1024,
        }
    }
}

impl FormatConfig {
    /// Checks every value.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad = |key: &str, value: String, expected: &str| {
            Err(Error::setting(format!("data.format.{key}"), value, expected))
        };
        if let Some(c) = self.delimiter.filter(|c| !c.is_ascii() || matches!(c, '\n' | '\r' | '"')) {
            return bad("delimiter", format!("{c:?}"), "one ASCII character, such as \",\", \";\", \"\\t\" or \" \"");
        }
        if let Some(c) = self.decimal.filter(|c| !matches!(c, '.' | ',')) {
            return bad("decimal", format!("{c:?}"), "\".\" or \",\"");
        }
        if self.decimal == Some(',') && self.delimiter == Some(',') {
            return bad("decimal", "\",\"".into(), "another character than data.format.delimiter");
        }
        if !(1..=1 << 20).contains(&self.max_expanded) {
            return bad("max_expanded", self.max_expanded.to_string(), "1 to 1048576 MiB");
        }
        if let Some(raw) = &self.raw {
            super::raw_type::RawType::parse(raw)?;
        }
        Ok(())
    }

    /// Refuses what is set and has no effect on files of these kinds (none for raw samples), unless it is `inherited` from
    /// elsewhere.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value, and what it is for.
    pub(super) fn check_effect(&self, inherited: Option<&Self>, contents: &[Content]) -> Result<()> {
        let default = Self::default();
        let base = inherited.unwrap_or(&default);
        let text = "nothing: it is for text, and no file is text";
        let of_text = [
            ("layout", self.layout != base.layout, format!("{:?}", self.layout).to_lowercase()),
            ("delimiter", self.delimiter != base.delimiter, shown(self.delimiter.as_ref())),
            ("decimal", self.decimal != base.decimal, shown(self.decimal.as_ref())),
            ("header", self.header != base.header, format!("{:?}", self.header).to_lowercase()),
            ("time", self.time != base.time, shown(self.time.as_ref())),
            ("date_order", self.date_order != base.date_order, shown(self.date_order.as_ref()).to_lowercase()),
            ("time_unit", self.time_unit != base.time_unit, shown(self.time_unit.as_ref()).to_lowercase()),
        ];
        let array = ("array", self.array != base.array, shown(self.array.as_ref()));
        let of_text = of_text.map(|key| (key, Content::Text, text));
        let of_archives = (array, Content::Npz, "nothing: it is for NPZ archives, and no file is one");
        for ((key, set, value), kind, expected) in of_text.into_iter().chain([of_archives]) {
            if set && !contents.contains(&kind) {
                return Err(Error::setting(format!("data.format.{key}"), value, expected));
            }
        }
        Ok(())
    }

    /// Bytes that a compressed file may expand to.
    pub fn most_bytes(&self) -> u64 {
        self.max_expanded << 20
    }

    /// Whether a number stands for a missing value.
    pub(super) fn stands_for_missing(&self, value: f32) -> bool {
        self.missing_values.iter().any(|v| *v as f32 == value)
    }
}

/// A value as messages have it.
fn shown(value: Option<&impl fmt::Debug>) -> String {
    value.map_or("none".into(), |value| format!("{value:?}"))
}
