//! `picoae export`: the device artifacts once more, for another target or budget, with the limits that training found.

use super::output::{Format, json, note, say};
use super::plan::{PlanArgs, PlanSizes};
use crate::error::Result;
use crate::pipeline;
use crate::run::{RunDir, Staged};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    #[command(flatten)]
    plan: PlanArgs,
    /// Where to write device.safetensors, device.rs and what `picoae score` needs beside them [default: the run folder, which
    /// keeps the options]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Exported<'a> {
    folder: &'a Path,
    device: PlanSizes,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let out = args.out.as_deref().filter(|out| !is_same_folder(out, &args.run));
    let (mut staged, run) = match out {
        Some(out) => (Staged::export(out)?, RunDir::open(&args.run)?),
        None => {
            let staged = Staged::change(&args.run, "export")?;
            let run = staged.run()?.clone();
            (staged, run)
        }
    };
    let mut config = run.config()?;
    config.lower = args.plan.over(&config.lower);
    let graph = run.graph()?;
    let options = pipeline::options(&config.lower, &run.normalizer()?);
    let plan = pipeline::planned(&graph, &run.normal()?, &options)?;
    staged.save_config(&config)?;
    staged.save_plan(&plan)?;
    if out.is_some() {
        staged.save_normalizer(&run.normalizer()?)?;
        staged.save_channels(&run.channels()?)?;
        // What settling in starts from, for a journal of the device.
        staged.save_normal(&run.normal()?)?;
    } else if staged.drop_folder("report") {
        note!("the report is of the former plan and goes; `picoae report` makes it again");
    }
    staged.publish()?;
    let (folder, device) = (out.unwrap_or(&args.run), PlanSizes::of(&plan.lowered));
    match args.format {
        Format::Text => say!(
            "{}: {} bytes of working memory, {} bytes of constants",
            folder.display(),
            device.working_memory_bytes,
            device.constants_bytes
        ),
        Format::Json => say!("{}", json(&Exported { folder, device })?),
    }
}

/// Whether two paths lead to one folder that is there.
pub(super) fn is_same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
