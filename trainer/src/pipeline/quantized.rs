//! From float weights to a plan that knows what is normal.

use super::course::{Coarse, moments};
use super::scoring::{float_set_scores, integer_set_scores};
use super::stream::stream_scores;
use crate::data::Windows;
use crate::error::{Error, Result};
use crate::evaluate::{AlarmConfig, Blocks, Contract, FloatDefinition, NormalRange, Parts};
use crate::network::Autoencoder;
use picoae::settling::Moments;
use picoae::{Part, ScoreReference, Threshold};
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, ScoreOptions, StreamOptions, lower};
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normal {
    /// Of the float network's scores.
    pub float: NormalRange,
    /// Of the integer network's scores, as every plan of it has them.
    pub int8: NormalRange,
    /// When verdicts become an alarm.
    pub alarm: AlarmConfig,
    /// What the coarse part takes normal windows for, where it is used.
    pub coarse: Option<Coarse>,
    /// Mean and deviation of each channel's int8 values in the training data, in 1/256 of a step.
    pub moments: Vec<(i16, u16)>,
}

impl Normal {
    /// The score as a plan has it.
    pub fn score(&self) -> ScoreOptions {
        let moments = self.moments.iter().map(|(mean, deviation)| Moments { mean: *mean, deviation: *deviation });
        ScoreOptions { moments: moments.collect(), ..score_options(&self.int8, self.alarm, self.coarse.as_ref()) }
    }

    /// The score as the float network has it, by a plan's segments.
    pub fn float_definition(&self, plan: &Lowered) -> FloatDefinition<'_> {
        let [segment, step] = [plan.header.segment, plan.header.step].map(usize::from);
        let coarse = self.coarse.as_ref().map(|coarse| &coarse.float);
        FloatDefinition { segment, step, sides: self.float.sides, coarse }
    }
}

fn score_options(int8: &NormalRange, alarm: AlarmConfig, coarse: Option<&Coarse>) -> ScoreOptions {
    let parts = Part::ALL.into_iter().filter(|part| int8.sides.uses(*part));
    let options = ScoreOptions::of(parts, &int8.limits.threshold(), &int8.reference());
    ScoreOptions { coarse: coarse.map(|coarse| coarse.integers.clone()), alarm: alarm.rule(), ..options }
}

/// What normal is learnt from.
#[derive(Debug, Clone, Copy)]
pub struct LearntFrom<'w> {
    /// Normal samples: their course.
    pub train: &'w Windows,
    /// Normal samples that training has not seen: limits.
    pub validation: &'w Windows,
    /// Abnormal ones that the limits are chosen by; none where the contract is about false alarms.
    pub labelled: &'w Windows,
}

/// Learns what is normal: from training samples their course, from validation samples the limits. The integer scores are the same by
/// every plan; how raw samples become the network's values stands in `options`.
///
/// # Errors
/// As [`lower`]; without validation samples; where the contract's rate needs samples with a rate.
pub fn normal(
    network: &Autoencoder,
    graph: &QGraph,
    sets: LearntFrom<'_>,
    contract: &Contract,
    options: &Options,
) -> Result<Normal> {
    let LearntFrom { train, validation, labelled } = sets;
    contract.share()?;
    let bare = on_host(graph, options)?;
    let (coarse, contract) = course(&bare, train, contract)?;
    let open = Options { score: open_score(&contract, coarse.as_ref()), ..options.clone() };
    let host = on_host(graph, &open)?;
    let int8 = integer_range(graph, &host, [validation, labelled], &contract, &open)?;
    let (float, alarm) = (int8, contract.alarm);
    let moments = moments(train, &bare.model()?)?;
    let normal = Normal { float, int8, alarm, coarse, moments };
    let scores = |set: &Windows| -> Result<Vec<Parts>> {
        if set.is_empty() {
            return Ok(Vec::new());
        }
        Ok(float_set_scores(network, set, &normal.float_definition(&host))?.scores)
    };
    let float = NormalRange::from_float(&scores(validation)?, &scores(labelled)?, &contract)?;
    Ok(Normal { float, ..normal })
}

