//! Puts a staged set of files in place such that, ended at any moment, the folder has the old set or the new one.
//!
//! - Nothing is there yet: the staged folder is renamed.
//! - The folder holds nothing but our files (Linux): both folders are exchanged, which is one step to everybody who looks.
//! - Else (other people's files in it, this process in it, another system): a journal says which files are put in place and which
//!   are removed, then they are, one by one. Whoever opens the folder finishes what a journal says first.

use super::lock::WriteLock;
use super::manifest::{self, Manifest};
use super::place::Place;
use crate::error::{Error, Result};
use picoae_compiler::files;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// How long an opener waits for a command that is just putting files in place: tries, 20 ms apart.
const TRIES: usize = 250;

/// What is put in place.
pub(super) struct Change<'a> {
    /// The folder with the staged files, in the hidden folder.
    pub(super) next: &'a Path,
    /// Their names.
    pub(super) files: Vec<String>,
    /// Files of the folder that stay as they are.
    pub(super) unchanged: Vec<String>,
    /// Files of the folder that go.
    pub(super) removed: Vec<String>,
    /// What the folder was, where it was ours.
    pub(super) old: Option<&'a Manifest>,
}

/// The journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Journal {
    /// Name of the staged folder in the hidden one.
    next: String,
    files: Vec<String>,
    removed: Vec<String>,
}

/// Puts a change in place.
///
/// # Errors
/// [`Error::Io`], and [`Error::File`] where something of another kind has a file's name; the old set is then in place.
pub(super) fn publish(place: &Place, change: &Change<'_>, _lock: &WriteLock) -> Result<()> {
    let (next, folder) = (change.next, &place.resolved);
    sync(next)?;
    if !folder.exists() {
        fs::rename(next, folder).map_err(|e| Error::io(&place.shown, e))?;
        return sync_folder(place.parent());
    }
    if is_all_ours(folder, change.old)? && !is_inside(folder) && exchange(place, change)? {
        sync_folder(place.parent())?;
        // What is left of the old set is nobody's any more; the next writer would remove it too.
        let _ = fs::remove_dir_all(next);
        return Ok(());
    }
    for name in &change.files {
        check_free(place, name)?;
    }
    let next_name = next.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let journal = Journal { next: next_name, files: change.files.clone(), removed: change.removed.clone() };
    let text = serde_json::to_string(&journal).map_err(|e| Error::encode(place.journal().display(), e))?;
    let written = place.work.join("commit.new");
    fs::write(&written, text).map_err(|e| Error::io(&written, e))?;
    sync_file(&written)?;
    fs::rename(&written, place.journal()).map_err(|e| Error::io(place.journal(), e))?;
    sync_folder(&place.work)?;
    put_in_place(place, &journal)
}

/// Finishes what a command that was ended on the way had begun; for openers, which have no lock.
///
/// # Errors
/// [`Error::Io`] where nothing can be written; [`Error::Busy`] when another command does not come to its end.
pub(super) fn recover(place: &Place) -> Result<()> {
    for _ in 0..TRIES {
        if !place.journal().exists() {
            return Ok(());
        }
        match WriteLock::take(place, "(finishing what another command began)") {
            Ok(lock) => return finish(place, &lock),
            Err(Error::Busy { .. }) => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => return Err(error),
        }
    }
    Err(Error::Busy { path: place.shown.clone(), by: "a command that puts files in place".into() })
}

/// Finishes what a journal says, where there is one.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn finish(place: &Place, _lock: &WriteLock) -> Result<()> {
    let path = place.journal();
    if !path.exists() {
        return Ok(());
    }
    let journal: Journal =
        serde_json::from_slice(&files::read(&path)?).map_err(|source| Error::Json { path: path.clone(), source })?;
    let names = journal.files.iter().chain(&journal.removed).chain([&journal.next]);
    if let Some(name) = names.into_iter().find(|name| !manifest::is_inside(name)) {
        return Err(Error::file(&path, format!("{name:?} is no file of the folder; remove {}", path.display())));
    }
    put_in_place(place, &journal)
}

/// Removes what commands that were ended have left, but for a training that can be resumed.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn clean(place: &Place, _lock: &WriteLock) -> Result<()> {
    let io = |e| Error::io(&place.work, e);
    for entry in fs::read_dir(&place.work).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path == place.lock() || path == place.training() {
            continue;
        }
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|e| Error::io(&path, e))?;
    }
    Ok(())
}

