//! Files that are either whole or absent.

use crate::error::{Error, Result};
use safetensors::{Dtype, SafeTensorError, tensor::TensorView};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// Writes `bytes` to `path` through a temporary name in the same folder, then renames it, so that nobody ever sees half
/// a file. Parent folders are made.
///
/// # Errors
/// [`Error::Io`] with the path; the temporary file is removed.
pub fn write_atomic(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> Result<()> {
    let path = path.as_ref();
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(|e| Error::io(parent, e))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.partial", std::process::id()));
    let temporary = path.with_file_name(name);
    let done = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    done.map_err(|e| {
        let _ = std::fs::remove_file(&temporary);
        Error::io(path, e)
    })
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
