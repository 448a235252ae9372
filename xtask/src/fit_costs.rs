//! `cargo xtask fit-costs`: fits the rates of the compiler's estimates to counted stages.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bench::costs::samples::Samples;
use crate::bench::costs::{measure, source};
use crate::setup;
use crate::support::tool::tool;
use crate::support::{paths, shell};

/// What to fit to.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Counts the stages anew on the emulated devices, and writes their file too.
    #[arg(long)]
    measure: bool,
    /// With --measure: a folder of plans to count, in place of those that the tests crate makes
    #[arg(long, requires = "measure")]
    cases: Option<PathBuf>,
}

/// Fits, and writes the compiler's source file.
pub(crate) fn run(options: &Options) -> Result<()> {
    let path = Samples::path();
    if options.measure {
        let toolchain = setup::run()?;
        let folder = options.cases.clone().map_or_else(make_cases, Ok)?;
        write(&path, &measure::all(&toolchain, &folder)?.json()?)?;
    }
    write(&source::path(), &source::render(&Samples::read(&path)?)?)
}

/// Lets the tests crate make the plans.
fn make_cases() -> Result<PathBuf> {
    let folder = paths::device_target().join("cost-cases");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}: cannot clear this folder", folder.display()))?;
    }
    shell::run(tool("cost-cases")?.arg(&folder))?;
    Ok(folder)
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{}: cannot write this file", path.display()))?;
    eprintln!("wrote {}", path.display());
    Ok(())
}
