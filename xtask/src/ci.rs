//! `cargo xtask ci`: formatting, clippy and documentation without a warning, the dependencies, all tests, the portable paths
//! under Miri and on a big-endian machine, a minute of fuzzing.

use std::process::Command;

use anyhow::Result;

use crate::device::cases;
use crate::device::cores::CORES;
use crate::device::toolchain::Toolchain;
use crate::support::tally::Tally;
use crate::support::{paths, shell};
use crate::{big_endian, deny, fuzz, miri, setup, test};

/// Runs every step, also after one that failed.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    let cargo = |arguments: &[&str]| {
        let mut command = shell::cargo();
        command.args(arguments);
        command
    };
    let mut step = |name: &str, command: &mut Command| tally.check(name, shell::run(command));
    step("formatting", &mut cargo(&["fmt", "--all", "--check"]));
    step("formatting of the firmware", cargo(&["fmt", "--check"]).current_dir(paths::firmware()));
    step("formatting of the fuzz targets", cargo(&["fmt", "--all", "--check"]).current_dir(paths::fuzz()));
    step("clippy", &mut cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    let features = ["clippy", "--locked", "-p", "picoae", "--features", "defmt", "--", "-D", "warnings"];
    step("clippy, the runtime with defmt", &mut cargo(&features));
    let features = ["clippy", "--locked", "-p", "picoae-trainer", "--no-default-features", "--", "-D", "warnings"];
    step("clippy, the trainer without its features", &mut cargo(&features));
    let mut doc = cargo(&["doc", "--locked", "--workspace", "--no-deps"]);
    step("documentation", doc.env("RUSTDOCFLAGS", "-D warnings"));
    if let Err(error) = deny::run(tally) {
        tally.fail(format!("dependencies: {error:#}"));
    }
    match setup::run() {
        Ok(toolchain) => firmware_clippy(tally, &toolchain)?,
        Err(error) => tally.fail(format!("setup: {error:#}")),
    }
    test::run(tally)?;
    miri::run(tally)?;
    big_endian::run(tally)?;
    fuzzing(tally)
}

/// A minute of fuzzing, all targets together.
fn fuzzing(tally: &mut Tally) -> Result<()> {
    match fuzz::possible() {
        Ok(()) => fuzz::run(tally, &fuzz::Options::repeatable(60)),
        Err(why) => {
            println!("skipped: fuzzing, because {why:#}");
            Ok(())
        }
    }
}

/// Clippy on the firmware, for every target and both artifacts. Needs rustup's targets: clippy brings its own
/// compiler, which cannot use libraries that another one built.
fn firmware_clippy(tally: &mut Tally, toolchain: &Toolchain) -> Result<()> {
    if !toolchain.is_prebuilt() {
        println!("skipped: clippy on the firmware, because the device's compiler here has no clippy");
        return Ok(());
    }
    let cases = cases::make()?;
    for core in CORES {
        let products = cases.products(core)?;
        for features in ["report", "report,const-model", "report,stages"] {
            let mut cargo = shell::cargo();
            cargo.current_dir(paths::firmware()).args(["clippy", "--no-default-features", "--features", features]);
            toolchain.configure(&mut cargo, core);
            cargo.arg("--target-dir").arg(paths::device_target()).env("PICOAE_MODEL_DIR", &products[0].folder);
            cargo.args(["--", "-D", "warnings"]);
            tally.check(&format!("clippy on the firmware, {}, {features}", core.name), shell::run(&mut cargo));
        }
    }
    Ok(())
}
