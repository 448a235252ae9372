//! Builds what a command writes in a hidden folder and publishes it in one step.

use super::dir::RunDir;
use super::fingerprint::Fingerprint;
use super::lock::WriteLock;
use super::manifest::{self, Kind, Manifest, Published};
use super::place::Place;
use super::publish::{self, Change};
use super::training::Training;
use crate::config::RunConfig;
use crate::data::Normalizer;
use crate::error::{Error, Result};
use crate::fit::Epoch;
use crate::pipeline::{Assessment, CalibratedPlan, ChannelNormal, Normal};
use picoae_compiler::export;
use picoae_compiler::files;
use picoae_compiler::graph::QGraph;
use picoae_compiler::spec::Architecture;
use picoae_compiler::weights::Weights;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// What a training does with a folder that holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// Refuses a run, and one whose training was interrupted.
    Refuse,
    /// Replaces a run.
    Overwrite,
    /// Goes on with it.
    Resume,
}

/// A set of files on its way into a folder. Nothing is seen of it before [`Staged::publish`]; dropped without that, it is gone. No
/// other command can write into the folder meanwhile.
#[derive(Debug)]
pub struct Staged {
    place: Place,
    next: PathBuf,
    /// What the folder will be; `None` for files that are no run.
    kind: Option<Kind>,
    /// What the folder is now, where it is ours.
    old: Option<Manifest>,
    /// The run that is added to.
    run: Option<RunDir>,
    /// Folders of the run whose files go.
    dropped: Vec<String>,
    lock: WriteLock,
}

impl Staged {
    /// A new run for `folder`.
    ///
    /// # Errors
    /// [`Error::File`] for an occupied folder: always one that holds something else than a run, and a run if `existing` says so;
    /// [`Error::Busy`] while another command writes into it; [`Error::Io`].
    pub fn create(folder: &Path, existing: Existing) -> Result<Self> {
        let staged = Self::begin(folder, "train", Some(Kind::Run))?;
        match &staged.old {
            Some(old) if existing == Existing::Refuse => {
                let what = match old.kind {
                    Kind::Run => "there is a run in it",
                    Kind::Export => "there is an exported model in it",
                    Kind::Import => "there is an imported network in it",
                };
                Err(Error::file(
                    folder,
                    format!("{what}; replace it with --overwrite, or name another folder with --out"),
                ))
            }
            None if !is_empty(&staged.place.resolved)? => {
                let message = "occupied by something that is no run of this version, which is never replaced; name another \
                               folder with --out";
                Err(Error::file(folder, message))
            }
            _ if existing == Existing::Refuse && staged.training().is_resumable() => {
                let message = "a training was interrupted there; go on with --resume, or begin anew with --overwrite";
                Err(Error::file(folder, message))
            }
            _ => Ok(staged),
        }
    }

    /// Additions to the run in `folder` by `command`.
    ///
    /// # Errors
    /// As [`RunDir::open`]; [`Error::Busy`] while another command writes into it; [`Error::Io`].
    pub fn change(folder: &Path, command: &str) -> Result<Self> {
        // First without a lock, which would make a hidden folder beside what is no run.
        RunDir::open(folder)?;
        let mut staged = Self::begin(folder, command, Some(Kind::Run))?;
        let run = RunDir::open(folder)?;
        if run.kind() != Kind::Run {
            let message = match run.kind() {
                Kind::Import => {
                    "holds a network that was made elsewhere, which nothing can be added to; name a folder with --out"
                }
                _ => "exported for scoring, which nothing can be added to; name the run that it comes from",
            };
            return Err(Error::file(folder, message));
        }
        staged.run = Some(run);
        Ok(staged)
    }

    /// A network that was made elsewhere, for `folder`.
    ///
    /// # Errors
    /// [`Error::File`] for an occupied folder: always one that holds something else than an imported network, and one that does unless
    /// `overwrite` says so; [`Error::Busy`]; [`Error::Io`].
    pub fn import(folder: &Path, overwrite: bool) -> Result<Self> {
        let staged = Self::begin(folder, "import", Some(Kind::Import))?;
        let message = match staged.old.as_ref().map(|old| old.kind) {
            Some(Kind::Import) if overwrite => return Ok(staged),
            Some(Kind::Import) => {
                "there is an imported network in it; replace it with --overwrite, or name another folder with --out"
            }
            Some(_) => "there is a run or an exported model in it; name another folder with --out",
            None if !is_empty(&staged.place.resolved)? => "occupied; name another folder with --out",
            None => return Ok(staged),
        };
        Err(Error::file(folder, message))
    }

