//! `picoae score`: a user's windows through the int8 model, with the bits of the device.

use super::data_args::DataArgs;
use super::output::{Format, json, say};
use crate::config::{RunConfig, Source};
use crate::data::{Recording, Windows, find_files, images};
use crate::error::{Error, Result};
use crate::pipeline::{chunks, integer_scores, quantize_range};
use crate::run_dir::RunDir;
use picoae::{Decision, Model};
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::{Lowered, lower};
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// What to score: files of a recording (CSV, WAV, NPY, NPZ, raw samples) or images (PNG, IDX), folders, patterns, - for
    /// standard input; read as the run's recording was where no option says otherwise
    #[arg(long, value_name = "PATH", num_args = 1.., required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    recording: DataArgs,
    /// A single setting over the run's own, such as data.format.hold=3 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What is said of a window.
#[derive(Debug, Serialize)]
struct ScoredWindow {
    window: usize,
    /// First sample, gaps not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<usize>,
    /// Time of the first sample, where the recording has times: a date, or seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    /// The file, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    total: u64,
    segment_max: u32,
    segment_min: u32,
    mean_squared_error: f32,
    deviation: f32,
    anomaly: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let mut settings: Vec<String> = args.recording.settings(&[])?.into_iter().collect();
    settings.extend(args.settings.iter().cloned());
    let (config, recording, windows) = samples(args, &run, &model, &settings)?;
    let windows = windows.normalized(&run.normalizer()?);
    // The same bits as the artifact's, faster; a folder with the artifact alone will do too.
    let host = match run.path("quantized.safetensors").is_file() {
        true => Some(lower(&run.graph()?, &config.lower.options().on_host())?),
        false => None,
    };
    check_shape(&model, &windows)?;
    if let Some(host) = &host {
        check_alike(&model, host, &windows)?;
    }
    let timed = recording.as_ref().is_some_and(|r| r.time_text(windows.start(0)).is_some());
    let clock = if timed { format!(" {:>24}", "time") } else { String::new() };
    let mut first = true;
    match args.format {
        Format::Json => say!("[")?,
        Format::Text => say!(
            "{:>7}{clock} {:>12} {:>11} {:>11} {:>12} {:>10}  decision",
            "window",
            "total",
            "max-32",
            "min-32",
            "mse",
            "deviation"
        )?,
    }
    for range in chunks(windows.len()) {
        for l in lines(&model, host.as_ref(), &windows, range, recording.as_ref())? {
            match args.format {
                Format::Json => {
                    let comma = if std::mem::take(&mut first) { "" } else { ",\n" };
                    super::output::part(format_args!("{comma}{}", json(&l)?))?;
                }
                Format::Text => {
                    let decision = if l.anomaly { "ANOMALY" } else { "normal" };
                    let clock = if timed { format!(" {:>24}", l.time.as_deref().unwrap_or("")) } else { String::new() };
                    say!(
                        "{:>7}{clock} {:>12} {:>11} {:>11} {:>12.6} {:>10.3}  {decision}",
                        l.window,
                        l.total,
                        l.segment_max,
                        l.segment_min,
                        l.mean_squared_error,
                        l.deviation
                    )?;
                }
            }
        }
    }
    if args.format == Format::Json {
        say!("\n]")?;
    }
    Ok(())
}

