//! What a training under way keeps beside the run, so that it can be resumed however it ended.

use super::dir::RunDir;
use super::fingerprint::Fingerprint;
use crate::config::RunConfig;
use crate::error::{Error, Result};
use picoae_compiler::files;
use std::path::{Path, PathBuf};

/// The checkpoint's name, there and in a run.
pub(super) const CHECKPOINT: &str = "checkpoint.safetensors";

/// The folder of a training under way: its configuration, the fingerprint of its samples and, behind the first epoch, a
/// checkpoint.
#[derive(Debug, Clone)]
pub struct Training {
    folder: PathBuf,
    shown: PathBuf,
}

/// What an interrupted training goes on from.
#[derive(Debug, Clone)]
pub struct Resumed {
    /// Its configuration.
    pub config: RunConfig,
    /// Its samples.
    pub fingerprint: Fingerprint,
    /// Its state.
    pub checkpoint: PathBuf,
}

impl Training {
    /// In `folder`, for the run in `shown`.
    pub(super) fn new(folder: PathBuf, shown: PathBuf) -> Self {
        Self { folder, shown }
    }

    /// Where the checkpoint is written.
    pub fn checkpoint(&self) -> PathBuf {
        self.folder.join(CHECKPOINT)
    }

    /// Whether an epoch of it was done.
    pub fn is_resumable(&self) -> bool {
        self.checkpoint().is_file()
    }

    /// Begins a training; one that was there is gone.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn begin(&self, config: &RunConfig, fingerprint: &Fingerprint) -> Result<()> {
        self.discard()?;
        files::write_atomic(self.folder.join("config.toml"), config.to_toml()?)?;
        let text = serde_json::to_string(fingerprint).map_err(|e| Error::encode("samples.json", e))?;
        Ok(files::write_atomic(self.folder.join("samples.json"), text)?)
    }

    /// Forgets it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn discard(&self) -> Result<()> {
        match std::fs::remove_dir_all(&self.folder) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io(&self.folder, e)),
            _ => Ok(()),
        }
    }

    /// What to go on from: a training that was interrupted, else the run's own checkpoint.
    ///
    /// # Errors
    /// [`Error::File`] where there is none.
    pub fn resumed(&self) -> Result<Resumed> {
        if self.is_resumable() {
            let path = self.folder.join("samples.json");
            let fingerprint = serde_json::from_slice(&files::read(&path)?)
                .map_err(|source| Error::Json { path: path.clone(), source })?;
            let config = RunConfig::read(self.folder.join("config.toml"))?;
            return Ok(Resumed { config, fingerprint, checkpoint: self.checkpoint() });
        }
        if let Some(run) = self.run()? {
            let checkpoint = run.path(CHECKPOINT);
            return Ok(Resumed { config: run.config()?, fingerprint: run.fingerprint()?, checkpoint });
        }
        Err(Error::file(&self.shown, "no checkpoint to resume from; train without --resume"))
    }

    /// The run, where there is one with a checkpoint.
    fn run(&self) -> Result<Option<RunDir>> {
        if !Path::exists(&self.shown.join(super::manifest::NAME)) {
            return Ok(None);
        }
        let run = RunDir::open(&self.shown)?;
        Ok(run.has(CHECKPOINT).then_some(run))
    }
}