    /// What scoring needs of a run, for another folder. Other people's files in it stay.
    ///
    /// # Errors
    /// [`Error::File`] for a run, and for a folder where another file has one of the names; [`Error::Busy`]; [`Error::Io`].
    pub fn export(folder: &Path) -> Result<Self> {
        let staged = Self::begin(folder, "export", Some(Kind::Export))?;
        if staged.old.as_ref().is_some_and(|old| old.kind == Kind::Run) {
            let message = "there is a run in it, which its own artifacts belong to; name another folder with --out";
            return Err(Error::file(folder, message));
        }
        Ok(staged)
    }

    /// Files that are no run, for a folder with or without others.
    ///
    /// # Errors
    /// [`Error::File`] for a run; [`Error::Busy`]; [`Error::Io`].
    pub fn files(folder: &Path, command: &str) -> Result<Self> {
        let staged = Self::begin(folder, command, None)?;
        if staged.old.is_some() {
            let message = "there is a run or an exported model in it; leave --out away, or name another folder";
            return Err(Error::file(folder, message));
        }
        Ok(staged)
    }

    fn begin(folder: &Path, command: &str, kind: Option<Kind>) -> Result<Self> {
        let place = Place::of(folder)?;
        place.check_replaceable()?;
        let lock = WriteLock::take(&place, command)?;
        publish::finish(&place, &lock)?;
        publish::clean(&place, &lock)?;
        let old = Manifest::read(&place.resolved)?;
        let next = place.work.join(format!("next-{}", std::process::id()));
        fs::create_dir(&next).map_err(|e| Error::io(&next, e))?;
        Ok(Self { place, next, kind, old, run: None, dropped: Vec::new(), lock })
    }

    /// The folder, as it was named.
    pub fn folder(&self) -> &Path {
        &self.place.shown
    }

    /// The run that is there now and that is added to.
    ///
    /// # Errors
    /// [`Error::Invalid`] where nothing is added to.
    pub fn run(&self) -> Result<&RunDir> {
        self.run.as_ref().ok_or_else(|| Error::invalid("no run is added to"))
    }

    /// What the training of this run keeps until it is published.
    pub fn training(&self) -> Training {
        Training::new(self.place.training(), self.place.shown.clone())
    }

    /// Where a staged file lies until it is published.
    pub fn path(&self, name: &str) -> PathBuf {
        self.next.join(name)
    }

