//! Debian packages, installed when they are missing.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::support::shell;

/// Installs packages with apt-get; through sudo when the user is not root.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !available() {
        bail!("there is no apt-get here to install {} with", packages.join(", "));
    }
    shell::run(apt_get().arg("update"))?;
    shell::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

/// Whether this machine has apt-get at all.
pub(crate) fn available() -> bool {
    shell::ask(Command::new("apt-get").arg("--version")).is_some()
}

fn apt_get() -> Command {
    let root = shell::ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = if root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq").stdin(Stdio::null());
    command
}
