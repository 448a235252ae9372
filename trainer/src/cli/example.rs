//! `picoae example`: made-up recordings to try everything on.

use super::output::{Format, json, say};
use crate::data::examples::Example;
use crate::error::{Error, Result};
use picoae_compiler::files::write_atomic;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// pump (pressure, one column), fan (vibration, three axes), motor (sound, WAV), boiler (eight sensors), bearing (vibration,
    /// three axes, labelled faults of four severities)
    #[arg(value_name = "NAME")]
    example: Example,
    /// The folder for the two files: normal behaviour, and a later day with faults
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    out: PathBuf,
    /// Another seed, another recording of the same machine
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A file for machines.
#[derive(Debug, Serialize)]
struct Written<'a> {
    file: &'a Path,
    what: &'static str,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let files = args.example.files(args.seed);
    let paths = files.each_ref().map(|file| args.out.join(&file.name));
    for (path, file) in paths.iter().zip(&files) {
        // Somebody's own recording may have that name.
        if path.exists() && std::fs::read(path).ok().as_ref() != Some(&file.bytes) {
            let message = "another file has this name; move it away, or choose a folder with --out";
            return Err(Error::invalid(message).in_file(path));
        }
    }
    for (path, file) in paths.iter().zip(&files) {
        write_atomic(path, &file.bytes)?;
    }
    let written = || paths.iter().zip(&files).map(|(path, file)| Written { file: path, what: file.what });
    match args.format {
        Format::Text => written().try_for_each(|w| say!("{}: {}", w.file.display(), w.what)),
        Format::Json => say!("{}", json(&written().collect::<Vec<_>>())?),
    }
}
