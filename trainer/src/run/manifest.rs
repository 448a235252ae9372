//! `run.json`: which files belong together, each with its hash.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Its name in the folder.
pub(super) const NAME: &str = "run.json";

/// What a folder of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A run: everything from the configuration to the report.
    Run,
    /// What scoring needs of a run, written by `picoae export --out`.
    Export,
    /// A network that was made elsewhere, without weights to train and without limits, written by `picoae import`.
    Import,
}

/// A file as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Published {
    pub(super) bytes: u64,
    /// In lower-case hexadecimal.
    pub(super) sha256: String,
}

impl Published {
    pub(super) fn of(content: &[u8]) -> Self {
        Self { bytes: content.len() as u64, sha256: sha256(content) }
    }
}

/// The files that were published together, by their names with `/` between folders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    pub(super) kind: Kind,
    pub(super) files: BTreeMap<String, Published>,
}

/// The only format so far.
const FORMAT: u32 = 1;

impl Manifest {
    /// Without a file yet.
    pub(super) fn new(kind: Kind) -> Self {
        Self { format: FORMAT, kind, files: BTreeMap::new() }
    }

    /// The manifest of `folder`; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Json`] or [`Error::File`] when it is no manifest of this format.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(NAME);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(e) => return Err(Error::io(&path, e)),
        };
        let read: Self = serde_json::from_slice(&text).map_err(|source| Error::Json { path: path.clone(), source })?;
        if read.format != FORMAT {
            let message = format!("format {}, expected {FORMAT}: use the picoae that wrote it", read.format);
            return Err(Error::file(path, message));
        }
        if let Some(name) = read.files.keys().find(|name| !is_inside(name)) {
            return Err(Error::file(path, format!("{name:?} is no file of the folder")));
        }
        Ok(Some(read))
    }

    /// As the file has it.
    ///
    /// # Errors
    /// None that could happen here.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self).map_err(|e| Error::encode(NAME, e))? + "\n")
    }
}

/// Whether a name stays in the folder: names of folders and a file, no way up.
pub(super) fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    !name.is_empty() && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round_and_names_no_file_outside() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), None);
        let mut made = Manifest::new(Kind::Run);
        made.files.insert("report/a.svg".into(), Published::of(b"a"));
        let path = folder.path().join(NAME);
        std::fs::write(&path, made.to_json().unwrap()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), Some(made.clone()));
        for outside in ["../a", "/a", "a/../../b", ""] {
            let mut bad = made.clone();
            bad.files.insert(outside.into(), Published::of(b""));
            std::fs::write(&path, bad.to_json().unwrap()).unwrap();
            assert!(Manifest::read(folder.path()).unwrap_err().to_string().contains("no file of the folder"));
        }
    }
}
