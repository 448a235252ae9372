//! `picoae evaluate`: a finished run on its test data.

use super::output::{Format, json, say};
use crate::error::Result;
use crate::pipeline;
use crate::run_dir::RunDir;
use picoae_compiler::lower::Options;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Set other limits than the configuration's, such as threshold.upper_percentile=99 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let config = crate::config::RunConfig::load(None, Some(&run.path("config.toml")), &args.settings)?;
    let architecture = pipeline::architecture(&config)?;
    let network = run.network(&architecture)?;
    let graph = run.graph()?;
    let prepared = pipeline::prepare(&config, &architecture)?;
    let options =
        Options { input: pipeline::input_encoding(&prepared.normalizer, &graph.input), ..config.lower.options() };
    let plan = pipeline::calibrated(&graph, &prepared.raw.validation, &config.threshold, &options)?;
    let assessment = pipeline::assess(&network, &plan, &prepared, &config.threshold)?;
    if args.settings.is_empty() {
        run.save_assessment(&assessment)?;
    }
    match args.format {
        Format::Text => say!("{}", pipeline::summary(&assessment))?,
        Format::Json => say!("{}", json(&assessment)?)?,
    }
    Ok(())
}
