//! `picoae inspect`: looks at a recording before anything is trained.

use super::data_args::DataArgs;
use super::output::{Format, json, say};
use crate::config::RunConfig;
use crate::data::Recording;
use crate::error::{Error, Result};
use crate::inspect::{self, Inspection};
use std::path::PathBuf;
use toml::Table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// Draw the recording into this file, .svg or .png
    #[cfg(feature = "report")]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A recording on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct InputArgs {
    /// Files (CSV, WAV, NPY, NPZ, raw samples), folders, patterns, - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    recording: DataArgs,
}

/// A recording, what it is like, and the table `[data]` that reads it.
pub(super) struct Looked {
    pub(super) recording: Recording,
    pub(super) inspection: Inspection,
    pub(super) data: Table,
}

impl InputArgs {
    /// Reads and inspects.
    pub(super) fn look(&self) -> Result<Looked> {
        let settings = self.recording.settings(&self.files)?.unwrap_or_default();
        let config = RunConfig::load(None, None, std::slice::from_ref(&settings))?;
        let parsed: Table = settings.parse().map_err(|e| Error::encode("options", e))?;
        let data = parsed.get("data").and_then(|d| d.as_table()).cloned().unwrap_or_default();
        let (window, hop) = (config.data.window, config.data.hop);
        let mut source = config.data.recording(0);
        source.window = window;
        let recording = source.read()?;
        let inspection = inspect::inspect(&recording, window, hop);
        Ok(Looked { recording, inspection, data })
    }
}

pub(super) fn run(args: &Args) -> Result<()> {
    let Looked { recording, inspection, .. } = args.input.look()?;
    match args.format {
        Format::Text => say!("{}", inspect::text(&inspection))?,
        Format::Json => say!("{}", json(&inspection)?)?,
    }
    picture(args, &recording, &inspection)
}

#[cfg(feature = "report")]
fn picture(args: &Args, recording: &Recording, inspection: &Inspection) -> Result<()> {
    match &args.out {
        Some(path) => crate::report::picture(recording, inspection, path),
        None => Ok(()),
    }
}

#[cfg(not(feature = "report"))]
fn picture(_: &Args, _: &Recording, _: &Inspection) -> Result<()> {
    Ok(())
}
