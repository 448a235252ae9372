//! `picoae export`: the device artifacts once more, for another target or budget.

use super::output::say;
use crate::config::RunConfig;
use crate::error::Result;
use crate::pipeline;
use crate::run_dir::RunDir;
use picoae_compiler::lower::{Options, Target};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    #[command(flatten)]
    plan: PlanArgs,
    /// Where to write device.safetensors and device.rs [default: the run folder]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// What a plan is made for; what is left out is as the run's configuration says.
#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    /// The processor to choose kernels for
    #[arg(long, value_enum)]
    target: Option<Target>,
    /// Most bytes of working memory
    #[arg(long, value_name = "BYTES")]
    ram_budget: Option<u32>,
    /// Most bytes of constants
    #[arg(long, value_name = "BYTES")]
    flash_budget: Option<u32>,
    /// Without the optimizing passes: each layer a stage
    #[arg(long)]
    plain: bool,
}

impl PlanArgs {
    /// The options that these and `config` make.
    pub(super) fn options(&self, config: &RunConfig) -> Options {
        let mut options = config.lower.options();
        options.target = self.target.unwrap_or(options.target);
        options.ram_budget = self.ram_budget.or(options.ram_budget);
        options.flash_budget = self.flash_budget.or(options.flash_budget);
        options.optimize &= !self.plain;
        options
    }
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let config = run.config()?;
    let graph = run.graph()?;
    let architecture = pipeline::architecture(&config)?;
    let prepared = pipeline::prepare(&config, &architecture)?;
    let input = pipeline::input_encoding(&prepared.normalizer, &graph.input);
    let options = Options { input, ..args.plan.options(&config) };
    let plan = pipeline::calibrated(&graph, &prepared.raw.validation, &config.threshold, &options)?;
    let to = RunDir::create(args.out.clone().unwrap_or_else(|| args.run.clone()))?;
    super::train::write_artifacts(&to, &plan)?;
    let header = &plan.lowered.header;
    say!(
        "{}: {} bytes of working memory, {} bytes of constants",
        to.folder().display(),
        header.arena_bytes,
        header.data_bytes
    )?;
    Ok(())
}
