//! `picoae train`: the whole way, from data to a device artifact and its evaluation.

use super::choice::{self, Linear};
use super::data_args::{DataArgs, path_value};
use super::finish::finish;
use super::interrupt::Interrupt;
use super::output::{Format, note};
use super::shell_word::shell_word;
use crate::config::{RunConfig, Source};
use crate::error::{Error, Result};
use crate::fit::{self, FitConfig, FitOptions, Progress, Solver, Stopped};
use crate::network::Autoencoder;
use crate::pipeline;
use crate::run::{Existing, Fingerprint, Resumed, Staged};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to train: linear, timeseries, conv, dense, digits or digits-long (the configuration's model; for a recording of which
    /// nothing is said, linear and timeseries, or conv where it has several channels, and the better one is kept; else timeseries)
    preset: Option<String>,
    /// Train on a recording of normal behaviour, or on images: files (CSV, WAV, NPY, NPZ, raw samples; PNG, IDX; any of them
    /// compressed by gzip), folders, patterns, - for standard input
    #[arg(long, value_name = "PATH", num_args = 1..)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    recording: DataArgs,
    /// The folder with MNIST's four files, for digits (`picoae data mnist` fills it) [default: data/mnist]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Settings over the preset, as TOML
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// A single setting over everything, such as fit.epochs=20 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// The run folder [default: runs/PRESET]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Replace the run that is in the run folder, once the new one is whole
    #[arg(long, conflicts_with = "resume")]
    overwrite: bool,
    /// Go on with an interrupted training, with the configuration that it began with
    #[arg(long)]
    resume: bool,
    /// Where to train: cpu, cuda or metal (the latter two when built with those features)
    #[arg(long, default_value = "cpu")]
    device: String,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let settings = settings(args)?;
    let stated = RunConfig::load(args.preset.as_deref(), args.config.as_deref(), &settings)?;
    // Nothing is said of the network.
    let open =
        args.preset.is_none() && args.config.is_none() && !args.resume && !settings.iter().any(|s| names_network(s));
    let folder =
        args.out.clone().unwrap_or_else(|| Path::new("runs").join(args.preset.as_ref().unwrap_or(&stated.model)));
    let device = fit::device(&args.device)?;
    let interrupt = Interrupt::listen()?;
    let existing = match (args.overwrite, args.resume) {
        (true, _) => Existing::Overwrite,
        (_, true) => Existing::Resume,
        _ => Existing::Refuse,
    };
    let staged = Staged::create(&folder, existing)?;
    let training = staged.training();
    let resumed = if args.resume { Some(training.resumed()?) } else { None };
    let mut config = match &resumed {
        Some(resumed) => agreed(resumed, args, &settings)?,
        None => stated.clone(),
    };
    let prepared = pipeline::prepare(&config)?;
    let several = prepared.input()[0] > 1 && prepared.input()[1] == 1;
    if open && several && config.data.source == Source::Recording {
        config = RunConfig::load(Some(choice::trained_preset(prepared.input()[0])), None, &settings)?;
    }
    prepared.notes.iter().for_each(|text| note!("{text}"));
    prepared.warnings.iter().for_each(|warning| note!("warning: {warning}"));
    pipeline::contract(&config, &prepared).share()?;
    let linear = if open { Linear::try_on(&config, &prepared) } else { None };
    let mut architecture = pipeline::architecture(&config, prepared.input())?;
    pipeline::rehearse(&architecture, &config.quantize, &config.lower.options())?;
    note!("{}: {} parameters", architecture.name, architecture.parameters());
    let what = if matches!(config.data.source, Source::Mnist | Source::Images) { "images" } else { "windows" };
    note!(
        "{} {what} to train on, {} to validate on, {} normal and {} abnormal ones to test with",
        prepared.train.len(),
        prepared.validation.len(),
        prepared.test.len(),
        prepared.kinds.iter().map(|(_, s)| s.len()).sum::<usize>()
    );
    let fingerprint = Fingerprint::of(&config, &prepared);
    if let Some(resumed) = &resumed {
        resumed.fingerprint.check(&fingerprint)?;
    }
    if resumed.as_ref().is_none_or(|resumed| resumed.checkpoint != training.checkpoint()) {
        training.begin(&config, &fingerprint)?;
    }

    let checkpoint = training.checkpoint();
    let mut progress = Progress::new();
    let fit_config = FitConfig { seed: crate::data::random::derive_seed(config.seed, "fit"), ..config.fit.clone() };
    let outcome = match config.fit.solver {
        Solver::ClosedForm => fit::closed_form(&architecture, &prepared.train, &prepared.validation),
        Solver::Gradient => fit::fit(
            &architecture,
            &prepared.train,
            &prepared.validation,
            &fit_config,
            FitOptions {
                resume: resumed.as_ref().map(|resumed| resumed.checkpoint.as_path()),
                checkpoint: Some(&checkpoint),
                stop: interrupt.training(),
                observer: &mut progress,
                device,
            },
        ),
    };
    interrupt.training_over();
    if !training.is_resumable() || matches!(outcome, Err(Error::Diverged { .. })) {
        training.discard()?;
    }
    let mut outcome = outcome?;
    if let Some(linear) = linear.filter(|_| outcome.best_epoch > 0) {
        let trained = Autoencoder::from_weights(&architecture, &outcome.weights)?;
        if linear.wins(&trained, &config, &prepared)? {
            let stopped = outcome.stopped;
            (config, architecture, outcome) = (linear.config, linear.architecture, linear.outcome);
            outcome.stopped = stopped;
        }
    }
    let best = outcome.best_epoch;
    match outcome.stopped {
        Stopped::Interrupted if best == 0 => {
            return Err(Error::Interrupted(format!(
                "interrupted in the first epoch: there are no weights yet, and {} is as it was",
                folder.display()
            )));
        }
        Stopped::Interrupted => {}
        Stopped::EarlyStop => note!("stopped early; the weights of epoch {best} go on"),
        Stopped::Finished => note!("the weights of epoch {best} go on"),
    }

    staged.save_normalizer(&prepared.normalizer)?;
    staged.save_fingerprint(&fingerprint)?;
    staged.save_weights(&outcome.weights, &architecture)?;
    staged.save_history(&outcome.history)?;
    let last = if checkpoint.is_file() { Some(checkpoint) } else { resumed.map(|resumed| resumed.checkpoint) };
    if let Some(last) = last {
        staged.copy(&last, "checkpoint.safetensors")?;
    }
    let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
    let done = finish(staged, &config, &network, &prepared, args.format);
    if outcome.stopped == Stopped::Interrupted {
        return interrupted(done, best, &folder, &args.device);
    }
    if matches!(done, Err(Error::Blind(_))) {
        // It has come to its end: going on would say the same.
        training.discard()?;
    }
    done
}

