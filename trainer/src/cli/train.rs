//! `picoae train`: the whole way, from data to a device artifact and its evaluation.

use super::output::say;
use crate::config::{RunConfig, Source};
use crate::error::{Error, Result};
use crate::fit::{self, FitConfig, FitOptions, Progress, Stopped};
use crate::network::Autoencoder;
use crate::pipeline::{self, CalibratedPlan, Prepared};
use crate::run_dir::RunDir;
use picoae_compiler::export;
use picoae_compiler::files;
use picoae_compiler::lower::Options;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to train: timeseries, digits, or digits-long, which takes twice as long for a little less error (the
    /// configuration's model, else timeseries)
    preset: Option<String>,
    /// Train on a recording of normal behaviour: a CSV file with one long column, or with one window a row
    #[arg(long, value_name = "FILE.csv")]
    data: Option<PathBuf>,
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
    let mut settings = args.settings;
    if let Some(file) = &args.data {
        let path = file.to_str().ok_or_else(|| Error::file(file, "the path is not UTF-8"))?;
        if !file.is_file() {
            return Err(Error::file(file, "no such file"));
        }
        settings.push(format!("data.source = \"csv\"\ndata.file = {path:?}"));
        settings.push("data.normalization = \"standardize\"".into());
    }
    if let Some(folder) = &args.data_dir {
        let path = folder.to_str().ok_or_else(|| Error::file(folder, "the path is not UTF-8"))?;
        settings.push(format!("data.mnist.folder = {path:?}"));
    }
    let config = RunConfig::load(args.preset.as_deref(), args.config.as_deref(), &settings)?;
    let architecture = pipeline::architecture(&config)?;
    let folder = args.out.unwrap_or_else(|| PathBuf::from("runs").join(args.preset.as_ref().unwrap_or(&config.model)));
    let run = RunDir::create(folder)?;
    if args.resume && !run.checkpoint().is_file() {
        return Err(Error::file(run.checkpoint(), "no checkpoint to resume from; train without --resume"));
    }

    let device = fit::device(&args.device)?;
    eprintln!("{}: {} parameters", architecture.name, architecture.parameters());
    let prepared = pipeline::prepare(&config, &architecture)?;
    let what = if config.data.source == Source::Mnist { "images" } else { "windows" };
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

/// From trained weights to the rest of a run: integer network, limits, artifacts, assessment; prints the summary.
pub(super) fn finish(run: &RunDir, config: &RunConfig, network: &Autoencoder, prepared: &Prepared) -> Result<()> {
    let graph = pipeline::quantized(network, &prepared.train, &config.quantize)?;
    run.save_graph(&graph)?;
    let options =
        Options { input: pipeline::input_encoding(&prepared.normalizer, &graph.input), ..config.lower.options() };
    let plan = pipeline::calibrated(&graph, &prepared.raw.validation, &config.threshold, &options)?;
    write_artifacts(run, &plan)?;
    let assessment = pipeline::assess(network, &plan, prepared, &config.threshold)?;
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
