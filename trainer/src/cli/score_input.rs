//! What `score` and `replay` are given, read as the run's own recording was where nothing else is said.

use super::data_args::DataArgs;
use super::output::note;
use crate::config::{self, DataConfig, RunConfig, Source};
use crate::data::{LabelConfig, LabelSource, Recording, Samples, Windows, find_files, images};
use crate::error::{Error, Result};
use crate::pipeline::pixels;
use crate::run::RunDir;
use picoae::Model;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct ScoreInput {
    /// The run folder, or a folder that `picoae export` wrote
    pub(super) run: PathBuf,
    /// Files of a recording (CSV, WAV, NPY, NPZ, raw samples) or, of a run of images, images (PNG, IDX); folders, patterns, - for
    /// standard input; read as the run's recording was where no option says otherwise
    #[arg(long, value_name = "PATH", num_args = 1.., required = true)]
    input: Vec<PathBuf>,
    #[command(flatten)]
    recording: DataArgs,
    /// A single setting over the run's own, such as data.format.hold=3 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

impl ScoreInput {
    /// What is to be scored, with the run's configuration for it; `command` takes the `effective` settings alone, as all others were
    /// decided when the run was trained.
    pub(super) fn samples(
        &self,
        run: &RunDir,
        model: &Model<'_>,
        command: &'static str,
        effective: &[&str],
    ) -> Result<(RunConfig, Option<Recording>, Windows)> {
        config::only(&self.settings, effective, command)?;
        let mut settings: Vec<String> = self.recording.settings(&[])?.into_iter().collect();
        settings.extend(self.settings.iter().cloned());
        samples(&self.input, run, model, &settings)
    }
}

fn samples(
    input: &[PathBuf],
    run: &RunDir,
    model: &Model<'_>,
    settings: &[String],
) -> Result<(RunConfig, Option<Recording>, Windows)> {
    let t = model.input();
    let shape = [usize::from(t.channels), usize::from(t.height), usize::from(t.width)];
    // A plan may have time along either side of its maps.
    let length = if model.header().hop > 0 { model.window() } else { shape[1] * shape[2] };
    let mut config = run.config()?;
    if matches!(config.data.source, Source::Mnist | Source::Images) {
        if !settings.is_empty() {
            return Err(Error::invalid("options for recordings have no effect on images"));
        }
        let mut all = Samples::new(shape);
        for file in &find_files(input)? {
            all.values.extend(images::read(&file.path, shape)?.values);
        }
        return Ok((config, None, pixels(all).into()));
    }
    if config.data.source != Source::Recording {
        // A run of synthetic signals says nothing about recordings.
        config.data = DataConfig { source: Source::Recording, ..Default::default() };
        config.data.window = Some(length);
    }
    // A configuration has names that are text; what is scored may have any.
    config.data.files = vec!["input".into()];
    let hop = config.data.hop;
    let trained_format = config.data.format.clone();
    // Stretches of the recording that was trained on are none of this one.
    config.data.exclude.clear();
    config.data.labels.file = None;
    if config.data.labels.from == LabelSource::Intervals {
        config.data.labels = LabelConfig::default();
    }
    let mut config = config.with(None, settings)?;
    config.data.files = input.to_vec();
    if let Some(window) = config.data.window.filter(|window| *window != length) {
        let expected = format!("{}: the run was trained with windows of that length", length);
        return Err(Error::setting("data.window", window, expected));
    }
    let mut source = config.data.recording(length);
    // What is scored need not say what is normal.
    let unlabelled = LabelConfig { normal: vec![], ..source.labels.clone() };
    let labels = LabelConfig { from: LabelSource::None, column: None, ..unlabelled };
    source.labels = &labels;
    source.inherited = Some(&trained_format);
    let recording = source.read()?;
    recording.notes.iter().for_each(|text| note!("{text}"));
    let window = recording.window.unwrap_or(length);
    if window != length {
        let message = format!("windows of {window} samples, the run takes {}", length);
        return Err(Error::invalid(message).in_file(&input[0]));
    }
    if recording.window.is_some() && config.data.hop != hop {
        let message = "--hop has no effect on windows that stand in rows; leave it out";
        return Err(Error::invalid(message).in_file(&input[0]));
    }
    let windows = recording.cut_whole(window, config.data.hop.filter(|_| recording.window.is_none()).unwrap_or(window));
    let covered: usize = windows.covered().iter().map(|r| r.len()).sum();
    let rows: usize = recording.stretches.iter().map(|s| s.rows.len()).sum();
    if windows.is_empty() {
        let message = format!("{rows} samples, expected at least {window} without a gap for one window");
        return Err(Error::invalid(message).in_file(&input[0]));
    }
    if covered < rows {
        note!(
            "{} of {rows} samples are in no window: stretches that are too short, or a hop larger than a window",
            rows - covered
        );
    }
    Ok((config, Some(recording), windows))
}
