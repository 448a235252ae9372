//! Configurations by name, from the files in `presets/`.

use super::run::RunConfig;
use crate::error::{Error, Result};
use picoae_compiler::spec::NetworkConfig;
use picoae_compiler::spec::language::NAMES;

impl RunConfig {
    /// Names of networks.
    pub const MODELS: [&str; NAMES.len()] = NAMES;
    /// Names that [`RunConfig::preset`] knows: the networks, and a longer training of `digits`.
    pub const PRESETS: [&str; 6] = ["timeseries", "digits", "digits-long", "linear", "dense", "conv"];

    /// A preset by its name.
    ///
    /// # Errors
    /// [`Error::Unknown`] naming the known presets.
    pub fn preset(name: &str) -> Result<Self> {
        let text = match name {
            "timeseries" => include_str!("presets/timeseries.toml"),
            "digits" => include_str!("presets/digits.toml"),
            "digits-long" => include_str!("presets/digits-long.toml"),
            "linear" => include_str!("presets/linear.toml"),
            "dense" => include_str!("presets/dense.toml"),
            "conv" => include_str!("presets/conv.toml"),
            _ => {
                let known = Self::PRESETS.join(", ");
                return Err(Error::unknown("preset", name, format!("one of {known}")));
            }
        };
        let config: Self = toml::from_str(text).map_err(|e| Error::Merged(Box::new(e)))?;
        config.with_network()
    }

    /// With the network of its `model` where it has none of its own.
    pub(super) fn with_network(mut self) -> Result<Self> {
        if self.network.is_empty() {
            self.network = NetworkConfig::named(&self.model)
                .ok_or_else(|| Error::unknown("model", &self.model, Self::MODELS.join(", ")))?;
        }
        Ok(self)
    }
}
