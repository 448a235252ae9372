//! The program that takes its models from the host, one after the other, as a script tells it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};

use super::build::{Build, Form};
use super::cores::Core;
use super::qemu;
use super::toolchain::Toolchain;

/// A run that has not ended by then never will.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// Runs the program that reads its models from the host. `script`'s file names are relative to `folder`.
pub(crate) fn run(toolchain: &Toolchain, folder: &Path, script: &str, core: &'static Core) -> Result<String> {
    let part = core.whole_board();
    let build = Build { program: "vectors", part, model: None, form: Form::Blob, report: true, stages: false };
    let program = build.make(toolchain)?;
    for line in script.lines() {
        remove(&folder.join(line.rsplit(' ').next().unwrap_or_default()))?;
    }
    // Other cores may run in the same folder.
    let name = format!("script-{}.txt", core.id);
    fs::write(folder.join(&name), script)?;
    let arguments = [name.as_str()];
    let run = qemu::Run { part, elf: &program, folder, arguments: &arguments, plugin: None, limit: PATIENCE };
    run.start()
}

/// Removes what an earlier run left, so that it cannot be taken for this run's.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => bail!("{}: {error}", path.display()),
        _ => Ok(()),
    }
}
