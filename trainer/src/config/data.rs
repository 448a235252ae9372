//! The table `[data]`: where samples come from.

use crate::data::{CsvConfig, Normalization, SignalConfig, SplitConfig};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where samples come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The synthetic signals of `[data.signals]`.
    #[default]
    Signals,
    /// The CSV file `data.file`, read as `[data.csv]` says, all of it taken to be normal unless it has labels.
    Csv,
    /// The handwritten digits of `[data.mnist]`.
    Mnist,
}

/// The samples of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Where samples come from.
    pub source: Source,
    /// The file, for sources that need one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Samples of a window of a recording; 1000 where it is missing. The other sources have sizes of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
    /// How samples are brought to the network's range.
    pub normalization: Normalization,
    /// Ranges and severities of the synthetic signals.
    pub signals: SignalConfig,
    /// How a CSV file is read.
    pub csv: CsvConfig,
    /// How a file's windows are split; the other sources bring their own parts.
    pub split: SplitConfig,
    /// The handwritten digits.
    pub mnist: MnistConfig,
}

/// The handwritten digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MnistConfig {
    /// Folder with the four files.
    pub folder: PathBuf,
    /// Images split off the training file to validate on, by a seeded shuffle.
    pub validation: usize,
    /// Images of each kind that is not a digit to test with.
    pub anomalies: usize,
}

impl Default for MnistConfig {
    fn default() -> Self {
        Self { folder: "data/mnist".into(), validation: 12_000, anomalies: 500 }
    }
}

impl DataConfig {
    /// Shape of one sample, `[channels, height, width]`: what the network takes.
    pub fn sample_shape(&self) -> [usize; 3] {
        match self.source {
            Source::Signals => [1, 1, self.signals.window],
            Source::Csv => [1, 1, self.window.unwrap_or(1000)],
            Source::Mnist => [1, 28, 28],
        }
    }
}
