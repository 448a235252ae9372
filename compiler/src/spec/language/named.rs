//! Networks by name, from the files in `networks/`.

use super::config::NetworkConfig;

/// Names that [`NetworkConfig::named`] knows.
pub const NAMES: [&str; 2] = ["timeseries", "digits"];

impl NetworkConfig {
    /// A network of the tree; `None` for another name.
    pub fn named(name: &str) -> Option<Self> {
        let text = match name {
            "timeseries" => include_str!("../networks/timeseries.toml"),
            "digits" => include_str!("../networks/digits.toml"),
            _ => return None,
        };
        // The files are part of the program and a test reads each.
        toml::from_str(text).ok()
    }
}
