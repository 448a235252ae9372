//! Programs of the tests crate.

use std::process::Command;

use anyhow::Result;

use super::{paths, shell};

/// A program of the tests crate, built with everything that the tests build, so that the two share all dependencies:
/// cargo unites features over what it builds at a time, and building the program alone would compile candle once more.
pub(crate) fn tool(name: &str) -> Result<Command> {
    shell::run(shell::cargo().args(["test", "--locked", "--quiet", "--workspace", "--no-run"]))?;
    let mut command = Command::new(paths::target().join("debug").join(name));
    command.current_dir(paths::root());
    Ok(command)
}
