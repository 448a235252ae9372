//! Cargo's own extensions, installed when they are missing.

use anyhow::{Context, Result};

use super::shell;

/// Installs `cargo NAME` from the crate `cargo-NAME` unless it is there; `version` is a requirement, as in a manifest.
///
/// These tools run for a second or two here: they are built without optimization, in a third of the time.
pub(crate) fn extension(name: &str, version: &str) -> Result<()> {
    if shell::ask(shell::cargo().args([name, "--version"])).is_some() {
        return Ok(());
    }
    let mut cargo = shell::cargo();
    cargo.args(["install", "--quiet", "--locked", "--version", version, &format!("cargo-{name}")]);
    for (setting, value) in [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")] {
        cargo.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    shell::run(&mut cargo).with_context(|| format!("`cargo {name}` is missing; install it by hand"))
}
