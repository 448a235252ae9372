//! Files that are either whole or absent.

use crate::error::{Error, Result};
use safetensors::{Dtype, SafeTensorError, tensor::TensorView};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Links that are followed one after the other before they count as a circle.
const LINKS: usize = 40;

/// Writes `bytes` to `path`. A regular file, or one that is not there yet, is written under a temporary name in the same folder
/// and renamed, so that nobody ever sees half a file; it keeps the permissions that it had. Links are followed, and what is no
/// regular file (a device, a pipe) is written into. Parent folders are made.
///
/// # Errors
/// [`Error::Io`] with the path; the temporary file is removed.
pub fn write_atomic(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Result<()> {
    let path = path.as_ref();
    let (target, known) = match std::fs::metadata(path) {
        Ok(known) if known.is_dir() => return Err(Error::io(path, ErrorKind::IsADirectory.into())),
        Ok(known) if !known.is_file() => {
            let opened = std::fs::OpenOptions::new().write(true).open(path);
            let done = opened.and_then(|mut file| file.write_all(bytes.as_ref()).and_then(|()| file.flush()));
            return done.map_err(|e| Error::io(path, e));
        }
        Ok(known) => (std::fs::canonicalize(path).map_err(|e| Error::io(path, e))?, Some(known)),
        Err(e) if e.kind() == ErrorKind::NotFound => (followed(path).map_err(|e| Error::io(path, e))?, None),
        Err(e) => return Err(Error::io(path, e)),
    };
    if let Some(parent) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
    }
    // A name of its own length: that of the file may be as long as names can be.
    let temporary = target.with_file_name(format!(".picoae-{}-{}.partial", std::process::id(), next_number()));
    let done = std::fs::write(&temporary, bytes)
        .and_then(|()| known.map_or(Ok(()), |known| std::fs::set_permissions(&temporary, known.permissions())))
        .and_then(|()| std::fs::rename(&temporary, &target));
    done.map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        Error::io(path, e)
    })
}

/// Where the links that start at `path` end, where nothing is yet.
fn followed(path: &Path) -> std::io::Result<PathBuf> {
    let mut at = path.to_path_buf();
    for _ in 0..LINKS {
        match std::fs::read_link(&at) {
            Ok(to) => at = at.parent().unwrap_or(Path::new("")).join(to),
            // No link, or nothing.
            Err(_) => return Ok(at),
        }
    }
    Err(std::io::Error::other("too many links, one after the other"))
}

/// A number that no other temporary file of this process has.
fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Reads the whole of `path`.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    std::fs::read(path.as_ref()).map_err(|e| Error::io(path, e))
}

/// Reads the whole of `path`, which must not be larger than `limit` bytes.
///
/// # Errors
/// [`Error::Io`] with the path; [`Error::TooLarge`].
pub fn read_at_most(path: impl AsRef<Path>, limit: u64) -> Result<Vec<u8>> {
    let path = path.as_ref();
    let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| Error::io(path, e))?;
    if bytes.len() as u64 > limit {
        return Err(Error::TooLarge { path: path.to_path_buf(), limit });
    }
    Ok(bytes)
}

/// Reads the whole of `path` as UTF-8 text.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn read_text(path: impl AsRef<Path>) -> Result<String> {
    std::fs::read_to_string(path.as_ref()).map_err(|e| Error::io(path, e))
}

/// A tensor on its way into a safetensors file.
#[derive(Debug, Clone)]
pub struct TensorBytes<'a> {
    /// Its name in the file.
    pub name: Cow<'a, str>,
    /// Type of its values.
    pub dtype: Dtype,
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Its values, row-major, little-endian.
    pub bytes: Cow<'a, [u8]>,
}

/// The bytes of a safetensors file with `tensors` and, in `__metadata__`, the entries `about`. More than one entry is written
/// in an order that differs from run to run.
///
/// # Errors
/// [`SafeTensorError`] for a tensor whose bytes are not as many as its shape says.
pub fn safetensors<'a>(
    tensors: impl IntoIterator<Item = TensorBytes<'a>>,
    about: HashMap<String, String>,
) -> std::result::Result<Vec<u8>, SafeTensorError> {
    let tensors: Vec<TensorBytes<'a>> = tensors.into_iter().collect();
    let mut views = Vec::with_capacity(tensors.len());
    for t in &tensors {
        views.push((&t.name, TensorView::new(t.dtype, t.shape.clone(), &t.bytes)?));
    }
    safetensors::serialize(views, Some(about))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_as_long_as_names_can_be_and_a_folder_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n".repeat(255));
        write_atomic(&path, "a").unwrap();
        write_atomic(&path, "b").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"b");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(write_atomic(folder.path(), "c").unwrap_err().exit_code(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("deep")).unwrap();
        symlink("deep/link", at("link")).unwrap();
        symlink("file", at("deep/link")).unwrap();
        write_atomic(at("link"), "a").unwrap();
        std::fs::set_permissions(at("deep/file"), std::fs::Permissions::from_mode(0o640)).unwrap();
        write_atomic(at("link"), "b").unwrap();
        assert_eq!(std::fs::read(at("deep/file")).unwrap(), b"b");
        assert_eq!(std::fs::metadata(at("deep/file")).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(std::fs::symlink_metadata(at("link")).unwrap().is_symlink());
        symlink("circle", at("circle")).unwrap();
        assert!(write_atomic(at("circle"), "c").is_err() && at("circle").is_symlink());
    }
}
