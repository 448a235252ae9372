//! Why a model is not read or not written, one variant a cause.

use picoae_compiler::error::GraphError;

/// Result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a model is not read or not written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The file as a whole.
    #[error("not a model that can be taken: {0}")]
    Model(Fault),
    /// One of its operators.
    #[error("operator {index} ({operator}): {fault}")]
    Operator {
        /// Its position in the model, from 0.
        index: usize,
        /// Its name in TensorFlow Lite.
        operator: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The integer network that it makes does not fit together or is too large.
    #[error(transparent)]
    Network(#[from] GraphError),
    /// A layer of an integer network has no counterpart.
    #[error("layer `{layer}`: {fault}")]
    Layer {
        /// Its name.
        layer: String,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes are no FlatBuffer of this schema.
    #[error("its {0} lies outside of the file or is damaged; convert the model again")]
    Damaged(&'static str),
    /// Another file.
    #[error(
        "the file does not begin as a .tflite model of schema version 3; give a model that TensorFlow Lite's converter wrote"
    )]
    Identifier,
    /// What this crate does not take.
    #[error("{what}; {remedy}")]
    Refused {
        /// What was found.
        what: String,
        /// What can be done.
        remedy: &'static str,
    },
}

impl Fault {
    pub(crate) fn refused(what: impl Into<String>, remedy: &'static str) -> Self {
        Self::Refused { what: what.into(), remedy }
    }
}

/// `Ok` where `ok`, else what is refused.
pub(crate) fn ensure(ok: bool, what: impl FnOnce() -> String, remedy: &'static str) -> std::result::Result<(), Fault> {
    if ok { Ok(()) } else { Err(Fault::refused(what(), remedy)) }
}
