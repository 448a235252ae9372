//! The models that device runs are tested with: the host writes each with inputs and the results that it computed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use picoae::Model;

use super::cores::{CORES, Core, Part};
use crate::support::tool::tool;
use crate::support::{paths, shell};

/// A folder of cases, one folder a model: `device.safetensors`, `device.rs`, `inputs.i8`, `expected.bin`; those of raw samples
/// (`raw-NAME`) have `samples.raw` and `verdicts.bin`.
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
    shell::run(tool("device-cases")?.arg(&folder))?;
    let models = folders(&folder)?;
    if models.is_empty() {
        bail!("{}: the host made no cases", folder.display());
    }
    Ok(Cases { folder, models })
}

/// The reference models and those of the zoo, each with the firmware program that is linked for it for real parts.
const PRODUCTS: [(&str, &str); 8] = [
    ("timeseries", "timeseries"),
    ("linear", "timeseries"),
    ("digits", "digits"),
    ("mlperf-ad", "digits"),
    ("vibration", "timeseries"),
    ("conv1d-8ch", "timeseries"),
    ("separable-3ch", "timeseries"),
    ("image-64", "digits"),
];

/// A reference model, trained, in one of its plans for one core.
pub(crate) struct Product {
    /// The program for it: `timeseries` or `digits`.
    pub(crate) program: &'static str,
    /// The model, or model and plan (`timeseries-size`).
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// Where it runs.
    pub(crate) core: &'static Core,
}

impl Product {
    /// The part that the program is linked for.
    pub(crate) fn part(&self) -> Part {
        if self.program == "digits" { self.core.large_part() } else { self.core.part() }
    }
}

impl Cases {
    /// The reference models with a plan for `core`: cases named `timeseries.CORE`, `timeseries-PLAN.CORE`, and the same of
    /// `linear` and `digits`. Those with random weights (`-random`) are no products.
    pub(crate) fn products(&self, core: &'static Core) -> Result<Vec<Product>> {
        let mut products = Vec::new();
        for (network, program) in PRODUCTS {
            let found = products.len();
            for model in &self.models {
                let Some(name) = model.strip_suffix(core.plan_suffix) else { continue };
                if name == network || name.strip_prefix(network).is_some_and(|p| p.starts_with('-') && p != "-random") {
                    let folder = self.folder.join(model);
                    products.push(Product { program, name: name.to_owned(), folder, core });
                }
            }
            if products.len() == found {
                bail!("{}: the host made no case `{network}{}`", self.folder.display(), core.plan_suffix);
            }
        }
        Ok(products)
    }

    /// The models that `core` runs: all but those planned for another.
    pub(crate) fn models_for(&self, core: &'static Core) -> Vec<&String> {
        let other = |name: &str| {
            let mut others = CORES.iter().filter(|other| other.plan_suffix != core.plan_suffix);
            others.any(|other| name.ends_with(other.plan_suffix))
        };
        self.models.iter().filter(|name| !other(name) && !is_stream(name) && !settles(name)).collect()
    }
}

/// Whether a case is one of raw samples.
pub(crate) fn is_raw(model: &str) -> bool {
    model.starts_with("raw-")
}

/// Whether a case is a stream of raw samples.
pub(crate) fn is_stream(model: &str) -> bool {
    model.starts_with("stream-")
}

/// Whether a case settles in on site.
pub(crate) fn settles(model: &str) -> bool {
    model.starts_with("settle")
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
