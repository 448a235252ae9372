//! The models that device runs are tested with: the host writes each with inputs and the results that it computed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use picoae::Model;

use super::part::{Core, Part};
use crate::support::{paths, shell};

/// A folder of cases, one folder a model: `device.safetensors`, `device.rs`, `inputs.i8`, `expected.bin`.
pub(crate) struct Cases {
    pub(crate) folder: PathBuf,
    /// Names of the models, sorted.
    pub(crate) models: Vec<String>,
}

/// Lets the host make the cases anew.
pub(crate) fn make() -> Result<Cases> {
    let folder = paths::device_target().join("cases");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}: cannot clear this folder", folder.display()))?;
    }
    let mut cargo = shell::cargo();
    cargo.args(["run", "--quiet", "--package", "picoae-tests", "--bin", "device-cases", "--"]).arg(&folder);
    shell::run(&mut cargo)?;
    let models = folders(&folder)?;
    if models.is_empty() {
        bail!("{}: the host made no cases", folder.display());
    }
    Ok(Cases { folder, models })
}

/// The reference models: each has a firmware program of its own, linked for real parts.
const PRODUCTS: [&str; 2] = ["timeseries", "digits"];

/// A case that is a reference model in one of its plans.
pub(crate) struct Product {
    /// The program for it: `timeseries` or `digits`.
    pub(crate) program: &'static str,
    /// The case's name: the program's, or that with the plan behind it (`timeseries-size`).
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
}

impl Product {
    /// The part that the program is linked for.
    pub(crate) fn part(&self, core: Core) -> Part {
        if self.program == "digits" { core.large_part() } else { core.part() }
    }
}

impl Cases {
    /// The reference models among the cases; both must be there.
    pub(crate) fn products(&self) -> Result<Vec<Product>> {
        let mut products = Vec::new();
        for program in PRODUCTS {
            let mine = |name: &&String| name.split('-').next() == Some(program);
            let found = products.len();
            products.extend(self.models.iter().filter(mine).map(|name| Product {
                program,
                name: name.clone(),
                folder: self.folder.join(name),
            }));
            if products.len() == found {
                bail!("{}: the host made no case `{program}`", self.folder.display());
            }
        }
        Ok(products)
    }
}

/// Names of the folders in a folder, sorted.
pub(crate) fn folders(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{}: cannot list this folder", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A file that must be there.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}: cannot read this file", path.display()))
}

/// An artifact in memory, aligned as the runtime wants it.
pub(crate) struct Artifact {
    words: Vec<u64>,
    bytes: usize,
    path: PathBuf,
}

impl Artifact {
    /// Reads `device.safetensors` of a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("device.safetensors");
        let bytes = read(&path)?;
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(&bytes);
        Ok(Self { words, bytes: bytes.len(), path })
    }

    /// The file's content.
    pub(crate) fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }

    /// The model in it.
    pub(crate) fn model(&self) -> Result<Model<'_>> {
        Model::from_bytes(self.bytes()).map_err(|error| anyhow::anyhow!("{}: {error}", self.path.display()))
    }
}
