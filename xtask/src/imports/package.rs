//! The packages of this repository, as cargo describes them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::support::{paths, shell};

/// A package, as cargo sees it.
#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest_path: PathBuf,
    pub(super) targets: Vec<Target>,
    pub(super) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: Vec<String>,
    pub(super) src_path: PathBuf,
}

#[derive(Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
}

impl Package {
    /// The folder of its manifest.
    pub(super) fn folder(&self) -> PathBuf {
        self.manifest_path.parent().map(PathBuf::from).unwrap_or_default()
    }
}

/// The packages of every workspace of this repository.
pub(super) fn all() -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let mut packages = Vec::new();
    for folder in [paths::root(), paths::firmware(), paths::fuzz()] {
        let mut cargo = shell::cargo();
        cargo.current_dir(&folder).args(["metadata", "--no-deps", "--format-version", "1"]);
        let text = shell::ask(&mut cargo).with_context(|| format!("{}: cargo metadata failed", folder.display()))?;
        packages.extend(serde_json::from_str::<Metadata>(&text)?.packages);
    }
    Ok(packages)
}
