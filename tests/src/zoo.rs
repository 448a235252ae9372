//! Networks of the kinds that people put on microcontrollers, with random weights: `benches/zoo`.

use crate::models::{random_samples, random_weights};
use picoae_compiler::error::{Error, Result};
use picoae_compiler::files::read;
use picoae_compiler::graph::QGraph;
use picoae_compiler::spec::{Architecture, NetworkConfig};
use picoae_trainer::pipeline::quantize_samples;
use serde::Deserialize;
use std::path::Path;

/// All of them.
pub const NAMES: [&str; 5] = ["mlperf-ad", "vibration", "conv1d-8ch", "separable-3ch", "image-64"];

/// A file of the zoo.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Animal {
    /// Channels, height, width.
    input: [usize; 3],
    network: NetworkConfig,
}

/// A network's description.
///
/// # Errors
/// Where the file is none.
pub fn architecture(name: &str) -> Result<Architecture> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/zoo").join(name).with_extension("toml");
    let text = String::from_utf8(read(&path)?).map_err(|e| Error::Invalid(e.to_string()))?;
    let animal: Animal = toml::from_str(&text).map_err(|e| Error::Invalid(format!("{}: {e}", path.display())))?;
    animal.network.architecture(animal.input)
}

/// A network with random weights, and four int8 windows for it.
///
/// # Errors
/// Of quantization.
pub fn network(name: &str) -> picoae_trainer::Result<(QGraph, Vec<i8>)> {
    let architecture = architecture(name)?;
    let graph = random_weights(&architecture, 5)?;
    let inputs = quantize_samples(&random_samples(&architecture, 4, 6).into(), &graph.input);
    Ok((graph, inputs))
}