/// What is to be scored, with the run's configuration for it.
fn samples(
    args: &Args,
    run: &RunDir,
    model: &Model<'_>,
    settings: &[String],
) -> Result<(RunConfig, Option<Recording>, Windows)> {
    let t = model.input();
    let shape = [usize::from(t.channels), usize::from(t.height), usize::from(t.width)];
    // A plan may have time along either side of its maps.
    let length = shape[1] * shape[2];
    let mut config = run.config()?;
    if matches!(config.data.source, Source::Mnist | Source::Images) {
        if !settings.is_empty() {
            return Err(Error::invalid("options for recordings have no effect on images"));
        }
        let mut all = crate::data::Samples::new(shape);
        for file in &find_files(&args.input)? {
            all.values.extend(images::read(&file.path, shape)?.values);
        }
        return Ok((config, None, all.into()));
    }
    if config.data.source != Source::Recording {
        // A run of synthetic signals says nothing about recordings.
        config.data = crate::config::DataConfig { source: Source::Recording, ..Default::default() };
        config.data.window = Some(length);
    }
    config.data.files.clone_from(&args.input);
    // Stretches of the recording that was trained on are none of this one.
    config.data.exclude.clear();
    config.data.labels.file = None;
    if config.data.labels.from == crate::data::LabelSource::Intervals {
        config.data.labels = crate::data::LabelConfig::default();
    }
    let config = config.with(settings)?;
    if let Some(window) = config.data.window.filter(|window| *window != length) {
        let expected = format!("{}: the run was trained with windows of that length", length);
        return Err(Error::setting("data.window", window, expected));
    }
    let mut source = config.data.recording(length);
    // What is scored need not say what is normal.
    let unlabelled = crate::data::LabelConfig { normal: vec![], ..source.labels.clone() };
    let labels = crate::data::LabelConfig { from: crate::data::LabelSource::None, column: None, ..unlabelled };
    source.labels = &labels;
    let recording = source.read()?;
    recording.notes.iter().for_each(|note| eprintln!("{note}"));
    let window = recording.window.unwrap_or(length);
    if window != length {
        let message = format!("windows of {window} samples, the run takes {}", length);
        return Err(Error::invalid(message).in_file(&args.input[0]));
    }
    let windows = recording.cut_whole(window, config.data.hop.filter(|_| recording.window.is_none()).unwrap_or(window));
    let covered: usize = windows.covered().iter().map(|r| r.len()).sum();
    let rows: usize = recording.stretches.iter().map(|s| s.rows.len()).sum();
    if windows.is_empty() {
        let message = format!("{rows} samples, expected at least {window} without a gap for one window");
        return Err(Error::invalid(message).in_file(&args.input[0]));
    }
    if covered < rows {
        eprintln!(
            "{} of {rows} samples are in no window: stretches that are too short, or a hop larger than a window",
            rows - covered
        );
    }
    Ok((config, Some(recording), windows))
}

/// What the model's input is.
fn input(model: &Model<'_>) -> TensorInfo {
    let t = model.input();
    let shape = [usize::from(t.height), usize::from(t.width), usize::from(t.channels)];
    TensorInfo { shape, scale: t.scale, zero_point: i32::from(t.zero_point) }
}

fn check_shape(model: &Model<'_>, windows: &Windows) -> Result<()> {
    let t = model.input();
    let [found, ..] = windows.shape();
    if found == usize::from(t.channels) && windows.sample_len() == t.len() {
        return Ok(());
    }
    let message = format!("{found} channels, the run was trained with {}; choose them with --channels", t.channels);
    Err(Error::invalid(message))
}

/// Refuses an artifact that is not of this network.
fn check_alike(model: &Model<'_>, host: &Lowered, windows: &Windows) -> Result<()> {
    let first = quantize_range(windows, 0..windows.len().min(1), &input(model));
    if integer_scores(&host.model()?, &first)?.scores == integer_scores(model, &first)?.scores {
        return Ok(());
    }
    Err(Error::invalid("device.safetensors was not made of quantized.safetensors, make it again with picoae export"))
}

/// Scores windows with the plan for the workstation where there is one; limits and input are the artifact's.
fn lines(
    model: &Model<'_>,
    host: Option<&Lowered>,
    windows: &Windows,
    range: std::ops::Range<usize>,
    recording: Option<&Recording>,
) -> Result<Vec<ScoredWindow>> {
    let t = model.input();
    let values = quantize_range(windows, range.clone(), &input(model));
    let scored = match host {
        Some(host) => integer_scores(&host.model()?, &values)?,
        None => integer_scores(model, &values)?,
    };
    let (threshold, statistics) = (model.threshold(), model.reference());
    let line = |(window, score): (usize, &picoae::Score)| {
        let row = windows.start(window);
        let file = recording.filter(|r| r.files.len() > 1).and_then(|r| Some(&r.files[r.stretch_of(row)?.file]));
        ScoredWindow {
            window,
            sample: recording.map(|_| row),
            time: recording.and_then(|r| r.time_text(row)),
            file: file.map(|f| f.display().to_string()),
            total: score.total,
            segment_max: score.segment_max,
            segment_min: score.segment_min,
            mean_squared_error: score.mean_squared_error(t.scale, t.len()),
            deviation: statistics.deviation(score),
            anomaly: threshold.decide(score) == Decision::Anomaly,
        }
    };
    Ok(range.zip(&scored.scores).map(line).collect())
}
