//! From float weights to a plan with limits.

use super::scoring::{integer_scores, quantize_samples};
use crate::config::ThresholdConfig;
use crate::data::Samples;
use crate::error::Result;
use crate::evaluate::{Deviation, Limits};
use crate::net::Autoencoder;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, lower};
use picoae_compiler::quantize::{QuantizeConfig, Ranges, quantize};

/// A plan that knows its limits, and what they were made of.
#[derive(Debug, Clone)]
pub struct Limited {
    /// The plan for the device.
    pub lowered: Lowered,
    /// The plan that scores on the workstation, with the same bits.
    pub host: Lowered,
    /// The limits.
    pub limits: Limits,
    /// Where normal scores lie.
    pub deviation: Deviation,
}

/// Calibrates on training samples and quantizes.
///
/// # Errors
/// As [`quantize`].
pub fn quantized(network: &Autoencoder, train: &Samples, config: &QuantizeConfig) -> Result<QGraph> {
    let architecture = network.architecture();
    let ranges = Ranges::measure(architecture, &train.values, config, |batch, n| network.activations(batch, n))?;
    Ok(quantize(architecture, &network.weights()?, &ranges, config)?)
}

/// Lowers a network and learns its limits from validation samples.
///
/// # Errors
/// As [`lower`]; without validation samples.
pub fn limited(graph: &QGraph, validation: &Samples, config: &ThresholdConfig, options: &Options) -> Result<Limited> {
    let host = lower(graph, &options.on_host())?;
    let windows = quantize_samples(validation, &graph.input);
    let scores = integer_scores(&host.model()?, &windows)?.scores;
    let limits = Limits::from_integer(&scores, config)?;
    let deviation = Deviation::from_integer(&scores)?;
    let options = Options { threshold: limits.threshold(), statistics: deviation.statistics(), ..options.clone() };
    Ok(Limited { lowered: lower(graph, &options)?, host, limits, deviation })
}
