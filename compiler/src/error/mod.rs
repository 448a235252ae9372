//! What can go wrong in the compiler, one variant a cause.

mod graph;

pub use graph::{GraphError, LayerFault};

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Result of the compiler's own functions.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the compiler.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The content of a file is not what it must be.
    #[error("{path}: {message}")]
    File {
        /// The file.
        path: PathBuf,
        /// What was found and what was expected.
        message: String,
    },
    /// A file is larger than what may be read.
    #[error("{path}: it has more than {limit} bytes; raise the limit `bytes` if that is right")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that may be read.
        limit: u64,
    },
    /// The integer network in a file is refused.
    #[error("{path}: {source}")]
    Network {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: GraphError,
    },
    /// An integer network is refused.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A description, a setting or a network makes no sense.
    #[error("{0}")]
    Invalid(String),
}

impl Error {
    /// An input or output error on `path`.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().to_path_buf(), source }
    }

    /// Bad content in `path`.
    pub fn file(path: impl AsRef<Path>, message: impl Into<String>) -> Self {
        Self::File { path: path.as_ref().to_path_buf(), message: message.into() }
    }

    /// A value that makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// 2 for input that the user can mend, 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { source, .. } => io_exit_code(source),
            _ => 2,
        }
    }
}

/// Whether it is the path that is wrong (2: nothing there, a folder, no permission) or the machine (1: a full disk).
pub fn io_exit_code(error: &std::io::Error) -> u8 {
    match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::AlreadyExists
        | ErrorKind::NotADirectory
        | ErrorKind::IsADirectory
        | ErrorKind::DirectoryNotEmpty
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidInput
        | ErrorKind::InvalidData => 2,
        _ => 1,
    }
}