/// Does what a journal says; what is done already is passed over.
fn put_in_place(place: &Place, journal: &Journal) -> Result<()> {
    let next = place.work.join(&journal.next);
    for name in &journal.files {
        let (from, to) = (next.join(name), place.resolved.join(name));
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
        }
        match fs::rename(&from, &to) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io(&to, e)),
            _ => {}
        }
    }
    for name in &journal.removed {
        let path = place.resolved.join(name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => return Err(Error::io(&path, e)),
            _ => {}
        }
        let parents = path.ancestors().skip(1).take_while(|parent| *parent != place.resolved);
        parents.for_each(|parent| {
            let _ = fs::remove_dir(parent); // only where it is empty
        });
    }
    sync_folder(&place.resolved)?;
    fs::remove_file(place.journal()).map_err(|e| Error::io(place.journal(), e))?;
    let _ = fs::remove_dir_all(next);
    Ok(())
}

/// Exchanges both folders; `false` where that cannot be done here.
#[cfg(target_os = "linux")]
fn exchange(place: &Place, change: &Change<'_>) -> Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    for name in &change.unchanged {
        let (from, to) = (place.resolved.join(name), change.next.join(name));
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
        }
        if fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to).map_err(|e| Error::io(&from, e))?;
            sync_file(&to)?;
        }
    }
    let known = fs::metadata(&place.resolved).map_err(|e| Error::io(&place.shown, e))?;
    fs::set_permissions(change.next, known.permissions()).map_err(|e| Error::io(change.next, e))?;
    sync_folder(change.next)?;
    Ok(renameat_with(CWD, change.next, CWD, &place.resolved, RenameFlags::EXCHANGE).is_ok())
}

/// Only Linux exchanges folders in one step.
#[cfg(not(target_os = "linux"))]
fn exchange(_place: &Place, _change: &Change<'_>) -> Result<bool> {
    Ok(false)
}

/// Whether the folder holds nothing but the manifest's files.
fn is_all_ours(folder: &Path, old: Option<&Manifest>) -> Result<bool> {
    fn walk(root: &Path, at: &Path, old: Option<&Manifest>) -> std::io::Result<bool> {
        for entry in fs::read_dir(at)? {
            let entry = entry?;
            let path = entry.path();
            let ours = if entry.file_type()?.is_dir() {
                walk(root, &path, old)?
            } else {
                old.is_some_and(|old| {
                    name_in(root, &path).is_some_and(|n| n == manifest::NAME || old.files.contains_key(&n))
                })
            };
            if !ours {
                return Ok(false);
            }
        }
        Ok(true)
    }
    walk(folder, folder, old).map_err(|e| Error::io(folder, e))
}

/// A file's name in a folder, with `/` between folders; `None` where it is no text.
pub(super) fn name_in(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// Whether this process is in the folder, which then must not become another one.
fn is_inside(folder: &Path) -> bool {
    std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here.starts_with(folder))
}

/// Refuses to put a file where a folder or a device is.
fn check_free(place: &Place, name: &str) -> Result<()> {
    let path = place.resolved.join(name);
    for (above, path) in path.ancestors().take_while(|path| *path != place.resolved).enumerate() {
        let Ok(known) = fs::symlink_metadata(path) else { continue };
        if (above == 0 && !known.is_file()) || (above > 0 && !known.is_dir()) {
            let message = format!("in the way of {name}: move it away, or name another folder");
            return Err(Error::file(path, message));
        }
    }
    Ok(())
}

/// Makes sure that a folder and all in it is on the disk.
fn sync(folder: &Path) -> Result<()> {
    let io = |e| Error::io(folder, e);
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        if entry.file_type().map_err(io)?.is_dir() {
            sync(&entry.path())?;
        } else {
            sync_file(&entry.path())?;
        }
    }
    sync_folder(folder)
}

fn sync_file(path: &Path) -> Result<()> {
    // Windows wants a handle that may write.
    let file = fs::OpenOptions::new().read(true).write(cfg!(windows)).open(path);
    file.and_then(|file| file.sync_all()).map_err(|e| Error::io(path, e))
}

/// The entries of a folder; where a system or file system knows nothing of that, they come in time.
fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let done = fs::File::open(folder).and_then(|file| file.sync_all());
        return match done {
            Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            other => other.map_err(|e| Error::io(folder, e)),
        };
    }
    Ok(())
}
