//! A run: a folder with what training, quantization, lowering and evaluation made.

use crate::config::RunConfig;
use crate::data::Normalizer;
use crate::error::{Error, Result};
use crate::fit::Epoch;
use crate::network::Autoencoder;
use crate::pipeline::Assessment;
use picoae_compiler::export::AlignedBlob;
use picoae_compiler::files;
use picoae_compiler::graph::QGraph;
use picoae_compiler::spec::Architecture;
use picoae_compiler::weights::Weights;
use serde::{Serialize, de::DeserializeOwned};
use std::path::{Path, PathBuf};

/// A run's folder.
#[derive(Debug, Clone)]
pub struct RunDir {
    folder: PathBuf,
}

impl RunDir {
    /// The run to be made in `folder`; the first file that is written makes the folder.
    ///
    /// # Errors
    /// [`Error::File`] where there is a file of that name.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self> {
        let run = Self { folder: folder.into() };
        if run.folder.exists() && !run.folder.is_dir() {
            return Err(Error::file(&run.folder, "there is a file of that name, expected a folder or nothing"));
        }
        Ok(run)
    }

    /// An existing run.
    ///
    /// # Errors
    /// [`Error::File`] when the folder is none or holds no run.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let run = Self { folder: folder.into() };
        if !run.folder.is_dir() {
            return Err(Error::file(&run.folder, "no such run folder; make one with `picoae train`"));
        }
        if !run.path("config.toml").is_file() {
            return Err(Error::file(&run.folder, "no config.toml in it: this is not a run folder"));
        }
        Ok(run)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file of the run.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The file, which must be there.
    fn existing(&self, name: &str, made_by: &str) -> Result<PathBuf> {
        let path = self.path(name);
        if path.is_file() {
            return Ok(path);
        }
        Err(Error::file(&self.folder, format!("no {name} in this run folder; `{made_by}` makes it")))
    }

    /// The checkpoint that an interrupted training goes on from.
    pub fn checkpoint(&self) -> PathBuf {
        self.path("checkpoint.safetensors")
    }

    /// Keeps the whole effective configuration.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_config(&self, config: &RunConfig) -> Result<()> {
        Ok(files::write_atomic(self.path("config.toml"), config.to_toml()?)?)
    }

    /// The configuration.
    ///
    /// # Errors
    /// [`Error::Line`] for a file that was altered wrongly.
    pub fn config(&self) -> Result<RunConfig> {
        RunConfig::read(self.existing("config.toml", "picoae train")?)
    }

    /// Keeps the trained weights.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_weights(&self, weights: &Weights, architecture: &Architecture) -> Result<()> {
        // One entry: several would be written in an order that differs from run to run.
        let metadata = [("model".to_string(), architecture.name.clone())];
        Ok(weights.save(self.path("weights.safetensors"), metadata.into_iter().collect())?)
    }

    /// The trained network.
    ///
    /// # Errors
    /// [`Error::File`] without weights.
    pub fn network(&self, architecture: &Architecture) -> Result<Autoencoder> {
        let path = self.existing("weights.safetensors", "picoae train")?;
        let weights = Weights::load(&path)?;
        Autoencoder::from_weights(architecture, &weights).map_err(|e| e.in_file(path))
    }

    /// Keeps the integer network.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_graph(&self, graph: &QGraph) -> Result<()> {
        Ok(graph.save(self.path("quantized.safetensors"))?)
    }

    /// The integer network.
    ///
    /// # Errors
    /// [`Error::File`] without one.
    pub fn graph(&self) -> Result<QGraph> {
        Ok(QGraph::load(self.existing("quantized.safetensors", "picoae train")?)?)
    }

    /// The device artifact and its path.
    ///
    /// # Errors
    /// [`Error::File`] without one.
    pub fn artifact(&self) -> Result<(AlignedBlob, PathBuf)> {
        let path = self.existing("device.safetensors", "picoae train")?;
        Ok((AlignedBlob::read(&path)?, path))
    }

    /// Keeps how the sensor's values became the network's.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_normalizer(&self, normalizer: &Normalizer) -> Result<()> {
        self.save_json("normalizer.json", normalizer)
    }

    /// How the sensor's values became the network's.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn normalizer(&self) -> Result<Normalizer> {
        self.load_json("normalizer.json")
    }

    /// Keeps how training went.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_history(&self, history: &[Epoch]) -> Result<()> {
        self.save_json("history.json", &history)
    }

    /// How training went.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn history(&self) -> Result<Vec<Epoch>> {
        self.load_json("history.json")
    }

    /// Keeps the result.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_assessment(&self, assessment: &Assessment) -> Result<()> {
        self.save_json("metrics.json", assessment)
    }

    fn save_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Error::encode(self.path(name).display(), e))?;
        Ok(files::write_atomic(self.path(name), text + "\n")?)
    }

    fn load_json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.existing(name, "picoae train")?;
        serde_json::from_str(&files::read_text(&path)?).map_err(|source| Error::Json { path, source })
    }
}
