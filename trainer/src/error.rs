//! What can go wrong in the trainer, one variant a cause.

use std::path::{Path, PathBuf};

/// Result of the trainer's own functions.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of the trainer. The command line prints it as one line; [`Error::exit_code`] tells bad input from trouble.
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
    /// A line of a text file is not what it must be.
    #[error("{path}, line {line}: {message}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// What was found and what was expected.
        message: String,
    },
    /// An option, a configuration value or a model description makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// A picture could not be drawn.
    #[error("picture {name}: {source}")]
    Picture {
        /// Its name.
        name: String,
        /// What the library that draws it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The compiler refused.
    #[error(transparent)]
    Compiler(#[from] picoae_compiler::Error),
    /// The tensor library failed.
    #[error("tensor computation: {0}")]
    Candle(#[from] candle_core::Error),
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

    /// Bad content in line `line` (from 1) of `path`.
    pub fn line(path: impl AsRef<Path>, line: u64, message: impl Into<String>) -> Self {
        Self::Line { path: path.as_ref().to_path_buf(), line, message: message.into() }
    }

    /// A value that makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// The picture `name` could not be drawn.
    pub(crate) fn picture(name: &str, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::Picture { name: name.into(), source }
    }

    /// 2 for input that the user can mend, 1 for everything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Candle(_) => 1,
            Self::Compiler(error) => error.exit_code(),
            Self::Io { source, .. } if source.kind() != std::io::ErrorKind::NotFound => 1,
            _ => 2,
        }
    }
}
