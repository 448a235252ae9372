//! What can go wrong before a model runs. Nothing can while it runs.

use crate::input::SampleKind;
use crate::plan::PlanError;
use core::fmt;

/// Why an artifact is not a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelError {
    /// The bytes end before the part that is named.
    Truncated(&'static str),
    /// The bytes do not start on a multiple of 8.
    Misaligned,
    /// The file is no artifact of this kind.
    NotAnArtifact,
    /// This processor is big-endian. Artifacts are little-endian and read in place; a plan that was made on the machine runs.
    ByteOrder,
    /// The plan's version is another than this crate reads.
    Version(u16),
    /// The checksum is not that of the content: the file was altered.
    Checksum,
    /// A record contradicts itself or another.
    Plan(PlanError),
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated(what) => write!(f, "the artifact ends before its {what}; copy it again"),
            Self::Misaligned => write!(f, "the artifact does not start on a multiple of 8 bytes; wrap it in `Aligned`"),
            Self::NotAnArtifact => write!(f, "this is not a device artifact (no plan at data offset 0)"),
            Self::ByteOrder => write!(f, "an artifact is read in place, so it needs a little-endian processor"),
            Self::Version(version) => write!(
                f,
                "the plan has version {version}, this runtime reads version {}; make the artifact again: picoae export RUN",
                crate::plan::VERSION
            ),
            Self::Checksum => {
                write!(f, "the checksum is wrong: the artifact was altered; make it again: picoae export RUN")
            }
            Self::Plan(e) => write!(f, "the plan is inconsistent: {e}"),
        }
    }
}

impl core::error::Error for ModelError {}

impl From<PlanError> for ModelError {
    fn from(e: PlanError) -> Self {
        Self::Plan(e)
    }
}

/// Why a scorer refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScorerError {
    /// The arena is smaller than the model needs.
    Arena {
        /// Bytes needed.
        needed: usize,
        /// Bytes given.
        given: usize,
    },
    /// The arena does not start on a multiple of 8.
    Misaligned,
    /// A slice has another length than the model's tensor.
    Length {
        /// Values expected.
        expected: usize,
        /// Values given.
        given: usize,
    },
    /// The model scores an endless stream, and no window by itself.
    Stream,
    /// Samples are not what the model takes.
    Samples {
        /// What it takes.
        expected: SampleKind,
    },
}

impl fmt::Display for ScorerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arena { needed, given } => write!(f, "the model needs an arena of {needed} bytes, not {given}"),
            Self::Misaligned => write!(f, "the arena does not start on a multiple of 8 bytes; wrap it in `Aligned`"),
            Self::Length { expected, given } => write!(f, "expected {expected} values, not {given}"),
            Self::Stream => write!(f, "the model scores an endless stream: push its samples one by one"),
            Self::Samples { expected: SampleKind::Counts } => {
                write!(f, "the model takes counts (i32), not physical values")
            }
            Self::Samples { .. } => write!(f, "the model takes physical values (f32), not counts"),
        }
    }
}

impl core::error::Error for ScorerError {}
