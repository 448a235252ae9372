//! Options of the commands that take recordings or images. They are settings of `[data]`; `--set` wins over them.

use crate::data::{Content, DateOrder, HeaderRule, InputFile, Layout, Missing, TimeUnit, file_start, find_files};
use crate::error::{Error, Result};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// How recordings are read.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Recordings")]
pub(super) struct DataArgs {
    /// The channels, by name or by number from 0, such as ax,ay,az [default: all]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    channels: Vec<String>,
    /// Samples of a window
    #[arg(long, value_name = "SAMPLES")]
    window: Option<usize>,
    /// Samples from the start of one window to the start of the next [default: 0.382 of a window to train on, a window to score]
    #[arg(long, value_name = "SAMPLES")]
    hop: Option<usize>,
    /// Samples a second, where the files do not say it
    #[arg(long, value_name = "HZ")]
    rate: Option<f64>,
    /// What separates the fields of a text file: comma, semicolon, tab, blank, or a character [default: what fits]
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// What separates whole from decimal digits: . or , [default: what fits]
    #[arg(long, value_name = "CHARACTER")]
    decimal: Option<char>,
    /// Whether a text file begins with the columns' names
    #[arg(long, value_enum)]
    header: Option<HeaderRule>,
    /// How the numbers lie in a text file
    #[arg(long, value_enum)]
    layout: Option<Layout>,
    /// The column of times, by name or number
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Unit of times that are numbers
    #[arg(long, value_enum)]
    time_unit: Option<TimeUnit>,
    /// Order of day and month in dates such as 03/04/2026 [default: what the dates show]
    #[arg(long, value_enum)]
    date_order: Option<DateOrder>,
    /// Where labels are: a column, a file of intervals (rows of start, end, name), `folders` for the names of the files'
    /// folders, `none` if everything is normal
    #[arg(long, value_name = "COLUMN|FILE|folders|none")]
    labels: Option<String>,
    /// The labels that mean normal [default: normal]
    #[arg(long, value_name = "LABELS", value_delimiter = ',')]
    normal: Vec<String>,
    /// Leave a stretch out: FROM..TO, sample numbers or times, or a file of such rows (may be repeated)
    #[arg(long, value_name = "FROM..TO|FILE")]
    exclude: Vec<String>,
    /// What becomes of missing values
    #[arg(long, value_enum)]
    missing: Option<Missing>,
    /// Numbers that stand for a missing value, such as -200
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', allow_hyphen_values = true)]
    missing_value: Vec<f64>,
    /// Read samples without a header: u8, i8, i16le, i24le, i32le, f32le, f64le, ... (or be), :CHANNELS behind it
    #[arg(long, value_name = "TYPE")]
    raw: Option<String>,
    /// The array to take of an NPZ file
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    /// MiB that a compressed file may expand to
    #[arg(long, value_name = "MIB")]
    max_expanded: Option<u64>,
}

/// A column as the configuration has it: a number if it reads as one.
fn column(text: &str) -> Value {
    text.parse::<u32>().map_or_else(|_| Value::String(text.into()), |n| Value::Integer(n.into()))
}

fn name(value: &impl ValueEnum) -> Value {
    Value::String(value.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned()))
}

/// A path as the configuration has it.
pub(super) fn path_value(path: &Path) -> Result<Value> {
    let text = path.to_str().ok_or_else(|| {
        Error::file(
            path,
            "the name is no UTF-8 text, which a configuration cannot keep; rename it, or make a link to it",
        )
    })?;
    Ok(Value::String(text.into()))
}

