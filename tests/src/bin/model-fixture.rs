//! Makes a model's fixture from a finished run: its integer network and int8 windows of its test data, normal ones and a
//! few of each abnormal kind.

use picoae_compiler::files::write_atomic;
use picoae_tests::models::{ABNORMAL_WINDOWS, NORMAL_WINDOWS};
use picoae_trainer::pipeline::{prepare_again, quantize_samples};
use picoae_trainer::run::RunDir;
use picoae_trainer::{Error, Result};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(run), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: model-fixture RUN FOLDER");
        return ExitCode::from(2);
    };
    match make(run, folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("model-fixture: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn make(run: PathBuf, folder: PathBuf) -> Result<()> {
    let run = RunDir::open(run)?;
    let config = run.config()?;
    let prepared = prepare_again(&config, &run.normalizer()?)?;
    let graph = run.graph()?;
    let first = |samples: &picoae_trainer::data::Windows, count: usize| {
        let indices: Vec<usize> = (0..samples.len().min(count)).collect();
        quantize_samples(&samples.select(&indices), &graph.input)
    };
    let mut windows = first(&prepared.test, NORMAL_WINDOWS);
    for (_, samples) in &prepared.kinds {
        windows.extend(first(samples, ABNORMAL_WINDOWS));
    }
    if windows.is_empty() {
        return Err(Error::invalid("the run has no test windows"));
    }
    graph.save(folder.join("quantized.safetensors"))?;
    Ok(write_atomic(folder.join("windows.i8"), windows.iter().map(|v| *v as u8).collect::<Vec<_>>())?)
}
