//! From trained weights to a published run, for `train` and `quantize`.

use super::output::{Format, json, note, say};
use super::plan::PlanSizes;
use crate::config::RunConfig;
use crate::error::Result;
use crate::network::Autoencoder;
use crate::pipeline::{self, Assessment, Prepared, soundness};
use crate::run::Staged;
use serde::Serialize;
use std::path::PathBuf;

/// The result for machines.
#[derive(Debug, Serialize)]
struct Finished {
    run: PathBuf,
    device: PlanSizes,
    #[serde(flatten)]
    assessment: Assessment,
}

/// Makes the rest of a run (integer network, limits, artifacts, assessment), publishes it, and only then prints the summary. Of a
/// detector that is blind nothing is published.
pub(super) fn finish(
    staged: Staged,
    config: &RunConfig,
    network: &Autoencoder,
    prepared: &Prepared,
    format: Format,
) -> Result<()> {
    let graph = pipeline::quantized(network, &prepared.train, &config.quantize)?;
    let options = pipeline::options(&config.lower, &prepared.normalizer);
    let contract = pipeline::contract(config, prepared);
    let normal = pipeline::normal(network, &graph, prepared.learnt_from(), &contract, &options)?;
    let plan = pipeline::planned(&graph, &normal, &options)?;
    let channels = pipeline::usual(&plan.host.model()?, &prepared.validation, &prepared.channels)?;
    let assessment = pipeline::assess(network, &plan, prepared, &normal)?;
    let evidence = soundness::measure(network, &graph, &plan, prepared, &assessment)?;
    soundness::sound(&evidence)?.iter().for_each(|warning| note!("warning: {warning}"));
    let assessment = assessment.complete(&plan, prepared, config.seed)?;
    staged.save_config(config)?;
    staged.save_graph(&graph)?;
    staged.save_normal(&normal)?;
    staged.save_channels(&channels)?;
    staged.save_plan(&plan)?;
    staged.save_assessment(&assessment)?;
    let run = staged.folder().to_path_buf();
    staged.publish()?;
    let device = PlanSizes::of(&plan.lowered);
    match format {
        Format::Text => {
            say!("{}", pipeline::summary(&assessment))?;
            say!(
                "device: {} bytes of working memory, {} bytes of constants; run folder {}",
                device.working_memory_bytes,
                device.constants_bytes,
                run.display()
            )
        }
        Format::Json => say!("{}", json(&Finished { run, device, assessment })?),
    }
}
