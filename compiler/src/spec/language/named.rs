//! Networks by name, from the files in `networks/`.

use super::config::NetworkConfig;

/// Names that [`NetworkConfig::named`] knows.
pub const NAMES: [&str; 5] = ["timeseries", "digits", "linear", "dense", "conv"];

impl NetworkConfig {
    /// A network of the tree; `None` for another name.
    pub fn named(name: &str) -> Option<Self> {
        let text = match name {
            "timeseries" => include_str!("../networks/timeseries.toml"),
            "digits" => include_str!("../networks/digits.toml"),
            "linear" => include_str!("../networks/linear.toml"),
            "dense" => include_str!("../networks/dense.toml"),
            "conv" => include_str!("../networks/conv.toml"),
            _ => return None,
        };
        // The files are part of the program and a test reads each.
        toml::from_str(text).ok()
    }
}
