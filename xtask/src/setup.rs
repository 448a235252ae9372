//! `cargo xtask setup`: puts the device tool chain, the emulator, a C compiler and the browser that the report's test needs in
//! place. Quick when all is there.

use std::process::Command;

use anyhow::{Context, Result};

use crate::device::apt;
use crate::device::cores;
use crate::device::toolchain::Toolchain;
use crate::support::shell;

/// Installs what is missing, prints what is there, returns the compiler for the device.
pub(crate) fn run() -> Result<Toolchain> {
    let emulators = cores::emulators().into_iter().map(|emulator| ("emulator", emulator.program, emulator.package));
    let programs: Vec<_> =
        emulators.chain([("C compiler", "cc", "gcc"), ("browser", "chromium", "chromium")]).collect();
    let absent = programs.iter().filter(|(_, program, _)| version(program).is_none());
    let missing: Vec<&str> = absent.map(|(_, _, package)| *package).collect();
    if !missing.is_empty() {
        apt::install(&missing).with_context(|| format!("{} missing; install it by hand", missing.join(" and ")))?;
    }
    let toolchain = Toolchain::find_or_install()?;
    eprintln!("compiler  {}", toolchain.describe());
    for (label, program, _) in programs {
        eprintln!("{label}  {}", version(program).with_context(|| format!("`{program}` does not start"))?);
    }
    Ok(toolchain)
}

fn version(program: &str) -> Option<String> {
    let text = shell::ask(Command::new(program).arg("--version"))?;
    text.lines().next().map(str::to_owned)
}
