//! Files that may be compressed by gzip.

use crate::error::{Error, Result};
use picoae_compiler::files;
use std::io::Read as _;
use std::path::Path;

/// What image sets may expand to.
pub(super) const LIMIT: u64 = 1 << 30;

/// The bytes of a file, decompressed if they are gzip's, and then at most `most`.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    unpacked(path, files::read(path)?, most)
}

/// Decompresses what is gzip's; `path` is for messages.
pub(super) fn unpacked(path: &Path, bytes: Vec<u8>, most: u64) -> Result<Vec<u8>> {
    if bytes.starts_with(&[0x1f, 0x8b]) { unpack(path, &bytes, most) } else { Ok(bytes) }
}

/// Decompresses; `path` is for messages.
pub(super) fn unpack(path: &Path, bytes: &[u8], most: u64) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > most => Err(too_large(path, most >> 20)),
        Ok(_) => Ok(out),
        Err(source) => Err(Error::Gzip { path: path.into(), source }),
    }
}

/// The refusal of what expands too far.
pub(super) fn too_large(path: &Path, mib: u64) -> Error {
    Error::file(
        path,
        format!(
            "more than {mib} MiB when decompressed, expected less; for recordings --max-expanded MIB (data.format.max_expanded) allows more"
        ),
    )
}
