//! `picoae score`: a user's windows through the int8 model, with the bits of the device.

use super::output::Format;
use super::scored::{ScoredWindow, print};
use crate::data::{self, Samples};
use crate::error::{Error, Result};
use crate::pipeline::{integer_scores, quantize_samples};
use crate::run::RunDir;
use picoae::Model;
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::{Lowered, lower};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder, or a folder that `picoae export` wrote
    run: PathBuf,
    /// Signals: a CSV file with one long column, or with one window a row. Images: a PNG or an IDX file
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Samples from the start of one window to the start of the next, in one long column [default: as in training]
    #[arg(long)]
    hop: Option<usize>,
    /// The column, by name or by number from 0
    #[arg(long)]
    column: Option<String>,
    /// How to print: a table, or a JSON object a line
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let config = run.config()?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let architecture = crate::pipeline::architecture(&config)?;
    // Samples from the start of one window to that of the next, where windows have an order.
    let mut hop = None;
    let mut samples = if architecture.one_dimensional {
        let mut csv = config.data.csv.clone();
        csv.hop = args.hop.unwrap_or(csv.hop);
        if let Some(column) = &args.column {
            csv.column = Some(column.as_str().into());
        }
        let read = data::read_windows(&args.input, model.input().len(), &csv)?;
        if read.continuous {
            hop = Some(csv.hop(model.input().len()));
        } else if args.hop.is_some() {
            return Err(Error::file(&args.input, "--hop has no effect on windows that stand in rows; leave it out"));
        }
        read.samples
    } else {
        if let Some(option) = args.hop.map(|_| "--hop").or(args.column.as_ref().map(|_| "--column")) {
            return Err(Error::invalid(format!("{option} has no effect on images; leave it out")));
        }
        data::images::read(&args.input, architecture.input)?
    };
    run.normalizer()?.apply(&mut samples.values);
    // The same bits as the artifact's, faster; a folder with the artifact alone will do too.
    let host = match run.has("quantized.safetensors") {
        true => Some(lower(&run.graph()?, &config.lower.options().on_host())?),
        false => None,
    };
    let scores = scores(&model, host.as_ref(), &samples)?;
    let windows =
        scores.iter().enumerate().map(|(i, score)| ScoredWindow::new(&model, i, hop.map(|hop| i * hop), score));
    print(&model, &windows.collect::<Vec<_>>(), args.format)
}

/// Scores samples with the plan for the workstation where there is one; limits and input are the artifact's.
fn scores(model: &Model<'_>, host: Option<&Lowered>, samples: &Samples) -> Result<Vec<picoae::Score>> {
    let t = model.input();
    if samples.sample_len() != t.len() {
        return Err(Error::invalid(format!(
            "a sample has {} values, the model takes {}",
            samples.sample_len(),
            t.len()
        )));
    }
    let shape = [usize::from(t.height), usize::from(t.width), usize::from(t.channels)];
    let input = TensorInfo { shape, scale: t.scale, zero_point: i32::from(t.zero_point) };
    let windows = quantize_samples(samples, &input);
    match host {
        Some(host) => Ok(integer_scores(&host.model()?, &windows)?.scores),
        None => Ok(integer_scores(model, &windows)?.scores),
    }
}
