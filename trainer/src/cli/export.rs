//! `picoae export`: the device artifacts once more, for another target or budget, with the limits that training found; or the integer
//! network as a `.tflite` model.

use super::output::{json, note, say};
use super::plan::{PlanArgs, PlanSizes};
use crate::config::LowerConfig;
use crate::error::{Error, Result};
use crate::pipeline;
use crate::run::{Kind, RunDir, Staged};
use picoae_compiler::export;
use picoae_compiler::lower::lower;
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
    /// How to print the result, or tflite: write the integer network as model.tflite instead of artifacts
    #[arg(long, value_enum, default_value = "text")]
    format: ExportFormat,
}

/// How the result is printed, or what is written instead of artifacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// Artifacts; the result for people
    Text,
    /// Artifacts; the result for machines
    Json,
    /// An int8 model of TensorFlow Lite, model.tflite
    Tflite,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Exported<'a> {
    folder: &'a Path,
    device: PlanSizes,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let out = args.out.as_deref().filter(|out| !is_same_folder(out, &args.run));
    if args.format == ExportFormat::Tflite {
        if !args.plan.is_empty() {
            return Err(Error::invalid(
                "--format tflite writes the network itself: --target, budgets and --plain have no effect on it; leave them out",
            ));
        }
        return super::tflite::export(&args.run, out);
    }
    let (folder, device) = match RunDir::open(&args.run)? {
        run if run.kind() == Kind::Import => imported(args, &run, out)?,
        _ => calibrated(args, out)?,
    };
    match args.format {
        ExportFormat::Json => say!("{}", json(&Exported { folder, device })?),
        _ => say!(
            "{}: {} bytes of working memory, {} bytes of constants",
            folder.display(),
            device.working_memory_bytes,
            device.constants_bytes
        ),
    }
}

/// The artifacts of a network that was made elsewhere, without limits.
fn imported<'a>(args: &'a Args, run: &RunDir, out: Option<&'a Path>) -> Result<(&'a Path, PlanSizes)> {
    let out =
        out.ok_or_else(|| Error::invalid("name the folder for the artifacts of an imported network with --out"))?;
    let plan = lower(&run.graph()?, &args.plan.over(&LowerConfig::default()).options())?;
    let staged = Staged::files(out, "export")?;
    staged.write("device.safetensors", export::blob(&plan)?)?;
    staged.write("device.rs", export::rust(&plan)?)?;
    staged.publish()?;
    note!("the artifacts have no limits: they run the network, and what is abnormal is for the program to say");
    Ok((out, PlanSizes::of(&plan)))
}

/// The artifacts of a run, with its limits.
fn calibrated<'a>(args: &'a Args, out: Option<&'a Path>) -> Result<(&'a Path, PlanSizes)> {
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
    Ok((out.unwrap_or(&args.run), PlanSizes::of(&plan.lowered)))
}

/// Whether two paths lead to one folder that is there.
pub(super) fn is_same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