/// Says what became of a training that was interrupted after epoch `best`, and how it is gone on with.
fn interrupted(done: Result<()>, best: usize, folder: &Path, device: &str) -> Result<()> {
    let device = if device == "cpu" { String::new() } else { format!(" --device {device}") };
    let go_on = format!("go on with: picoae train --resume --out {}{device}", shell_word(folder.as_os_str()));
    match done {
        Ok(()) => note!("interrupted: the weights of epoch {best}, the best so far, make the run; {go_on}"),
        Err(Error::Blind(why)) => {
            return Err(Error::Interrupted(format!(
                "interrupted: the weights of epoch {best}, the best so far, would make a blind detector ({why}), so {} is as it \
                 was; {go_on}",
                folder.display()
            )));
        }
        Err(other) => return Err(other),
    }
    Ok(())
}

/// Whether a setting says which network it is or how it is trained.
fn names_network(setting: &str) -> bool {
    ["network", "model", "[network", "fit.solver"].iter().any(|key| setting.trim_start().starts_with(key))
}

/// The settings that the options mean, with those of `--set` behind them, which win.
fn settings(args: &Args) -> Result<Vec<String>> {
    let mut settings: Vec<String> = args.recording.settings(&args.data)?.into_iter().collect();
    if let Some(folder) = &args.data_dir {
        settings.push(format!("data.mnist.folder = {}", path_value(folder)?));
    }
    settings.extend(args.settings.iter().cloned());
    Ok(settings)
}

/// The configuration of an interrupted training, which what was asked for must agree with.
fn agreed(resumed: &Resumed, args: &Args, settings: &[String]) -> Result<RunConfig> {
    let kept = &resumed.config;
    let refused = |key: &str, was: &str, is: &str| {
        Err(Error::invalid(format!(
            "--resume goes on with the training's own configuration, where {key} is {was}, but {is} was asked for; leave it out, \
             or begin anew with --overwrite"
        )))
    };
    if let Some(preset) = &args.preset {
        let model = RunConfig::preset(preset)?.model;
        if model != kept.model {
            return refused("model", &kept.model, &model);
        }
    }
    match kept.difference(&kept.with(args.config.as_deref(), settings)?)? {
        Some((key, was, is)) => refused(&key, &was, &is),
        None => Ok(kept.clone()),
    }
}
