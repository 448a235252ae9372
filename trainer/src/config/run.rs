//! All tables of a run's configuration.

use super::data::DataConfig;
use super::lower::LowerConfig;
use crate::error::{Error, Result};
use crate::evaluate::{AlarmConfig, ThresholdConfig};
use crate::fit::FitConfig;
use picoae_compiler::quantize::QuantizeConfig;
use picoae_compiler::spec::NetworkConfig;
use serde::{Deserialize, Serialize};

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
    /// When verdicts become an alarm.
    pub alarm: AlarmConfig,
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
            alarm: AlarmConfig::default(),
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
        if i64::try_from(self.seed).is_err() {
            return Err(Error::setting("seed", self.seed, "at most 9223372036854775807"));
        }
        if self.fit.seed != 0 {
            let expected = "nothing: set `seed`, which every purpose derives its own from";
            return Err(Error::setting("fit.seed", self.fit.seed, expected));
        }
        self.data.check()?;
        self.quantize.check()?;
        self.fit.check()?;
        self.alarm.check()?;
        self.threshold.check()
    }
}
