//! `picoae evaluate`: a finished run on its test data.

use super::output::{Format, json, note, say};
use crate::config;
use crate::error::Result;
use crate::pipeline::{self, Assessment};
use crate::run::{Fingerprint, RunDir};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Set other limits than the run's, such as threshold.false_alarms=0.001 (may be repeated); the run stays as it is
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Evaluated {
    #[serde(flatten)]
    assessment: Assessment,
    /// In which way the samples are not those of the training; none where they are.
    samples_changed: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    config::only(&args.settings, &["threshold", "alarm"], "evaluate")?;
    let run = RunDir::open(&args.run)?;
    let config = run.config()?.with(None, &args.settings)?;
    let was = run.fingerprint()?;
    let prepared = pipeline::prepare_again(&config, &run.normalizer()?)?;
    let network = run.network(&pipeline::architecture(&config, prepared.input())?)?;
    let graph = run.graph()?;
    let now = Fingerprint::of(&config, &prepared);
    let options = pipeline::options(&config.lower, &prepared.normalizer);
    let normal = if args.settings.is_empty() {
        run.normal()?
    } else {
        // Other limits are learnt from the samples that training learnt from, or not at all.
        was.check(&now)?;
        let contract = pipeline::contract(&config, &prepared);
        pipeline::normal(&network, &graph, prepared.learnt_from(), &contract, &options)?
    };
    let plan = pipeline::planned(&graph, &normal, &options)?;
    let assessment = pipeline::assess(&network, &plan, &prepared, &normal)?.complete(&plan, &prepared, config.seed)?;
    let samples_changed = was.difference(&now);
    if let Some(what) = &samples_changed {
        note!("{what}: these figures are of other samples than those of the training, by its normalization and limits");
    }
    match args.format {
        Format::Text => say!("{}", pipeline::summary(&assessment)),
        Format::Json => say!("{}", json(&Evaluated { assessment, samples_changed })?),
    }
}
