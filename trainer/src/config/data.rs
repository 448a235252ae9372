//! The table `[data]`: where samples come from.

use crate::data::{
    self, ColumnRef, FormatConfig, LabelConfig, Normalization, RecordingSource, SignalConfig, SplitConfig,
};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Most samples of a window.
const MOST_SAMPLES: usize = 1 << 24;

/// Where samples come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The synthetic signals of `[data.signals]`.
    #[default]
    Signals,
    /// The recording in `data.files`, all of it taken to be normal unless it has labels.
    Recording,
    /// The images in `data.files`.
    Images,
    /// The handwritten digits of `[data.mnist]`.
    Mnist,
}

impl Source {
    /// What a message calls it.
    fn words(self) -> &'static str {
        match self {
            Self::Signals => "synthetic signals",
            Self::Recording => "a recording",
            Self::Images => "images",
            Self::Mnist => "MNIST",
        }
    }
}

/// The samples of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Where samples come from.
    pub source: Source,
    /// Files, folders or patterns of a recording or of images; `-` is standard input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<PathBuf>,
    /// Samples of a window of a recording; by default what the network takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
    /// Samples from the start of one window of a recording to the start of the next; by default [`DataConfig::default_hop`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hop: Option<usize>,
    /// Channels of a recording, by name or number from 0; by default all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ColumnRef>,
    /// Samples a second, where the files do not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Stretches of a recording to leave out: `FROM..TO`, sample numbers or times, both included; or files of such rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// How samples are brought to the network's range; by default `standardize` for recordings and `none` for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub normalization: Option<Normalization>,
    /// How the files are written.
    pub format: FormatConfig,
    /// Where labels are.
    pub labels: LabelConfig,
    /// How a recording's windows or images are split; the other sources bring their own parts.
    pub split: SplitConfig,
    /// Ranges and severities of the synthetic signals.
    pub signals: SignalConfig,
    /// The handwritten digits.
    pub mnist: MnistConfig,
}

impl DataConfig {
    /// Samples of a recording's window where nothing is said.
    pub const WINDOW: usize = 1000;

    /// How samples are brought to the network's range.
    pub fn normalization(&self) -> Normalization {
        self.normalization.unwrap_or(match self.source {
            Source::Recording => Normalization::Standardize,
            _ => Normalization::None,
        })
    }

    /// Rows from the start of one window to the start of the next where nothing is said: the golden section of a window or the next
    /// smaller prime, so that windows begin everywhere in a cycle, whatever its length, as they will on the device.
    pub fn default_hop(window: usize) -> usize {
        data::prime_at_most(window.saturating_mul(382) / 1000)
    }

    /// The recording that is meant, read in windows of `window` samples.
    pub fn recording(&self, window: usize) -> RecordingSource<'_> {
        RecordingSource {
            files: &self.files,
            channels: &self.channels,
            window: Some(window),
            rate: self.rate,
            exclude: &self.exclude,
            format: &self.format,
            labels: &self.labels,
            inherited: None,
        }
    }

    /// Checks every value, and that none is set that has no effect with the source.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        self.signals.check()?;
        self.split.check()?;
        self.format.check()?;
        self.labels.check()?;
        let files = matches!(self.source, Source::Recording | Source::Images);
        if files && self.files.is_empty() {
            return Err(Error::setting("data.files", "missing", "at least one file, folder or pattern (--data PATH)"));
        }
        for (key, value) in [("window", self.window), ("hop", self.hop)] {
            if let Some(value) = value.filter(|n| !(1..=MOST_SAMPLES).contains(n)) {
                return Err(Error::setting(format!("data.{key}"), value, format!("1 to {MOST_SAMPLES} samples")));
            }
        }
        if let Some(rate) = self.rate.filter(|rate| !(*rate > 0.0 && rate.is_finite())) {
            return Err(Error::setting("data.rate", rate, "samples a second, above 0"));
        }
        self.without_effect()?;
        if !(1..60_000).contains(&self.mnist.validation) {
            return Err(Error::setting("data.mnist.validation", self.mnist.validation, "1 to 59999 images"));
        }
        Ok(())
    }

    /// Refuses what is set and does nothing.
    fn without_effect(&self) -> Result<()> {
        let own: &[&str] = match self.source {
            Source::Signals => &["signals"],
            Source::Recording => {
                &["files", "window", "hop", "channels", "rate", "exclude", "format", "labels", "split"]
            }
            Source::Images => &["files", "labels", "split", "format"],
            Source::Mnist => &["mnist"],
        };
        let table = |config: &Self| toml::Table::try_from(config).map_err(|e| Error::encode("configuration", e));
        let (set, default) = (table(self)?, table(&Self::default())?);
        for (key, value) in set.iter().filter(|(key, _)| !own.contains(&key.as_str())) {
            if matches!(key.as_str(), "source" | "normalization") || default.get(key) == Some(value) {
                continue;
            }
            let (key, value) = differing(format!("data.{key}"), value, default.get(key));
            let expected = format!("nothing there: the samples come from {}, so it has no effect", self.source.words());
            return Err(Error::setting(key, value, expected));
        }
        Ok(())
    }
}

/// The first key below `key` whose value is not the default.
fn differing(key: String, value: &toml::Value, default: Option<&toml::Value>) -> (String, String) {
    if let Some(table) = value.as_table() {
        let below = |name: &str| default.and_then(|d| d.get(name));
        if let Some((name, value)) = table.iter().find(|(name, value)| below(name) != Some(value)) {
            return differing(format!("{key}.{name}"), value, below(name));
        }
    }
    (key, value.to_string())
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
