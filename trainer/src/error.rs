//! What can go wrong in the trainer, one variant a cause, each with what lies beneath it.

use picoae_compiler::error::io_exit_code;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Result of the trainer's own functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Any error, for causes whose type depends on what a build contains.
pub type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// An error of the trainer. Its text is one line with all of its causes, as the command line prints it;
/// [`Error::exit_code`] tells bad input from trouble.
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
    /// What a file says makes no sense.
    #[error("{path}: {source}")]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// A setting has a value out of its range.
    #[error("{key} is {value}, expected {expected}")]
    Setting {
        /// Its name, such as `fit.epochs`.
        key: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A name that nothing has.
    #[error("no {what} {name:?}, expected {known}")]
    Unknown {
        /// What was named.
        what: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Another command is at work in a folder.
    #[error("{path}: another command writes into this folder ({by}); wait for it, or stop it")]
    Busy {
        /// The folder.
        path: PathBuf,
        /// Which command.
        by: String,
    },
    /// Ctrl-C ended a command before it had anything to show.
    #[error("{0}")]
    Interrupted(String),
    /// Values, shapes or numbers that do not fit together.
    #[error("{0}")]
    Invalid(String),

    /// A line of a TOML file or setting cannot be read.
    #[error("{path}, line {line}: {message}", message = source.message().lines().collect::<Vec<_>>().join("; "))]
    Toml {
        /// The file, or `setting`.
        path: PathBuf,
        /// Line number, from 1.
        line: u64,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// Settings that are right one by one do not make a configuration.
    #[error("configuration: {message}", message = .0.message())]
    Merged(#[source] Box<toml::de::Error>),
    /// A JSON file cannot be read.
    #[error("{path}, line {line}: {source}", line = source.line())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// Data compressed by gzip are damaged.
    #[error("{path}: damaged gzip data: {source}")]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: std::io::Error,
    },
    /// A tar archive is damaged.
    #[error("{path}: damaged archive: {source}")]
    Archive {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: std::io::Error,
    },
    /// The content of a file does not follow its format.
    #[error("{path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What was found and expected.
        source: AnyError,
    },
    /// A file is no readable PNG picture.
    #[error("{path}: no readable PNG picture: {source}")]
    Png {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        source: png::DecodingError,
    },

    /// A value could not be written as text or bytes.
    #[error("{what}: {source}")]
    Encode {
        /// The value or the file it was for.
        what: String,
        /// What the encoder said.
        source: AnyError,
    },
    /// A picture could not be drawn.
    #[error("picture {name}: {source}")]
    Picture {
        /// Its name.
        name: String,
        /// What the library that draws it said.
        source: AnyError,
    },
    /// Standard output is gone.
    #[error("standard output: {0}")]
    Output(#[source] std::io::Error),
    /// Ctrl-C cannot be listened for.
    #[error("cannot listen for Ctrl-C: {0}")]
    Interrupt(#[source] ctrlc::Error),
    /// Threads cannot be had.
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        /// How many.
        threads: usize,
        /// What the operating system said.
        source: rayon::ThreadPoolBuildError,
    },
    /// A device to train on cannot be had.
    #[error("the device `{name}` cannot be used{hint}: {source}")]
    Device {
        /// Its name.
        name: String,
        /// What would make it usable, as the end of a clause; may be empty.
        hint: String,
        /// What the tensor library said.
        source: Box<candle_core::Error>,
    },
    /// Another program cannot be started.
    #[error("{program} cannot be started ({source}); {otherwise}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system said.
        source: std::io::Error,
        /// What else can be done.
        otherwise: &'static str,
    },
    /// None of the ways to get something worked.
    #[error("{}", .0.iter().map(Error::to_string).collect::<Vec<_>>().join("; "))]
    All(Vec<Error>),
    /// Training went away from what it should learn, at every learning rate that was tried.
    #[error(
        "training diverged, at learning rates from {largest} down to {learning_rate} (there in epoch {epoch}): set a smaller \
         fit.learning_rate, and look at the data for values far from the others"
    )]
    Diverged {
        /// The epoch of the last attempt, from 1.
        epoch: usize,
        /// Its largest learning rate.
        learning_rate: f64,
        /// That of the first attempt.
        largest: f64,
    },
    /// What was trained cannot tell normal from abnormal.
    #[error("this would be a blind detector: {0}")]
    Blind(String),
    /// The runtime refused a plan that was made here.
    #[error("the runtime: {0}")]
    Runtime(#[from] picoae::ScorerError),
    /// The compiler refused.
    #[error(transparent)]
    Compiler(#[from] picoae_compiler::Error),
    /// A model of TensorFlow Lite is not read, or a network not written as one.
    #[error("{path}: {source}")]
    Tflite {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<picoae_tflite::Error>,
    },
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

    /// The TOML in `text`, of `path`, cannot be read; the line is that where `source` begins.
    pub(crate) fn toml(path: impl AsRef<Path>, text: &str, source: toml::de::Error) -> Self {
        let start = source.span().map_or(0, |s| s.start.min(text.len()));
        let line = 1 + text.as_bytes()[..start].iter().filter(|&&b| b == b'\n').count() as u64;
        Self::Toml { path: path.as_ref().to_path_buf(), line, source: Box::new(source) }
    }

    /// The setting `key` is out of its range.
    pub fn setting(key: impl Into<String>, value: impl std::fmt::Display, expected: impl Into<String>) -> Self {
        Self::Setting { key: key.into(), value: value.to_string(), expected: expected.into() }
    }

    /// Nothing has this name.
    pub fn unknown(what: &'static str, name: impl Into<String>, known: impl Into<String>) -> Self {
        Self::Unknown { what, name: name.into(), known: known.into() }
    }

    /// Values that do not fit together.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    /// The content of `path` does not follow its format.
    pub(crate) fn format(path: impl AsRef<Path>, source: impl Into<AnyError>) -> Self {
        Self::Format { path: path.as_ref().to_path_buf(), source: source.into() }
    }

    /// `what` could not be encoded.
    pub(crate) fn encode(what: impl std::fmt::Display, source: impl Into<AnyError>) -> Self {
        Self::Encode { what: what.to_string(), source: source.into() }
    }

    /// The picture `name` could not be drawn.
    #[cfg(feature = "report")]
    pub(crate) fn picture(name: &str, source: AnyError) -> Self {
        Self::Picture { name: name.into(), source }
    }

    /// This error, said of the content of `path`.
    #[must_use]
    pub fn in_file(self, path: impl AsRef<Path>) -> Self {
        Self::In { path: path.as_ref().to_path_buf(), source: Box::new(self) }
    }

    /// Whether it is that nobody reads any more what is written: a pipe whose reader has gone.
    pub fn is_closed_pipe(&self) -> bool {
        self.io_kind() == Some(ErrorKind::BrokenPipe)
    }

    /// Whether there is no room on the disk, or none that the user may take.
    pub fn is_full_disk(&self) -> bool {
        let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded];
        !matches!(self, Self::Output(_)) && self.io_kind().is_some_and(|kind| full.contains(&kind))
    }

    /// What the operating system said, where it said something.
    fn io_kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Output(source) | Self::Io { source, .. } => Some(source.kind()),
            Self::Compiler(picoae_compiler::Error::Io { source, .. }) => Some(source.kind()),
            Self::In { source, .. } => source.io_kind(),
            _ => None,
        }
    }

    /// 2 for input that the user can mend: options, settings, files, folders, permissions, devices, addresses. 1 for what
    /// went wrong here: a computation, a full disk, a lack of threads. 130, as shells have it, for Ctrl-C.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { source, .. } => io_exit_code(source),
            Self::Compiler(error) => error.exit_code(),
            Self::In { source, .. } => source.exit_code(),
            Self::Interrupted(_) => 130,
            Self::Encode { .. }
            | Self::Picture { .. }
            | Self::Output(_)
            | Self::Interrupt(_)
            | Self::Threads { .. }
            | Self::Diverged { .. }
            | Self::Runtime(_)
            | Self::Candle(_) => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn input_is_2_and_trouble_is_1() {
        let io = |kind: ErrorKind| Error::io("p", kind.into()).exit_code();
        assert_eq!([ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::IsADirectory].map(io), [2; 3]);
        assert_eq!([ErrorKind::StorageFull, ErrorKind::OutOfMemory, ErrorKind::Other].map(io), [1; 3]);
        assert_eq!(Error::Diverged { epoch: 1, learning_rate: 1.0, largest: 1.0 }.in_file("p").exit_code(), 1);
        assert_eq!(Error::invalid("x").in_file("p").exit_code(), 2);
    }

    #[test]
    fn pipes_and_full_disks_are_told() {
        let io = |kind: ErrorKind| Error::io("p", kind.into());
        let compiler = |kind: ErrorKind| Error::Compiler(picoae_compiler::Error::io("p", kind.into()));
        assert!(io(ErrorKind::BrokenPipe).is_closed_pipe() && compiler(ErrorKind::BrokenPipe).is_closed_pipe());
        assert!(
            io(ErrorKind::StorageFull).in_file("q").is_full_disk() && compiler(ErrorKind::QuotaExceeded).is_full_disk()
        );
        assert!(
            !Error::Output(ErrorKind::StorageFull.into()).is_full_disk() && !io(ErrorKind::NotFound).is_full_disk()
        );
    }

    #[test]
    fn sources_are_kept_and_said() {
        let error = Error::setting("a.b", 3, "at most 2").in_file("run.toml");
        assert_eq!(error.to_string(), "run.toml: a.b is 3, expected at most 2");
        assert_eq!(error.source().unwrap().to_string(), "a.b is 3, expected at most 2");
    }
}
