//! From float weights to a plan that knows what is normal.

use super::encoding::encode_samples;
use super::scoring::integer_scores;
use crate::data::Samples;
use crate::error::{Error, Result};
use crate::evaluate::{NormalRange, ThresholdConfig};
use crate::network::Autoencoder;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, lower};
use picoae_compiler::quantize::{QuantizeConfig, Ranges, quantize};

/// A plan that knows what is normal.
#[derive(Debug, Clone)]
pub struct CalibratedPlan {
    /// The plan for the device.
    pub lowered: Lowered,
    /// The plan that scores on the workstation, with the same bits.
    pub host: Lowered,
    /// Limits and usual places of the scores, as the plan for the device keeps them.
    pub normal: NormalRange,
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

/// Lowers a network and learns from validation samples, as they came from the sensor, what is normal. How they become the network's
/// values stands in `options`.
///
/// # Errors
/// As [`lower`]; without validation samples.
pub fn calibrated(
    graph: &QGraph,
    raw_validation: &Samples,
    config: &ThresholdConfig,
    options: &Options,
) -> Result<CalibratedPlan> {
    let host = lower(graph, &options.on_host())?;
    comes_after_its_samples(&host)?;
    let model = host.model()?;
    let scores = integer_scores(&model, &encode_samples(raw_validation, &model)?)?.scores;
    let normal = NormalRange::from_integer(&scores, graph.input.len(), config)?;
    let (threshold, reference) = (normal.limits.threshold(), normal.deviation.statistics(normal.limits.outside));
    let lowered = lower(graph, &Options { threshold, reference, ..options.clone() })?;
    comes_after_its_samples(&lowered)?;
    Ok(CalibratedPlan { lowered, host, normal })
}

/// Refuses a plan that makes values of the output before the samples at their place have come: its scores would not compare
/// the two.
fn comes_after_its_samples(plan: &Lowered) -> Result<()> {
    if plan.is_ahead()? {
        return Err(Error::Compiler(picoae_compiler::Error::Invalid(format!(
            "{}: it makes values of the output before the samples at their place have come, so these are no reconstruction; \
             crop and pad the network's maps such that output and input lie side by side",
            plan.name
        ))));
    }
    Ok(())
}
