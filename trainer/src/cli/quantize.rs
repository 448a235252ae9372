//! `picoae quantize`: a run's trained weights once more to integers, with other settings.

use super::finish::finish;
use super::output::{Format, note};
use crate::config;
use crate::error::Result;
use crate::pipeline;
use crate::run::{Fingerprint, Staged};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// A setting of quantize, threshold, alarm or lower over the run's own, such as quantize.percentile=99.99 (may be repeated); the
    /// run keeps it
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    config::only(&args.settings, &["quantize", "threshold", "alarm", "lower"], "quantize")?;
    let mut staged = Staged::change(&args.run, "quantize")?;
    let run = staged.run()?.clone();
    let config = run.config()?.with(None, &args.settings)?;
    let prepared = pipeline::prepare_again(&config, &run.normalizer()?)?;
    let network = run.network(&pipeline::architecture(&config, prepared.input())?)?;
    run.fingerprint()?.check(&Fingerprint::of(&config, &prepared))?;
    if staged.drop_folder("report") {
        note!("the report is of the former quantization and goes; `picoae report` makes it again");
    }
    finish(staged, &config, &network, &prepared, args.format)
}
