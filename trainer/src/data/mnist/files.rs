//! The four files, and how to tell that they are right.

use crate::error::{Error, Result};
use picoae_compiler::files;
use sha2::{Digest, Sha256};
use std::path::Path;

/// What a file must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Name in the folder.
    pub name: &'static str,
    /// Size in bytes.
    pub bytes: usize,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// The four files. Sizes follow from the format; SHA-256 is of the uncompressed files as first published.
pub const FILES: [Expected; 4] = [
    Expected {
        name: "train-images-idx3-ubyte",
        bytes: 16 + 60_000 * 784,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    Expected {
        name: "train-labels-idx1-ubyte",
        bytes: 8 + 60_000,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    Expected {
        name: "t10k-images-idx3-ubyte",
        bytes: 16 + 10_000 * 784,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    Expected {
        name: "t10k-labels-idx1-ubyte",
        bytes: 8 + 10_000,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

impl Expected {
    /// Checks content.
    ///
    /// # Errors
    /// What was found and expected.
    pub fn check(&self, content: &[u8]) -> std::result::Result<(), String> {
        if content.len() != self.bytes {
            return Err(format!("{} bytes, expected {}", content.len(), self.bytes));
        }
        let found: String = Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect();
        if found == self.sha256 { Ok(()) } else { Err(format!("SHA-256 {found}, expected {}", self.sha256)) }
    }

    /// Whether the file in `folder` is the right one.
    #[cfg(feature = "mnist")]
    pub(super) fn is_right_in(&self, folder: &Path) -> bool {
        std::fs::read(folder.join(self.name)).is_ok_and(|content| self.check(&content).is_ok())
    }
}

/// Checks sizes and SHA-256 of the four files.
///
/// # Errors
/// [`Error::File`] naming the first file that is not what it must be.
pub fn verify(folder: impl AsRef<Path>) -> Result<()> {
    verify_files(folder.as_ref(), &FILES)
}

/// [`verify`] for any files.
pub(super) fn verify_files(folder: &Path, expected: &[Expected]) -> Result<()> {
    for file in expected {
        let path = folder.join(file.name);
        file.check(&files::read(&path)?).map_err(|message| Error::file(&path, message))?;
    }
    Ok(())
}
