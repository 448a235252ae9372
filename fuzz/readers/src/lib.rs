//! What the targets of recordings share.

use picoae_trainer::data::{ColumnRef, FormatConfig, LabelConfig, Recording, RecordingSource};
use std::path::Path;

/// How a recording is read.
#[derive(Debug, Default)]
pub struct Manner {
    /// The channels to take; none for all.
    pub channels: Vec<ColumnRef>,
    /// The form of the file.
    pub format: FormatConfig,
    /// What its labels mean.
    pub labels: LabelConfig,
}

/// Reads a recording, which must be sound if it can be read.
pub fn read(path: &Path, window: usize, manner: &Manner) -> Option<Recording> {
    let files = [path.to_path_buf()];
    let source = RecordingSource {
        files: &files,
        channels: &manner.channels,
        window: Some(window),
        rate: None,
        exclude: &[],
        format: &manner.format,
        labels: &manner.labels,
        inherited: None,
    };
    let recording = source.read().ok()?;
    assert!(recording.values.iter().all(|value| value.is_finite()));
    assert_eq!(recording.values.len(), recording.rows() * recording.width());
    assert!(recording.stretches.iter().all(|s| !s.rows.is_empty() && s.rows.end <= recording.rows()));
    Some(recording)
}
