//! The command line: one command a file.

mod bench_detect;
mod choice;
mod completions;
#[cfg(feature = "mnist")]
mod data;
mod data_args;
mod device_files;
mod evaluate;
mod example;
mod export;
mod finish;
mod generate;
mod import;
mod init;
mod inspect;
mod interrupt;
mod lower;
mod output;
mod plan;
mod plan_facts;
mod quantize;
mod replay;
#[cfg(feature = "report")]
mod report;
mod score;
mod score_input;
mod scored;
mod settle;
mod shell_word;
mod tflite;
mod train;

use clap::{CommandFactory, Parser, Subcommand};
use output::{note, one_line};
use std::process::ExitCode;

/// Autoencoders that score anomalies on a microcontroller: train, quantize exactly, export, evaluate, score.
#[derive(Debug, Parser)]
#[command(name = "picoae", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do everything: data, training, quantization, limits, device artifacts, evaluation
    Train(train::Args),
    /// Put a public data set into the cache folder
    #[cfg(feature = "mnist")]
    Data(data::Args),
    /// Look at a recording before anything is trained, and recommend window, hop and channels
    Inspect(inspect::Args),
    /// Write what `inspect` recommends as a commented configuration, which `train --config` takes as it is
    Init(init::Args),
    /// Write a made-up recording of a machine, to try everything on: normal behaviour, and a later day with faults
    Example(example::Args),
    /// Write synthetic signals, normal or with faults, as CSV
    Generate(generate::Args),
    /// Evaluate a run on its test data, float and int8 side by side
    Evaluate(evaluate::Args),
    /// Score windows with a run's int8 model, one line a window
    Score(score::Args),
    /// Say of a recording what the device says, alarms included, as if it came sample by sample
    Replay(replay::Args),
    /// Repeat what a device learnt where it stands, from the journal that it wrote
    Settle(settle::Args),
    /// Judge detection by a benchmark's protocol: ECG, SKAB, UCR, CWRU, NAB, or one of your own
    BenchDetect(bench_detect::Args),
    /// Show how the integer network becomes a plan
    Lower(lower::Args),
    /// Quantize a run's trained weights once more, with other settings
    Quantize(quantize::Args),
    /// Write the device artifacts of a run for another target or budget
    Export(export::Args),
    /// Take a network that was made elsewhere: an int8 .tflite model
    Import(import::Args),
    /// Write a run as a page to look at, with its pictures as SVG and PNG
    #[cfg(feature = "report")]
    Report(report::Args),
    /// Print completions for a shell
    Completions(completions::Args),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let level = tracing_subscriber::EnvFilter::try_from_env("PICOAE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(level).with_writer(std::io::stderr).log_internal_errors(false).init();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help for nobody is no failure; help that a full disk swallowed is one.
            return match error.print() {
                Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    let done = match cli.command {
        Command::Train(args) => train::run(&args),
        #[cfg(feature = "mnist")]
        Command::Data(args) => data::run(args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Example(args) => example::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Settle(args) => settle::run(&args),
        Command::BenchDetect(args) => bench_detect::run(&args),
        Command::Quantize(args) => quantize::run(&args),
        Command::Lower(args) => lower::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        #[cfg(feature = "report")]
        Command::Report(args) => report::run(&args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            let hint = if error.is_full_disk() { "; make room and try again: all is as it was before" } else { "" };
            note!("picoae: {}{hint}", one_line(&error.to_string()));
            ExitCode::from(error.exit_code())
        }
    }
}
