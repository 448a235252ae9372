//! `cargo xtask`: tool chain set-up, tests on host and device, benchmarks, the CI steps.

mod bench;
mod bench_device;
mod bench_train;
mod big_endian;
mod ci;
mod deny;
mod device;
mod device_test;
mod documents;
mod emulate;
mod fit_costs;
mod fuzz;
mod imports;
mod miri;
mod setup;
mod support;
mod test;
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::support::tally::{Failed, Tally};

/// Everything around the crates: tool chain, tests on host and device, benchmarks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Puts the device tool chain, the emulator and a C compiler in place.
    Setup,
    /// Runs all tests, on the host and on the emulated devices.
    Test,
    /// Runs the tests on the emulated devices: every score and every reconstructed sample must be the host's.
    DeviceTest(device_test::Options),
    /// Runs a detector of one's own on an emulated board: its verdicts must be the workstation's, bit for bit.
    Emulate(emulate::Options),
    /// Runs the commands in README and tutorial as they stand.
    Documents,
    /// Runs a folder of operator cases (JSON) on the reference executor and the host's kernels.
    Vectors {
        /// Folder of the cases.
        folder: PathBuf,
        /// Runs them on the emulated devices too.
        #[arg(long)]
        device: bool,
    },
    /// Measures instructions, cycles and sizes on the emulated devices.
    BenchDevice(bench_device::Options),
    /// Fits the rates of the compiler's estimates to counted stages.
    FitCosts(fit_costs::Options),
    /// Measures training steps, beside PyTorch's where there is one, and writes them to docs/benchmarks.md.
    BenchTrain(bench_train::Options),
    /// Checks licences, sources, duplicates and bans of all dependencies, and known vulnerabilities.
    Deny,
    /// Fuzzes every reader and every plan; the first finding ends it.
    Fuzz(fuzz::Options),
    /// Reads the imports of all sources: no circle of files or folders in a crate, no dependency that points upwards.
    Imports,
    /// Runs the runtime's portable paths under Miri, where there is one.
    Miri,
    /// Runs the portable tests on an emulated big-endian machine, where its tool chain can be had.
    BigEndian,
    /// The steps of CI: formatting, clippy and documentation without a warning, dependencies, all tests, Miri, a big-endian
    /// machine, fuzzing.
    Ci,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Setup => setup::run().map(|_| ()),
        Task::Test => tallied(test::run),
        Task::DeviceTest(options) => tallied(|tally| device_test::run(tally, &options)),
        Task::Documents => tallied(documents::run),
        Task::Emulate(options) => emulate::run(&options),
        Task::Vectors { folder, device } => tallied(|tally| vectors::run(tally, &folder, device)),
        Task::BenchDevice(options) => bench_device::run(&options),
        Task::FitCosts(options) => fit_costs::run(&options),
        Task::BenchTrain(options) => bench_train::run(&options),
        Task::Deny => tallied(deny::run),
        Task::Fuzz(options) => tallied(|tally| fuzz::run(tally, &options)),
        Task::Imports => imports::run(),
        Task::Miri => tallied(miri::run),
        Task::BigEndian => tallied(big_endian::run),
        Task::Ci => tallied(ci::run),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is::<Failed>() {
                eprintln!("error: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Runs a task that counts checks; what stops it counts as one that failed.
fn tallied(task: impl FnOnce(&mut Tally) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut tally = Tally::default();
    if let Err(error) = task(&mut tally) {
        tally.fail(format!("{error:#}"));
    }
    tally.close()
}
