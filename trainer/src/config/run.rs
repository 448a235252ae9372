//! All tables of a run's configuration.

use super::data::{DataConfig, Source};
use super::lower::LowerConfig;
use crate::error::{Error, Result};
use crate::evaluate::ThresholdConfig;
use crate::fit::FitConfig;
use picoae_compiler::quantize::QuantizeConfig;
use picoae_compiler::spec::NetworkConfig;
use serde::{Deserialize, Serialize};

/// Most samples of a window.
const MOST_SAMPLES: usize = 1 << 24;

/// Everything that makes a run what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunConfig {
    /// The network to start from: `timeseries` or `digits`.
    pub model: String,
    /// Master seed, from 0 to 2⁶³ − 1 (TOML's integers are signed).
    pub seed: u64,
    /// The network; that of `model` where the table is missing.
    #[serde(default = "NetworkConfig::default", skip_serializing_if = "NetworkConfig::is_empty")]
    pub network: NetworkConfig,
    /// Where the samples come from.
    pub data: DataConfig,
    /// How the float network becomes an integer one.
    pub quantize: QuantizeConfig,
    /// Where normal ends.
    pub threshold: ThresholdConfig,
    /// How the integer network becomes a plan.
    pub lower: LowerConfig,
    /// How the network is trained.
    pub fit: FitConfig,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            model: "timeseries".into(),
            seed: 1,
            network: NetworkConfig::named("timeseries").unwrap_or_default(),
            data: DataConfig::default(),
            quantize: QuantizeConfig::default(),
            threshold: ThresholdConfig::default(),
            lower: LowerConfig::default(),
            fit: FitConfig::default(),
        }
    }
}

impl RunConfig {
    /// The whole configuration as TOML.
    ///
    /// # Errors
    /// [`Error::Setting`] for a value out of its range.
    pub fn to_toml(&self) -> Result<String> {
        self.check()?;
        toml::to_string(self).map_err(|e| Error::encode("configuration", e))
    }

    /// Checks every value.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected; of the compiler for its settings.
    pub fn check(&self) -> Result<()> {
        let bad = |key: &str, value: &dyn std::fmt::Display, expected: &str| Err(Error::setting(key, value, expected));
        if i64::try_from(self.seed).is_err() {
            return bad("seed", &self.seed, "at most 9223372036854775807");
        }
        self.data.signals.check()?;
        self.data.split.check()?;
        if self.data.source == Source::Csv && self.data.file.is_none() {
            return bad("data.file", &"missing", "the CSV file's path");
        }
        match (self.data.window, self.data.source) {
            (Some(window), Source::Csv) if !(1..=MOST_SAMPLES).contains(&window) => {
                return bad("data.window", &window, "1 to 16777216 samples");
            }
            (Some(window), Source::Signals | Source::Mnist) => {
                let expected = "nothing: only a recording has it (synthetic signals have data.signals.window)";
                return bad("data.window", &window, expected);
            }
            _ => {}
        }
        if !(1..60_000).contains(&self.data.mnist.validation) {
            return bad("data.mnist.validation", &self.data.mnist.validation, "1 to 59999 images");
        }
        self.quantize.check()?;
        self.fit.check()?;
        self.threshold.check()
    }
}
