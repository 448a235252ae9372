//! `picoae score`: a user's windows through the int8 model, with the bits of the device.

use super::output::{Format, json, say};
use crate::data;
use crate::error::{Error, Result};
use crate::pipeline::{encode_samples, integer_scores, pixels};
use crate::run_dir::RunDir;
use picoae::{Model, Verdict};
use picoae_compiler::lower::{Lowered, lower};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Signals: a CSV file with one long column, or with one window a row. Images: a PNG or an IDX file
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Samples from the start of one window to the start of the next, in one long column [default: a window's length]
    #[arg(long)]
    hop: Option<usize>,
    /// The column, by name or by number from 0
    #[arg(long)]
    column: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What is said of a window.
#[derive(Debug, Serialize)]
struct ScoredWindow {
    window: usize,
    total: u64,
    segment_max: u32,
    segment_min: u32,
    /// Samples outside the range that int8 holds.
    outside: u32,
    mean_squared_error: f32,
    deviation: f32,
    anomaly: bool,
    /// The first part of the score that lies outside its limits.
    part: Option<&'static str>,
    /// Whether it lies below or above them.
    side: Option<&'static str>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let config = run.config()?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let architecture = crate::pipeline::architecture(&config)?;
    let samples = if architecture.one_dimensional {
        let mut csv = config.data.csv.clone();
        csv.hop = args.hop.unwrap_or(csv.hop);
        if let Some(column) = &args.column {
            csv.column = Some(column.as_str().into());
        }
        data::read_windows(&args.input, model.input().len(), &csv)?.samples
    } else {
        pixels(data::images::read(&args.input, architecture.input)?)
    };
    // The same bits as the artifact's, faster; a folder with the artifact alone will do too.
    let host = match run.path("quantized.safetensors").is_file() {
        true => Some(lower(&run.graph()?, &config.lower.options().on_host())?),
        false => None,
    };
    let lines = lines(&model, host.as_ref(), &samples)?;
    match args.format {
        Format::Json => say!("{}", json(&lines)?)?,
        Format::Text => {
            say!(
                "{:>7} {:>12} {:>11} {:>11} {:>8} {:>12} {:>10}  decision",
                "window",
                "total",
                "max-32",
                "min-32",
                "outside",
                "mse",
                "deviation"
            )?;
            for l in &lines {
                let decision = match (l.part, l.side) {
                    (Some(part), Some(side)) => format!("ANOMALY ({part} {side} its limit)"),
                    _ => "normal".into(),
                };
                say!(
                    "{:>7} {:>12} {:>11} {:>11} {:>8} {:>12.6} {:>10.3}  {decision}",
                    l.window,
                    l.total,
                    l.segment_max,
                    l.segment_min,
                    l.outside,
                    l.mean_squared_error,
                    l.deviation
                )?;
            }
        }
    }
    Ok(())
}

/// Scores samples with the plan for the workstation where there is one; limits and input are the artifact's.
fn lines(model: &Model<'_>, host: Option<&Lowered>, samples: &data::Samples) -> Result<Vec<ScoredWindow>> {
    let t = model.input();
    if samples.sample_len() != t.len() {
        return Err(Error::invalid(format!(
            "a sample has {} values, the model takes {}",
            samples.sample_len(),
            t.len()
        )));
    }
    let windows = encode_samples(samples, model)?;
    let scored = match host {
        Some(host) => {
            let scored = integer_scores(&host.model()?, &windows)?;
            let first = integer_scores(model, &windows.first(1))?;
            if !scored.scores.starts_with(&first.scores) {
                return Err(Error::invalid(
                    "device.safetensors was not made of quantized.safetensors, make it again with picoae export",
                ));
            }
            scored
        }
        None => integer_scores(model, &windows)?,
    };
    let (threshold, statistics) = (model.threshold(), model.reference());
    let line = |(window, score): (usize, &picoae::Score)| {
        let verdict = Verdict::new(*score, &threshold);
        ScoredWindow {
            window,
            total: score.total,
            segment_max: score.segment_max,
            segment_min: score.segment_min,
            outside: score.outside,
            mean_squared_error: score.mean_squared_error(t.scale, t.len()),
            deviation: statistics.deviation(score),
            anomaly: verdict.is_anomaly(),
            part: verdict.breach.map(|breach| breach.part.name()),
            side: verdict.breach.map(|breach| breach.side.name()),
        }
    };
    Ok(scored.scores.iter().enumerate().map(line).collect())
}
