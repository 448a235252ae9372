//! What commands print, and how.

use crate::error::{Error, Result};
use clap::ValueEnum;
use std::fmt::Arguments;
use std::io::Write as _;

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}

/// Prints a line on standard output; fails where `println!` would panic.
macro_rules! say {
    ($($words:tt)*) => {
        crate::cli::output::line(format_args!($($words)*))
    };
}
pub(super) use say;

/// The function behind [`say`].
pub(super) fn line(words: Arguments<'_>) -> Result<()> {
    writeln!(std::io::stdout(), "{words}").map_err(Error::Output)
}

/// Prints without an end of line.
pub(super) fn part(words: Arguments<'_>) -> Result<()> {
    write!(std::io::stdout(), "{words}").map_err(Error::Output)
}

/// A value as pretty JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| Error::encode("results as JSON", e))
}