    /// Stages a file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Ok(files::write_atomic(self.path(name), content)?)
    }

    /// Stages a file of JSON.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(|e| Error::encode(name, e))?;
        self.write(name, text + "\n")
    }

    /// Stages the whole effective configuration.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_config(&self, config: &RunConfig) -> Result<()> {
        self.write("config.toml", config.to_toml()?)
    }

    /// Stages the trained weights.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_weights(&self, weights: &Weights, architecture: &Architecture) -> Result<()> {
        // One entry: several would be written in an order that differs from run to run.
        let metadata = [("model".to_string(), architecture.name.clone())];
        Ok(weights.save(self.path("weights.safetensors"), metadata.into_iter().collect())?)
    }

    /// Stages the integer network.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_graph(&self, graph: &QGraph) -> Result<()> {
        Ok(graph.save(self.path("quantized.safetensors"))?)
    }

    /// Stages both forms of a plan.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_plan(&self, plan: &CalibratedPlan) -> Result<()> {
        self.write("device.safetensors", export::blob(&plan.lowered)?)?;
        self.write("device.rs", export::rust(&plan.lowered)?)
    }

    /// Stages how the sensor's values became the network's.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_normalizer(&self, normalizer: &Normalizer) -> Result<()> {
        self.write_json("normalizer.json", normalizer)
    }

    /// Stages what is normal.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_normal(&self, normal: &Normal) -> Result<()> {
        self.write_json("normal.json", normal)
    }

    /// Stages what is usual of each channel.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_channels(&self, channels: &[ChannelNormal]) -> Result<()> {
        self.write_json("channels.json", &channels)
    }

    /// Stages which samples the run was trained on.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_fingerprint(&self, fingerprint: &Fingerprint) -> Result<()> {
        self.write_json("samples.json", fingerprint)
    }

    /// Stages how training went.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_history(&self, history: &[Epoch]) -> Result<()> {
        self.write_json("history.json", &history)
    }

    /// Stages the result.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn save_assessment(&self, assessment: &Assessment) -> Result<()> {
        self.write_json("metrics.json", assessment)
    }

    /// Stages a file that lies elsewhere.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn copy(&self, from: &Path, name: &str) -> Result<()> {
        // A link takes no room, but not every file system has them.
        if fs::hard_link(from, self.path(name)).is_err() {
            fs::copy(from, self.path(name)).map_err(|e| Error::io(self.path(name), e))?;
        }
        Ok(())
    }

    /// The folder `name` of the run goes with what is published: it was made of other files. Says whether there is one.
    pub fn drop_folder(&mut self, name: &str) -> bool {
        let prefix = format!("{name}/");
        let there = self.old.as_ref().is_some_and(|old| old.files.keys().any(|file| file.starts_with(&prefix)));
        self.dropped.push(prefix);
        there
    }

    /// Puts everything in place. What the run had and what is neither staged nor dropped stays; a new run replaces all.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::File`] where something else has one of the names. The folder is then as it was.
    pub fn publish(mut self) -> Result<()> {
        let mut names = Vec::new();
        listed(&self.next, &self.next, &mut names)?;
        let old_names: Vec<String> = self.old.iter().flat_map(|old| old.files.keys().cloned()).collect();
        let stays = |name: &String| {
            self.run.is_some() && !names.contains(name) && !self.dropped.iter().any(|d| name.starts_with(d))
        };
        let unchanged: Vec<String> = old_names.iter().filter(|name| stays(name)).cloned().collect();
        let removed =
            old_names.iter().filter(|name| !names.contains(name) && !unchanged.contains(name)).cloned().collect();
        if self.kind == Some(Kind::Export) {
            self.refuse_others(&names, &old_names)?;
        }
        if let Some(kind) = self.kind {
            let mut manifest = Manifest::new(kind);
            for name in &names {
                manifest.files.insert(name.clone(), Published::of(&files::read(self.next.join(name))?));
            }
            let kept = self.old.iter().flat_map(|old| &old.files).filter(|(name, _)| unchanged.contains(name));
            manifest.files.extend(kept.map(|(name, published)| (name.clone(), published.clone())));
            self.write(manifest::NAME, manifest.to_json()?)?;
            names.push(manifest::NAME.into());
        }
        let change = Change { next: &self.next, files: names, unchanged, removed, old: self.old.as_ref() };
        publish::publish(&self.place, &change, &self.lock)?;
        if self.kind == Some(Kind::Run) && self.run.take().is_none() {
            self.training().discard()?;
        }
        Ok(())
    }

    /// Refuses to replace files that no export has written.
    fn refuse_others(&self, names: &[String], old: &[String]) -> Result<()> {
        let others = names.iter().filter(|name| !old.contains(name));
        match others.map(|name| self.place.resolved.join(name)).find(|path| path.exists()) {
            Some(path) => {
                Err(Error::file(path, "not written by picoae export, so it stays; name another folder with --out"))
            }
            None => Ok(()),
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.next);
    }
}

/// Names of all files in `at`, told from `root`.
fn listed(root: &Path, at: &Path, names: &mut Vec<String>) -> Result<()> {
    let io = |e| Error::io(at, e);
    for entry in fs::read_dir(at).map_err(io)? {
        let entry = entry.map_err(io)?;
        if entry.file_type().map_err(io)?.is_dir() {
            listed(root, &entry.path(), names)?;
        } else if let Some(name) = publish::name_in(root, &entry.path()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(())
}

/// Whether nothing is there, or a folder without anything in it.
fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(e) => Err(Error::io(folder, e)),
    }
}
