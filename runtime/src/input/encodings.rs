//! A model's encodings, whichever kind they are.

use super::counts::CountsEncoding;
use super::kind::SampleKind;
use super::physical::PhysicalEncoding;

/// A model's encodings, one a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Encodings<'a> {
    /// Of counts.
    Counts(&'a [CountsEncoding]),
    /// Of physical values.
    Physical(&'a [PhysicalEncoding]),
}

impl Encodings<'_> {
    /// What they take.
    pub const fn kind(&self) -> SampleKind {
        match self {
            Self::Counts(_) => SampleKind::Counts,
            Self::Physical(_) => SampleKind::Physical,
        }
    }
}
