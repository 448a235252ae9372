//! What can go wrong in the compiler, one variant a cause.

mod file;
mod graph;
mod spec;

pub use file::{FileFault, WeightsError};
pub use graph::{GraphError, LayerFault};
pub use spec::{ArchitectureError, SpecFault};

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
    /// A file is no safetensors file, or none can be written.
    #[error("{path}: not a safetensors file of {expected} ({source})")]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// What the library said.
        source: safetensors::SafeTensorError,
    },
    /// The description in a file is no JSON or describes something else.
    #[error("{path}: its description: {source}")]
    Description {
        /// The file.
        path: PathBuf,
        /// What the library said.
        source: serde_json::Error,
    },
    /// Something is missing in a file or wrong.
    #[error("{path}: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is missing or wrong.
        source: FileFault,
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
    /// The description of a network is refused.
    #[error(transparent)]
    Architecture(Box<ArchitectureError>),
    /// Float weights do not fit a network.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A setting makes no sense.
    #[error("{key} is {value}, expected {expected}")]
    Setting {
        /// Its name.
        key: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// There is nothing to measure ranges on.
    #[error("there is no window to calibrate on; give at least one normal window")]
    NoWindow,
    /// The last operator that makes values cannot write in the input's quantization.
    #[error(
        "{0}: the output cannot take the input's quantization; end the decoder with a convolution, a linear layer or an \
         activation"
    )]
    OutputQuantization(String),
    /// A layer's bias with its input's zero point folded in is beyond 32 bits.
    #[error("layer `{0}`: a bias with the folded zero point does not fit in 32 bits; use smaller biases")]
    FoldedBias(String),
    /// A plan cannot say or hold what is asked for.
    #[error("{0}")]
    Invalid(String),
}

impl From<ArchitectureError> for Error {
    fn from(error: ArchitectureError) -> Self {
        Self::Architecture(Box::new(error))
    }
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

    /// What a plan cannot say or hold.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// What is missing or wrong in `path`.
    pub fn content(path: impl AsRef<Path>, source: FileFault) -> Self {
        Self::Content { path: path.as_ref().to_path_buf(), source }
    }

    /// `path` is no safetensors file of `expected`.
    pub(crate) fn safetensors(
        path: impl AsRef<Path>,
        expected: &'static str,
    ) -> impl FnOnce(safetensors::SafeTensorError) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Safetensors { path, expected, source }
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
