//! Licences, sources, bans and duplicates of all dependencies, and known vulnerabilities where their database can be had.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::support::tally::Tally;
use crate::support::{installed, paths, shell};

const VERSION: &str = "^0.20";

/// The database is a repository that is fetched over the network.
const PATIENCE: Duration = Duration::from_secs(120);

/// Checks each workspace against `deny.toml`; installs cargo-deny if it is missing.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    installed::extension("deny", VERSION)?;
    let workspaces = [paths::root(), paths::firmware(), paths::fuzz()];
    for workspace in &workspaces {
        let checked = shell::run(check(workspace).args(["bans", "licenses", "sources"]));
        tally.check(&format!("dependencies of {}", workspace.display()), checked);
    }
    for workspace in &workspaces {
        match advisories(workspace) {
            Ok(true) => tally.pass(),
            Ok(false) => {
                println!("skipped: known vulnerabilities, because their database cannot be had here");
                break;
            }
            Err(error) => tally.fail(format!("{error:#}")),
        }
    }
    Ok(())
}

fn check(workspace: &Path) -> Command {
    let mut cargo = shell::cargo();
    cargo.args(["deny", "--locked", "--log-level", "error", "--config"]).arg(paths::root().join("deny.toml"));
    cargo.arg("--manifest-path").arg(workspace.join("Cargo.toml")).arg("check");
    // One file serves every workspace, and none has all that it names.
    for lint in ["unmatched-skip", "unmatched-skip-root", "unused-wrapper"] {
        cargo.args(["--allow", lint]);
    }
    cargo
}

/// Whether the database could be had.
fn advisories(workspace: &Path) -> Result<bool> {
    let ended = shell::run_bounded(check(workspace).arg("advisories"), PATIENCE)?;
    if ended.success() {
        return Ok(true);
    }
    if ended.status.is_none() || ended.stderr.contains("failed to fetch advisory database") {
        return Ok(false);
    }
    bail!("known vulnerabilities in {}:\n{}", workspace.display(), ended.stderr)
}
