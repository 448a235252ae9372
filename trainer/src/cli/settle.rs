//! `picoae settle`: what a device learnt where it stands, repeated from the journal that it wrote.

use super::output::{Format, json, note, say};
use crate::error::{Error, Result};
use crate::pipeline;
use crate::run::RunDir;
use picoae_compiler::files::{read, write_atomic};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that was exported for the device (`picoae export --out`), or the run folder where the device runs its artifact
    run: PathBuf,
    /// What the device wrote through `picoae::settling::Journal`
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    /// Where to write the record of the site, as the device writes it into a slot of flash; `picoae replay --site` takes it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The record's number
    #[arg(long, default_value_t = 1)]
    sequence: u32,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    events: u32,
    settled: bool,
    record: Option<&'a Path>,
    lines: &'a [String],
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let journal = read(&args.journal)?;
    let settled = pipeline::settle(&journal, &model, &run.normal()?.moments, args.sequence)
        .map_err(|e| e.in_file(&args.journal))?;
    match (&settled.record, &args.out) {
        (Some(record), Some(out)) => write_atomic(out, record)?,
        (None, Some(_)) => {
            settled.lines.iter().for_each(|line| note!("{line}"));
            return Err(
                Error::invalid("the device has not settled in, so there is no record to write").in_file(&args.journal)
            );
        }
        (_, None) => {}
    }
    match args.format {
        Format::Text => settled.lines.iter().try_for_each(|line| say!("{line}")),
        Format::Json => say!(
            "{}",
            json(&Outcome {
                events: settled.events,
                settled: settled.record.is_some(),
                record: args.out.as_deref(),
                lines: &settled.lines,
            })?
        ),
    }
}
