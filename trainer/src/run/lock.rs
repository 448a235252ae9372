//! Only one command at a time writes into a folder.
//!
//! The lock is the operating system's, on a file in the hidden folder beside: it ends with the process, however that ends, and
//! replacing the folder does not lose it. Readers take none: they see one set of files or the next (`dir.rs`).

use super::place::Place;
use crate::error::{Error, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

/// Tries at a lock file that its last owner is just removing.
const TRIES: usize = 100;

/// The right to write, until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock {
    file: File,
    place: Place,
    /// Parent folders that were made for it, innermost first.
    made: Vec<PathBuf>,
}

impl WriteLock {
    /// Takes it for `command`, which the message to a second one names.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has it; [`Error::Io`] where nothing can be written.
    pub(super) fn take(place: &Place, command: &str) -> Result<Self> {
        let made: Vec<PathBuf> =
            place.parent().ancestors().take_while(|path| !path.exists()).map(PathBuf::from).collect();
        let path = place.lock();
        for _ in 0..TRIES {
            std::fs::create_dir_all(&place.work).map_err(|e| Error::io(&place.work, e))?;
            let mut file = match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path) {
                Ok(file) => file,
                Err(e) if e.kind() == ErrorKind::NotFound => continue,
                Err(e) => return Err(Error::io(&path, e)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut by = String::new();
                    let _ = file.take(200).read_to_string(&mut by);
                    return Err(Error::Busy { path: place.shown.clone(), by: by.trim().to_owned() });
                }
                // A file system without locks: one command at a time is then the user's care.
                Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {}
                Err(TryLockError::Error(e)) => return Err(Error::io(&path, e)),
            }
            if is_at(&file, &path) {
                file.set_len(0).map_err(|e| Error::io(&path, e))?;
                // On a full disk the name is missing in a message, nothing else.
                let _ = writeln!(file, "picoae {command}, process {}", std::process::id());
                return Ok(Self { file, place: place.clone(), made });
            }
        }
        Err(Error::Busy { path: place.shown.clone(), by: "another picoae".into() })
    }
}

impl Drop for WriteLock {
    /// Leaves no hidden folder behind that has nothing in it.
    fn drop(&mut self) {
        let only_the_lock = std::fs::read_dir(&self.place.work).is_ok_and(|entries| entries.count() == 1);
        if only_the_lock && cfg!(unix) && std::fs::remove_file(self.place.lock()).is_ok() {
            let _ = std::fs::remove_dir(&self.place.work);
            // A command that was refused leaves nothing; what has become full stays.
            self.made.iter().for_each(|parent| {
                let _ = std::fs::remove_dir(parent);
            });
        }
        let _ = self.file.unlock();
    }
}

/// Whether the open file is still the one at `path`: its last owner removes it before letting go.
#[cfg(unix)]
fn is_at(file: &File, path: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |known: std::fs::Metadata| (known.dev(), known.ino());
    matches!((file.metadata().map(id), std::fs::metadata(path).map(id)), (Ok(own), Ok(there)) if own == there)
}

/// Nothing removes it here.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &std::path::Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("deep/er/run")).unwrap();
        let first = WriteLock::take(&place, "train").unwrap();
        let refused = WriteLock::take(&place, "export").unwrap_err();
        assert!(refused.to_string().contains("picoae train, process"), "{refused}");
        assert_eq!(refused.exit_code(), 2);
        drop(first);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), usize::from(cfg!(not(unix))));
        let third = WriteLock::take(&place, "quantize").unwrap();
        std::fs::write(place.work.join("kept"), "").unwrap();
        drop(third);
        assert!(place.work.join("kept").is_file());
    }

    #[test]
    fn many_at_once_exclude_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("run")).unwrap();
        let inside = std::sync::atomic::AtomicUsize::new(0);
        let taken = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let Ok(lock) = WriteLock::take(&place, "train") else { continue };
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert!(taken.into_inner() > 0);
    }
}