/// Limits of the integer scores, learnt in the mode that runs: window by window, or on the recording as a stream.
fn integer_range(
    graph: &QGraph,
    host: &Lowered,
    [validation, labelled]: [&Windows; 2],
    contract: &Contract,
    open: &Options,
) -> Result<NormalRange> {
    let values = graph.input.len();
    let Some(StreamOptions { hop, .. }) = open.stream else {
        let model = host.model()?;
        let normal = integer_set_scores(&model, validation)?.scores;
        let abnormal = if labelled.is_empty() { Vec::new() } else { integer_set_scores(&model, labelled)?.scores };
        return NormalRange::from_integer(&normal, &abnormal, values, contract);
    };
    let stream = lower(graph, &open.on_host())?;
    let rows = validation.rows();
    let contract = Contract {
        seconds: contract.seconds.map(|seconds| seconds * hop as f64 / rows.max(1) as f64),
        interleaved: rows.div_ceil(hop.max(1)),
        stream: true,
        ..*contract
    };
    NormalRange::from_integer(&stream_scores(&stream.model()?, validation)?, &[], values, &contract)
}

/// All parts of a contract without limits.
fn open_score(contract: &Contract, coarse: Option<&Coarse>) -> ScoreOptions {
    let parts = Part::ALL.into_iter().filter(|part| contract.sides.uses(*part));
    let options = ScoreOptions::of(parts, &Threshold::OPEN, &ScoreReference::NONE);
    ScoreOptions { coarse: coarse.map(|coarse| coarse.integers.clone()), ..options }
}

/// The course of the training samples, where the contract has that part; without it where their steps have too many values for it.
fn course(host: &Lowered, train: &Windows, contract: &Contract) -> Result<(Option<Coarse>, Contract)> {
    if !contract.sides.uses(Part::Coarse) {
        return Ok((None, *contract));
    }
    let step = usize::from(host.header.step).max(1);
    match Blocks::of(train.sample_len() / step, step) {
        Some(blocks) if host.header.scores() => Ok((Some(Coarse::fit(blocks, train, &host.model()?)?), *contract)),
        _ => Ok((None, Contract { sides: contract.sides.without(Part::Coarse), ..*contract })),
    }
}

/// Lowers a network and learns from training and validation samples what is normal.
///
/// # Errors
/// As [`normal`].
pub fn calibrated(
    graph: &QGraph,
    [train, validation]: [&Windows; 2],
    contract: &Contract,
    options: &Options,
) -> Result<CalibratedPlan> {
    let (coarse, contract) = course(&on_host(graph, options)?, train, contract)?;
    let open = Options { score: open_score(&contract, coarse.as_ref()), ..options.clone() };
    let int8 = integer_range(graph, &on_host(graph, &open)?, [validation, &Windows::default()], &contract, &open)?;
    plan(graph, &int8, score_options(&int8, contract.alarm, coarse.as_ref()), options)
}

/// Lowers a network into a plan with limits that are known.
///
/// # Errors
/// As [`lower`].
pub fn planned(graph: &QGraph, normal: &Normal, options: &Options) -> Result<CalibratedPlan> {
    plan(graph, &normal.int8, normal.score(), options)
}

fn plan(graph: &QGraph, normal: &NormalRange, score: ScoreOptions, options: &Options) -> Result<CalibratedPlan> {
    let options = Options { score, ..options.clone() };
    let host = on_host(graph, &options)?;
    let lowered = lower(graph, &options)?;
    comes_after_its_samples(&lowered)?;
    Ok(CalibratedPlan { lowered, host, normal: *normal })
}

/// The plan that scores here.
fn on_host(graph: &QGraph, options: &Options) -> Result<Lowered> {
    let host = lower(graph, &Options { stream: None, ..options.on_host() })?;
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
