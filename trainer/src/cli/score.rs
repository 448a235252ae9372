//! `picoae score`: a user's windows through the int8 model, with the bits of the device.

use super::device_files::DeviceFiles;
use super::output::Format;
use super::score_input::ScoreInput;
use super::scored::{Place, Printer, ScoredWindow};
use crate::data::{Recording, Windows};
use crate::error::{Error, Result};
use crate::pipeline::{self, ChannelScores, channel_scores, chunks, encode_range, first_refused, integer_scores};
use crate::progress::Progress;
use crate::run::RunDir;
use picoae::{Alarm, Model};
use picoae_compiler::lower::{Lowered, Options, lower};
use std::io::IsTerminal as _;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: ScoreInput,
    /// Also write what a device is compared with: samples.raw, the windows as they go into a detector, and verdicts.bin, what must
    /// come out; `cargo xtask emulate` reads them
    #[arg(long, value_name = "FOLDER")]
    device_files: Option<PathBuf>,
    /// How to print: a table, or a JSON object a line
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Settings that say how a recording is read.
const EFFECTIVE: [&str; 6] = ["data.channels", "data.window", "data.hop", "data.rate", "data.exclude", "data.format"];

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.input.run)?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(path)?;
    let (config, recording, windows) = args.input.samples(&run, &model, "score", &EFFECTIVE)?;
    // The same bits as the artifact's, faster; a folder with the artifact alone will do too.
    let host = match run.has("quantized.safetensors") {
        true => {
            let graph = run.graph()?;
            let options = pipeline::options(&config.lower, &run.normalizer()?).on_host();
            Some(lower(&graph, &Options { score: run.normal()?.score(), ..options })?)
        }
        false => None,
    };
    check_shape(&model, &windows)?;
    if let Some(recording) = &recording {
        check_samples(&model, recording)?;
    }
    if let Some(host) = &host {
        check_alike(&model, host, &windows)?;
    }
    let usual = run.channels()?;
    let timed = recording.as_ref().is_some_and(|r| r.time_text(windows.start(0)).is_some());
    let printer = Printer::new(&model, timed, args.format)?;
    // Where the results are seen, they are the progress.
    let mut progress = (!std::io::stdout().is_terminal()).then(|| Progress::new("scoring", windows.len(), "windows"));
    let mut alarm = Alarm::NONE;
    let mut files = args.device_files.as_deref().map(|folder| DeviceFiles::new(folder, &windows)).transpose()?;
    for range in chunks(windows.len()) {
        let encoded = encode_range(&windows, range.clone(), &model)?;
        progress.iter_mut().for_each(|progress| progress.add(range.len()));
        let by = host.as_ref().map(Lowered::model).transpose()?;
        let ChannelScores { scores, channels } = channel_scores(by.as_ref().unwrap_or(&model), &encoded, &usual)?;
        for ((window, score), channels) in range.zip(&scores).zip(channels) {
            if let Some(files) = &mut files {
                files.add(&model, &windows, window, score)?;
            }
            let place = place(&windows, window, recording.as_ref());
            let on = alarm.next(&model.header().alarm, model.verdict(*score).is_anomaly());
            printer.print(&ScoredWindow::new(&model, window, place, score, channels, on))?;
        }
    }
    files.map_or(Ok(()), DeviceFiles::write)
}

/// Where a window lies in the recording.
fn place(windows: &Windows, window: usize, recording: Option<&Recording>) -> Place {
    let Some(recording) = recording else { return Place::default() };
    let row = windows.start(window);
    let several = recording.files.len() > 1;
    let file = recording.stretch_of(row).filter(|_| several).map(|stretch| &recording.files[stretch.file]);
    // Windows that stand in rows have no order in time.
    let start = recording.window.is_none().then_some(row);
    Place { start, time: recording.time_text(row), file: file.map(|file| file.display().to_string()) }
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

/// Refuses values that the model does not take, naming the first.
fn check_samples(model: &Model<'_>, recording: &Recording) -> Result<()> {
    let Some((at, error)) = first_refused(&recording.values, model) else { return Ok(()) };
    let channel = &recording.channels[at % recording.width()];
    Err(Error::invalid(format!("{}, {channel}: {error}", recording.place(at / recording.width()))))
}

/// Refuses an artifact that is not of this network.
fn check_alike(model: &Model<'_>, host: &Lowered, windows: &Windows) -> Result<()> {
    let first = encode_range(windows, 0..windows.len().min(1), model)?;
    if integer_scores(&host.model()?, &first)?.scores == integer_scores(model, &first)?.scores {
        return Ok(());
    }
    Err(Error::invalid("device.safetensors was not made of quantized.safetensors; make it again with picoae export"))
}