impl DataArgs {
    /// The table `[data]` that the options make.
    fn table(&self) -> Result<Table> {
        let integer =
            |n: usize| i64::try_from(n).map(Value::Integer).map_err(|_| Error::invalid(format!("{n} is too large")));
        let (mut data, mut format, mut labels) = (Table::new(), Table::new(), Table::new());
        let strings = |texts: &[String]| Value::Array(texts.iter().map(|t| Value::String(t.clone())).collect());
        if !self.channels.is_empty() {
            data.insert("channels".into(), Value::Array(self.channels.iter().map(|c| column(c.trim())).collect()));
        }
        for (key, value) in [("window", self.window), ("hop", self.hop)] {
            if let Some(value) = value {
                data.insert(key.into(), integer(value)?);
            }
        }
        if let Some(rate) = self.rate {
            data.insert("rate".into(), Value::Float(rate));
        }
        if !self.exclude.is_empty() {
            data.insert("exclude".into(), strings(&self.exclude));
        }
        let delimiter = self.delimiter.as_deref().map(|text| match text {
            "comma" => ",",
            "semicolon" => ";",
            "tab" | "\\t" => "\t",
            "blank" | "space" => " ",
            other => other,
        });
        if let Some(text) = delimiter.filter(|text| text.chars().count() != 1) {
            return Err(Error::setting(
                "--delimiter",
                format!("{text:?}"),
                "comma, semicolon, tab, blank or one character",
            ));
        }
        let text = |text: String| Value::String(text);
        let options: [(&str, Option<Value>); 11] = [
            ("delimiter", delimiter.map(|d| text(d.into()))),
            ("decimal", self.decimal.map(|c| text(c.into()))),
            ("header", self.header.as_ref().map(name)),
            ("layout", self.layout.as_ref().map(name)),
            ("time", self.time.as_deref().map(column)),
            ("time_unit", self.time_unit.as_ref().map(name)),
            ("date_order", self.date_order.as_ref().map(name)),
            ("missing", self.missing.as_ref().map(name)),
            ("raw", self.raw.clone().map(text)),
            ("array", self.array.clone().map(text)),
            ("max_expanded", self.max_expanded.map(|n| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX)))),
        ];
        format.extend(options.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        if !self.missing_value.is_empty() {
            format.insert(
                "missing_values".into(),
                Value::Array(self.missing_value.iter().map(|v| Value::Float(*v)).collect()),
            );
        }
        match self.labels.as_deref() {
            None => {}
            Some(place @ ("folders" | "none" | "auto")) => {
                labels.insert("from".into(), Value::String(place.into()));
            }
            Some(file) if Path::new(file).is_file() => {
                labels.insert("from".into(), Value::String("intervals".into()));
                labels.insert("file".into(), Value::String(file.into()));
            }
            Some(name) => {
                labels.insert("from".into(), Value::String("column".into()));
                labels.insert("column".into(), column(name));
            }
        }
        if !self.normal.is_empty() {
            labels.insert("normal".into(), strings(&self.normal));
        }
        for (key, table) in [("format", format), ("labels", labels)] {
            if !table.is_empty() {
                data.insert(key.into(), Value::Table(table));
            }
        }
        Ok(data)
    }

    /// The settings that the options make, for `files` if there are any.
    ///
    /// # Errors
    /// [`Error::File`] for files that are not there, [`Error::Setting`] for options that make no sense.
    pub(super) fn settings(&self, files: &[PathBuf]) -> Result<Option<String>> {
        let mut data = self.table()?;
        if !files.is_empty() {
            let found = find_files(files)?;
            let source = if self.raw.is_none() && holds_images(&found)? { "images" } else { "recording" };
            data.insert("source".into(), Value::String(source.into()));
            let paths = files.iter().map(|f| path_value(f)).collect::<Result<_>>()?;
            data.insert("files".into(), Value::Array(paths));
        }
        if data.is_empty() {
            return Ok(None);
        }
        let all = Table::from_iter([("data".to_owned(), Value::Table(data))]);
        toml::to_string(&all).map(Some).map_err(|e| Error::encode("options", e))
    }
}

/// Whether the first file has images.
fn holds_images(files: &[InputFile]) -> Result<bool> {
    match files.first() {
        Some(first) => Ok(Content::of(&file_start(first)?).is_images()),
        None => Ok(false),
    }
}
