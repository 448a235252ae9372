//! What is wanted of a text file.

use super::super::format::{ColumnRef, FormatConfig};
use super::super::labels::LabelConfig;
use super::super::progress::Reading;

/// What is wanted of a file.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Wanted<'a> {
    /// The channels; empty for all.
    pub(in super::super) channels: &'a [ColumnRef],
    /// Samples of a window, where that is known.
    pub(in super::super) window: Option<usize>,
    /// How the file is written.
    pub(in super::super) format: &'a FormatConfig,
    /// Where its labels are.
    pub(in super::super) labels: &'a LabelConfig,
    /// Is told how far it is.
    pub(in super::super) reading: &'a Reading,
}
