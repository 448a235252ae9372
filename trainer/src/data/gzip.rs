//! Files that may be compressed by gzip.

use crate::error::{Error, Result};
use picoae_compiler::files;
use std::io::Read as _;
use std::path::Path;

/// Decompressed data beyond this is refused: far more than any data set here, far less than what exhausts a workstation.
const LIMIT: u64 = 4 << 30;

/// The bytes of a file, decompressed if they are gzip's.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let bytes = files::read(path)?;
    if bytes.starts_with(&[0x1f, 0x8b]) { unpack(path, &bytes) } else { Ok(bytes) }
}

/// Decompresses; `path` is for messages.
pub(super) fn unpack(path: &Path, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).take(LIMIT + 1).read_to_end(&mut out) {
        Ok(_) if out.len() as u64 > LIMIT => {
            Err(Error::file(path, "more than 4 GiB when decompressed, expected a smaller data set"))
        }
        Ok(_) => Ok(out),
        Err(source) => Err(Error::Gzip { path: path.into(), source }),
    }
}
