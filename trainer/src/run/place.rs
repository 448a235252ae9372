//! Where a folder lies, and the hidden one beside it that commands work in.

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Longest name, in bytes, that the hidden folder takes over; file systems allow 255.
const NAME_BYTES: usize = 200;

/// A folder and the hidden one beside it: on the same disk, so that what is made there can be renamed into place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder as the user named it, for messages.
    pub(super) shown: PathBuf,
    /// The folder, absolute, links resolved as far as it is there.
    pub(super) resolved: PathBuf,
    /// The hidden folder: `.NAME.picoae`.
    pub(super) work: PathBuf,
}

impl Place {
    /// Of `folder`, there or not.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::File`] for a file, a link to nothing and a path without a name.
    pub(super) fn of(folder: &Path) -> Result<Self> {
        let io = |e| Error::io(folder, e);
        let resolved = match std::fs::metadata(folder) {
            Ok(known) if !known.is_dir() => {
                return Err(Error::file(folder, "there is a file of that name, expected a folder or nothing"));
            }
            Ok(_) => std::fs::canonicalize(folder).map_err(io)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                if folder.is_symlink() {
                    return Err(Error::file(folder, "a link to nothing; name the folder that is meant"));
                }
                std::path::absolute(folder).map_err(io)?
            }
            Err(e) => return Err(io(e)),
        };
        let (Some(parent), Some(name)) = (resolved.parent(), resolved.file_name()) else {
            return Err(Error::file(folder, "a path without a name; name a folder in it"));
        };
        let work = parent.join(hidden(name));
        Ok(Self { shown: folder.to_path_buf(), work, resolved })
    }

    /// Refuses what cannot be replaced by renaming.
    ///
    /// # Errors
    /// [`Error::File`] for a mount point.
    pub(super) fn check_replaceable(&self) -> Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            let device = |path: &Path| std::fs::metadata(path).map(|known| known.dev());
            if let (Ok(own), Ok(around)) = (device(&self.resolved), device(self.parent()))
                && own != around
            {
                return Err(Error::file(&self.shown, "a mount point, which cannot be replaced; name a folder in it"));
            }
        }
        Ok(())
    }

    /// The folder that the hidden one lies in.
    pub(super) fn parent(&self) -> &Path {
        self.work.parent().unwrap_or(Path::new("."))
    }

    /// The file that says which command writes.
    pub(super) fn lock(&self) -> PathBuf {
        self.work.join("lock")
    }

    /// The list of files that are about to be put in place.
    pub(super) fn journal(&self) -> PathBuf {
        self.work.join("commit.json")
    }

    /// What a training under way keeps.
    pub(super) fn training(&self) -> PathBuf {
        self.work.join("training")
    }
}

/// The hidden folder's name. A name that would become too long is told by its hash.
fn hidden(name: &std::ffi::OsStr) -> OsString {
    let mut hidden = OsString::from(".");
    if name.len() <= NAME_BYTES {
        hidden.push(name);
    } else {
        hidden.push(&super::manifest::sha256(name.as_encoded_bytes())[..16]);
    }
    hidden.push(".picoae");
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_the_folder_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let place = Place::of(&root.join("run")).unwrap();
        assert_eq!((place.work, place.resolved), (root.join(".run.picoae"), root.join("run")));
        let long = Place::of(&root.join("n".repeat(255))).unwrap();
        assert!(long.work.file_name().unwrap().len() < 50);
        std::fs::create_dir(root.join("there")).unwrap();
        assert_eq!(Place::of(&root.join("there/.")).unwrap().work, root.join(".there.picoae"));
        std::fs::write(root.join("file"), "").unwrap();
        assert_eq!(Place::of(&root.join("file")).unwrap_err().exit_code(), 2);
        assert_eq!(Place::of(Path::new("/")).unwrap_err().exit_code(), 2);
    }
}
