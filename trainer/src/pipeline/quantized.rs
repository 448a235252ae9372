//! From float weights to a plan that knows what is normal.

use super::scoring::{float_set_scores, integer_set_scores};
use crate::data::Windows;
use crate::error::{Error, Result};
use crate::evaluate::{NormalRange, ThresholdConfig};
use crate::network::Autoencoder;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, lower};
use picoae_compiler::quantize::{QuantizeConfig, Ranges, quantize};
use serde::{Deserialize, Serialize};

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
pub fn quantized(network: &Autoencoder, train: &Windows, config: &QuantizeConfig) -> Result<QGraph> {
    let architecture = network.architecture();
    let values = calibration(train, config.calibration_windows);
    let ranges = Ranges::measure(architecture, &values, config, |batch, n| network.activations(batch, n))?;
    Ok(quantize(architecture, &network.weights()?, &ranges, config)?)
}

/// The first `most` windows; of a recording, whose first are neighbours, as many spread over all of it.
fn calibration(train: &Windows, most: usize) -> Vec<f32> {
    let count = train.len().min(most);
    if !train.is_recorded() {
        return train.batch(0..count);
    }
    let mut values = Vec::with_capacity(count * train.sample_len());
    (0..count).for_each(|i| train.gather(i * train.len() / count, &mut values));
    values
}

/// What is normal, learnt once, in training, and kept with the run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normal {
    /// Of the float network's scores.
    pub float: NormalRange,
    /// Of the integer network's scores, as every plan of it has them.
    pub int8: NormalRange,
}

/// Learns from validation samples what is normal. The integer scores are the same by every plan; how raw samples become the
/// network's values stands in `options`.
///
/// # Errors
/// As [`lower`]; without validation samples.
pub fn normal(
    network: &Autoencoder,
    graph: &QGraph,
    validation: &Windows,
    config: &ThresholdConfig,
    options: &Options,
) -> Result<Normal> {
    let host = on_host(graph, options)?;
    let int8 = integer_normal(&host, graph, validation, config)?;
    let steps = [host.header.segment, host.header.step].map(usize::from);
    let float = NormalRange::from_float(
        &float_set_scores(network, validation, steps)?.scores,
        validation.interleaved(),
        config,
    )?;
    Ok(Normal { float, int8 })
}

/// Of the integer network's scores only.
fn integer_normal(
    host: &Lowered,
    graph: &QGraph,
    validation: &Windows,
    config: &ThresholdConfig,
) -> Result<NormalRange> {
    let scores = integer_set_scores(&host.model()?, validation)?.scores;
    NormalRange::from_integer(&scores, graph.input.len(), validation.interleaved(), config)
}

/// Lowers a network and learns from validation samples what is normal.
///
/// # Errors
/// As [`lower`]; without validation samples.
pub fn calibrated(
    graph: &QGraph,
    validation: &Windows,
    config: &ThresholdConfig,
    options: &Options,
) -> Result<CalibratedPlan> {
    planned(graph, &integer_normal(&on_host(graph, options)?, graph, validation, config)?, options)
}

/// Lowers a network into a plan with limits that are known.
///
/// # Errors
/// As [`lower`].
pub fn planned(graph: &QGraph, normal: &NormalRange, options: &Options) -> Result<CalibratedPlan> {
    let (threshold, reference) = (normal.limits.threshold(), normal.deviation.statistics(normal.limits.outside));
    let host = on_host(graph, options)?;
    let lowered = lower(graph, &Options { threshold, reference, ..options.clone() })?;
    comes_after_its_samples(&lowered)?;
    Ok(CalibratedPlan { lowered, host, normal: *normal })
}

/// The plan that scores here.
fn on_host(graph: &QGraph, options: &Options) -> Result<Lowered> {
    let host = lower(graph, &options.on_host())?;
    comes_after_its_samples(&host)?;
    Ok(host)
}

/// Refuses a plan that makes values of the output before the samples at their place have come: its scores would not compare
/// the two.
pub(super) fn comes_after_its_samples(plan: &Lowered) -> Result<()> {
    if plan.is_ahead()? {
        return Err(Error::Compiler(picoae_compiler::Error::Invalid(format!(
            "{}: it makes values of the output before the samples at their place have come, so these are no reconstruction; \
             crop and pad the network's maps such that output and input lie side by side",
            plan.name
        ))));
    }
    Ok(())
}
