//! Reads a run: all of its files at once, so that a command sees one set whatever happens to the folder meanwhile.

use super::fingerprint::Fingerprint;
use super::manifest::{Kind, Manifest, Published};
use super::place::Place;
use super::publish;
use crate::config::RunConfig;
use crate::data::Normalizer;
use crate::error::{Error, Result};
use crate::fit::Epoch;
use crate::network::Autoencoder;
use crate::pipeline::{Assessment, ChannelNormal, Normal};
use picoae_compiler::export::AlignedBlob;
use picoae_compiler::files;
use picoae_compiler::graph::QGraph;
use picoae_compiler::spec::Architecture;
use picoae_compiler::weights::Weights;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Tries at a folder that another command is just replacing.
const TRIES: usize = 10;

/// A run, or the part of one that was exported, as it was when it was opened.
#[derive(Clone)]
pub struct RunDir {
    folder: PathBuf,
    manifest: Manifest,
    content: Arc<BTreeMap<String, Vec<u8>>>,
}

impl std::fmt::Debug for RunDir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunDir").field("folder", &self.folder).field("manifest", &self.manifest).finish()
    }
}

impl RunDir {
    /// Opens a run. A command that was ended while it put files in place is finished first, and every file is compared with what
    /// was published.
    ///
    /// # Errors
    /// [`Error::File`] when the folder is none or holds no run, or naming the file that does not belong to the others.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let place = Place::of(&folder)?;
        let mut tries = 0;
        loop {
            publish::recover(&place)?;
            if !folder.is_dir() {
                return Err(Error::file(folder, "no such run folder; make one with `picoae train`"));
            }
            let Some(manifest) = Manifest::read(&folder)? else {
                let message = if folder.join("config.toml").is_file() {
                    "no run.json in it: not a run folder of this version; train again into another folder"
                } else {
                    "no run.json in it: this is not a run folder"
                };
                return Err(Error::file(folder, message));
            };
            match Self::read(&folder, manifest.clone()) {
                // The folder was replaced between two files.
                Err(_) if tries < TRIES && (is_written(&place) || has_changed(&folder, &manifest)) => tries += 1,
                done => return done,
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn read(folder: &Path, manifest: Manifest) -> Result<Self> {
        let again = match manifest.kind {
            Kind::Run => "picoae train --overwrite",
            Kind::Export => "picoae export",
            Kind::Import => "picoae import --overwrite",
        };
        let mut content = BTreeMap::new();
        for (name, published) in &manifest.files {
            let path = folder.join(name);
            let altered = |what: &str| {
                let message = format!(
                    "{what} the file that was published with the others of this folder (run.json): restore it, or make the \
                     folder again with `{again}`"
                );
                Err(Error::file(&path, message))
            };
            // Pictures are looked at by people.
            if name.contains('/') {
                match path.metadata() {
                    Ok(known) if known.len() == published.bytes => continue,
                    _ => return altered("not"),
                }
            }
            let bytes = match files::read(&path) {
                Ok(bytes) => bytes,
                Err(picoae_compiler::Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                    return altered("there is no");
                }
                Err(error) => return Err(error.into()),
            };
            if Published::of(&bytes) != *published {
                return altered("not");
            }
            content.insert(name.clone(), bytes);
        }
        Ok(Self { folder: folder.to_path_buf(), manifest, content: Arc::new(content) })
    }

    /// The folder, as it was named.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it is a whole run.
    pub fn kind(&self) -> Kind {
        self.manifest.kind
    }

    /// Where a file of the run lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether the run has a file.
    pub fn has(&self, name: &str) -> bool {
        self.manifest.files.contains_key(name)
    }

    /// A file's content.
    fn content(&self, name: &str) -> Result<&[u8]> {
        self.content.get(name).map(Vec::as_slice).ok_or_else(|| {
            let message = match self.manifest.kind {
                Kind::Run => format!("no {name} in this run folder; train again with `picoae train --overwrite`"),
                Kind::Export => {
                    format!("no {name} in it: this folder was exported for scoring; name the run that it comes from")
                }
                Kind::Import => format!(
                    "no {name} in it: this folder holds a network that was made elsewhere, without limits; `picoae lower` and \
                     `picoae export` take it"
                ),
            };
            Error::file(&self.folder, message)
        })
    }

    /// The configuration.
    ///
    /// # Errors
    /// [`Error::Toml`] and others for a file of another version.
    pub fn config(&self) -> Result<RunConfig> {
        let path = self.path("config.toml");
        let text = String::from_utf8_lossy(self.content("config.toml")?);
        RunConfig::from_text(&path, &text)
    }

    /// The trained network.
    ///
    /// # Errors
    /// [`Error::File`] without weights.
    pub fn network(&self, architecture: &Architecture) -> Result<Autoencoder> {
        let path = self.path("weights.safetensors");
        let weights = Weights::from_bytes(self.content("weights.safetensors")?, &path)?;
        Autoencoder::from_weights(architecture, &weights).map_err(|e| e.in_file(path))
    }

    /// The integer network.
    ///
    /// # Errors
    /// [`Error::File`] without one.
    pub fn graph(&self) -> Result<QGraph> {
        let name = "quantized.safetensors";
        Ok(QGraph::from_bytes(self.content(name)?, self.path(name))?)
    }

    /// The device artifact and its path.
    ///
    /// # Errors
    /// [`Error::File`] without one.
    pub fn artifact(&self) -> Result<(AlignedBlob, PathBuf)> {
        let name = "device.safetensors";
        Ok((AlignedBlob::new(self.content(name)?), self.path(name)))
    }

    /// How the sensor's values became the network's.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn normalizer(&self) -> Result<Normalizer> {
        self.json("normalizer.json")
    }

    /// What training found to be normal.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn normal(&self) -> Result<Normal> {
        self.json("normal.json")
    }

    /// What is usual of each of its channels; nothing where there is only one, or where an artifact lies alone.
    ///
    /// # Errors
    /// [`Error::Json`].
    pub fn channels(&self) -> Result<Vec<ChannelNormal>> {
        if self.has("channels.json") { self.json("channels.json") } else { Ok(Vec::new()) }
    }

    /// Which samples it was trained on.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn fingerprint(&self) -> Result<Fingerprint> {
        self.json("samples.json")
    }

    /// How training went.
    ///
    /// # Errors
    /// [`Error::File`] without it.
    pub fn history(&self) -> Result<Vec<Epoch>> {
        self.json("history.json")
    }

    /// What was found on the test samples when it was made; none where an artifact lies alone.
    ///
    /// # Errors
    /// As [`RunDir::normal`].
    pub fn assessment(&self) -> Result<Assessment> {
        self.json("metrics.json")
    }

    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let path = self.path(name);
        serde_json::from_slice(self.content(name)?).map_err(|source| Error::Json { path, source })
    }
}

/// Whether a command is at work beside the folder.
fn is_written(place: &Place) -> bool {
    place.lock().exists()
}

/// Whether other files were published since.
fn has_changed(folder: &Path, manifest: &Manifest) -> bool {
    !matches!(Manifest::read(folder), Ok(Some(now)) if now == *manifest)
}
