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

/// Prints a line on standard error, beside the result; where nobody reads it, it is lost, and `eprintln!` would panic.
macro_rules! note {
    ($($words:tt)*) => {
        crate::cli::output::beside(format_args!($($words)*))
    };
}
pub(super) use note;

/// The function behind [`say`].
pub(super) fn line(words: Arguments<'_>) -> Result<()> {
    writeln!(std::io::stdout(), "{words}").map_err(Error::Output)
}

/// The function behind [`note`].
pub(super) fn beside(words: Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

/// Bytes on standard output, as they are.
pub(super) fn raw(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Error::Output)
}

/// A value as pretty JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(|e| Error::encode("results as JSON", e))
}

/// A value as JSON in one line.
pub(super) fn json_line(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::encode("results as JSON", e))
}

/// A message in one line whatever the names in it have in them: control characters are escaped.
pub(super) fn one_line(message: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    message.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_do_not_break_a_line() {
        assert_eq!(super::one_line("a\nb\u{1b}[1m é e\u{301}"), "a\\nb\\u{1b}[1m é e\u{301}");
    }
}
