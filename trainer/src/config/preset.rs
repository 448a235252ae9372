//! Configurations by name.

use super::data::{DataConfig, Source};
use super::run::RunConfig;
use crate::error::{Error, Result};

impl RunConfig {
    /// Names of networks.
    pub const MODELS: [&str; 2] = ["timeseries", "digits"];
    /// Names that [`RunConfig::preset`] knows: the networks, and the longer training of the second.
    pub const PRESETS: [&str; 3] = ["timeseries", "digits", "digits-long"];

    /// A preset by its name.
    ///
    /// # Errors
    /// [`Error::Unknown`] naming the known presets.
    pub fn preset(name: &str) -> Result<Self> {
        let (model, source) = match name {
            "timeseries" => ("timeseries", Source::Signals),
            "digits" | "digits-long" => ("digits", Source::Mnist),
            _ => {
                let known = Self::PRESETS.join(", ");
                return Err(Error::unknown("preset", name, format!("one of {known}")));
            }
        };
        let data = DataConfig { source, ..DataConfig::default() };
        let mut config = Self { model: model.into(), data, ..Self::default() };
        match source {
            Source::Mnist => {
                config.fit.epochs = 14;
                if name == "digits-long" {
                    // Long enough to learn the training images by heart without it.
                    (config.fit.epochs, config.fit.weight_decay) = (30, 0.05);
                }
                config.fit.learning_rate = 2e-3;
                config.fit.warmup_epochs = 0.5;
                // A few far activations would stretch every step.
                config.quantize.percentile = 99.95;
            }
            _ => config.fit.epochs = 40,
        }
        Ok(config)
    }
}
