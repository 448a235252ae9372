//! `picoae quantize`: a run's trained weights once more to integers, with other settings.

use crate::config::RunConfig;
use crate::error::Result;
use crate::pipeline;
use crate::run_dir::RunDir;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// A setting over the run's own, such as quantize.percentile=99.99 (may be repeated); the run keeps it
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let config = RunConfig::load(None, Some(&run.path("config.toml")), &args.settings)?;
    let prepared = pipeline::prepare_again(&config, &run.normalizer()?)?;
    let network = run.network(&pipeline::architecture(&config, prepared.input())?)?;
    run.save_config(&config)?;
    super::train::finish(&run, &config, &network, &prepared)
}
