//! `picoae train`: the whole way, from data to a device artifact and its evaluation.

use super::data_args::{DataArgs, path_value};
use super::output::say;
use crate::config::{RunConfig, Source};
use crate::error::{Error, Result};
use crate::fit::{self, FitConfig, FitOptions, Progress, Stopped};
use crate::network::Autoencoder;
use crate::pipeline::{self, CalibratedPlan, Prepared, soundness};
use crate::run_dir::RunDir;
use picoae_compiler::export;
use picoae_compiler::files;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to train: timeseries, digits, or digits-long, which takes twice as long for a little less error (the
    /// configuration's model, else timeseries)
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
    /// Go on from the checkpoint of an interrupted training in the run folder
    #[arg(long)]
    resume: bool,
    /// Where to train: cpu, cuda or metal (the latter two when built with those features)
    #[arg(long, default_value = "cpu")]
    device: String,
}

pub(super) fn run(args: Args) -> Result<()> {
    let mut settings: Vec<String> = args.recording.settings(&args.data)?.into_iter().collect();
    if let Some(folder) = &args.data_dir {
        settings.push(format!("data.mnist.folder = {}", path_value(folder)?));
    }
    // Single settings win over everything.
    settings.extend(args.settings);
    let config = RunConfig::load(args.preset.as_deref(), args.config.as_deref(), &settings)?;
    let folder = args.out.unwrap_or_else(|| PathBuf::from("runs").join(args.preset.as_ref().unwrap_or(&config.model)));
    let run = RunDir::create(folder)?;
    if args.resume && !run.checkpoint().is_file() {
        return Err(Error::file(run.checkpoint(), "no checkpoint to resume from; train without --resume"));
    }

    let device = fit::device(&args.device)?;
    let prepared = pipeline::prepare(&config)?;
    prepared.notes.iter().for_each(|note| eprintln!("{note}"));
    prepared.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let architecture = pipeline::architecture(&config, prepared.input())?;
    pipeline::rehearse(&architecture, &config.quantize, &config.lower.options())?;
    eprintln!("{}: {} parameters", architecture.name, architecture.parameters());
    let what = if matches!(config.data.source, Source::Mnist | Source::Images) { "images" } else { "windows" };
    eprintln!(
        "{} {what} to train on, {} to validate on, {} normal and {} abnormal ones to test with",
        prepared.train.len(),
        prepared.validation.len(),
        prepared.test.len(),
        prepared.kinds.iter().map(|(_, s)| s.len()).sum::<usize>()
    );
    run.save_config(&config)?;
    run.save_normalizer(&prepared.normalizer)?;

    let stop = stop_on_interrupt()?;
    let checkpoint = run.checkpoint();
    let mut progress = Progress::new();
    let fit_config = FitConfig { seed: crate::data::random::derive_seed(config.seed, "fit"), ..config.fit.clone() };
    let outcome = fit::fit(
        &architecture,
        &prepared.train,
        &prepared.validation,
        &fit_config,
        FitOptions {
            resume: args.resume.then_some(checkpoint.as_path()),
            checkpoint: Some(&checkpoint),
            stop: &stop,
            observer: &mut progress,
            device,
        },
    )?;
    run.save_weights(&outcome.weights, &architecture)?;
    run.save_history(&outcome.history)?;
    match outcome.stopped {
        Stopped::Interrupted => {
            eprintln!(
                "interrupted: the best weights so far go on; resume with --resume --out {}",
                run.folder().display()
            );
        }
        Stopped::EarlyStop => eprintln!("stopped early; the weights of epoch {} go on", outcome.best_epoch),
        Stopped::Finished => eprintln!("the weights of epoch {} go on", outcome.best_epoch),
    }

    let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
    finish(&run, &config, &network, &prepared)
}

/// From trained weights to the rest of a run: integer network, limits, assessment, artifacts; prints the summary. Of a detector that
/// is blind nothing is written.
pub(super) fn finish(run: &RunDir, config: &RunConfig, network: &Autoencoder, prepared: &Prepared) -> Result<()> {
    let graph = pipeline::quantized(network, &prepared.train, &config.quantize)?;
    let plan = pipeline::calibrated(&graph, &prepared.validation, &config.threshold, &config.lower.options())?;
    let assessment = pipeline::assess(network, &graph, &plan, prepared, &config.threshold)?;
    let evidence = soundness::measure(network, &graph, &plan, prepared, &assessment, &config.threshold)?;
    for warning in soundness::sound(&evidence)? {
        eprintln!("warning: {warning}");
    }
    run.save_graph(&graph)?;
    write_artifacts(run, &plan)?;
    run.save_assessment(&assessment)?;
    say!("{}", pipeline::summary(&assessment))?;
    let header = &plan.lowered.header;
    say!(
        "device: {} bytes of working memory, {} bytes of constants; run folder {}",
        header.arena_bytes,
        header.data_bytes,
        run.folder().display()
    )?;
    Ok(())
}

/// Writes both forms of the plan into the run folder.
pub(super) fn write_artifacts(run: &RunDir, plan: &CalibratedPlan) -> Result<()> {
    files::write_atomic(run.path("device.safetensors"), export::blob(&plan.lowered)?)?;
    Ok(files::write_atomic(run.path("device.rs"), export::rust(&plan.lowered)?)?)
}

/// A flag that the first Ctrl-C sets; a second one ends the process as usual.
fn stop_on_interrupt() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        eprintln!("stopping after this step; once more to stop at once");
    })
    .map_err(Error::Interrupt)?;
    Ok(stop)
}
