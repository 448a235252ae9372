//! How well a run separates normal from abnormal, float and int8 side by side.

use super::prepare::Prepared;
use super::quantized::Limited;
use super::scoring::{Scored, float_scores, integer_scores, quantize_samples};
use crate::config::ThresholdConfig;
use crate::data::Samples;
use crate::error::Result;
use crate::evaluate::{Confusion, Deviation, Limits, average_precision, roc_auc};
use crate::net::Autoencoder;
use picoae_compiler::graph::QGraph;
use serde::{Deserialize, Serialize};

/// One kind of abnormal samples (or all of them) against the normal ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindResult {
    /// Its name, `all` for all together.
    pub name: String,
    /// Samples of it.
    pub count: usize,
    /// Area under the ROC curve of the three-part score.
    pub roc_auc: f64,
    /// Average precision of the three-part score.
    pub average_precision: f64,
    /// Part of it that the limits call abnormal.
    pub recall: f64,
    /// Area under the ROC curve of the plain mean squared error, one-sided: the usual way, for comparison.
    pub one_sided_roc_auc: f64,
}

/// One model's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelResult {
    /// Mean squared error on normal test samples, in the square of the network's unit.
    pub reconstruction_error: f64,
    /// Decisions of the limits on all test samples; abnormal is positive.
    pub confusion: Confusion,
    /// Precision of the limits.
    pub precision: f64,
    /// Recall of the limits.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Each kind; the last row is `all`. Empty without abnormal samples.
    pub kinds: Vec<KindResult>,
}

/// Both models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Normal test samples.
    pub normal: usize,
    /// The float network.
    pub float: ModelResult,
    /// The integer one.
    pub int8: ModelResult,
}

/// A sample's score in the three ways that it is looked at.
struct Looked {
    /// The deviation: one number from the three parts.
    deviation: f64,
    /// The total alone.
    total: f64,
    /// What the limits say.
    abnormal: bool,
}

/// Assesses a network and its plan on the test samples.
///
/// # Errors
/// Of scoring; without validation samples.
pub fn assess(
    network: &Autoencoder,
    graph: &QGraph,
    limited: &Limited,
    prepared: &Prepared,
    config: &ThresholdConfig,
) -> Result<Assessment> {
    let stretch = usize::from(limited.lowered.header.stretch);
    let validation = float_scores(network, &prepared.validation, stretch)?.scores;
    let float_limits = Limits::from_float(&validation, config)?;
    let float_deviation = Deviation::from_float(&validation)?;
    let float = model_result(prepared, |samples| {
        let Scored { scores, error } = float_scores(network, samples, stretch)?;
        let looked = scores.iter().map(|s| Looked {
            deviation: float_deviation.float(s),
            total: s.total,
            abnormal: float_limits.abnormal(s.parts()),
        });
        Ok((looked.collect(), error))
    })?;
    let model = limited.host.model()?;
    let threshold = limited.lowered.model()?.threshold();
    let int8 = model_result(prepared, |samples| {
        let Scored { scores, error } = integer_scores(&model, &quantize_samples(samples, &graph.input))?;
        let looked = scores.iter().map(|s| Looked {
            deviation: limited.deviation.integer(s),
            total: s.total as f64,
            abnormal: threshold.decide(s) == picoae::Decision::Anomaly,
        });
        Ok((looked.collect(), error))
    })?;
    Ok(Assessment { normal: prepared.test.len(), float, int8 })
}

fn model_result(prepared: &Prepared, look: impl Fn(&Samples) -> Result<(Vec<Looked>, f64)>) -> Result<ModelResult> {
    let (normal, reconstruction_error) = look(&prepared.test)?;
    let mut all: Vec<Looked> = Vec::new();
    let mut kinds = Vec::new();
    for (name, samples) in &prepared.kinds {
        let (looked, _) = look(samples)?;
        kinds.push(kind_result(name, &normal, &looked));
        all.extend(looked);
    }
    if !kinds.is_empty() {
        kinds.push(kind_result("all", &normal, &all));
    }
    let confusion = Confusion::count(normal.iter().map(|l| l.abnormal), all.iter().map(|l| l.abnormal));
    Ok(ModelResult {
        reconstruction_error,
        precision: confusion.precision(),
        recall: confusion.recall(),
        f1: confusion.f1(),
        confusion,
        kinds,
    })
}

fn kind_result(name: &str, normal: &[Looked], kind: &[Looked]) -> KindResult {
    let deviations = |set: &[Looked]| set.iter().map(|l| l.deviation).collect::<Vec<_>>();
    let totals = |set: &[Looked]| set.iter().map(|l| l.total).collect::<Vec<_>>();
    KindResult {
        name: name.to_string(),
        count: kind.len(),
        roc_auc: roc_auc(&deviations(normal), &deviations(kind)),
        average_precision: average_precision(&deviations(normal), &deviations(kind)),
        recall: kind.iter().filter(|l| l.abnormal).count() as f64 / kind.len().max(1) as f64,
        one_sided_roc_auc: roc_auc(&totals(normal), &totals(kind)),
    }
}
