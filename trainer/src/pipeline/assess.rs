//! How well a run separates normal from abnormal, float and int8 side by side.

use super::encoding::encode_samples;
use super::prepare::Prepared;
use super::quantized::CalibratedPlan;
use super::scoring::{SetScores, float_reconstructions, float_scores, integer_scores};
use crate::data::Samples;
use crate::error::Result;
use crate::evaluate::{Confusion, FloatScore, NormalRange, SampleVerdict, ThresholdConfig, average_precision, roc_auc};
use crate::network::Autoencoder;
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

/// Assesses a network and its plan on the test samples.
///
/// # Errors
/// Of scoring; without validation samples.
pub fn assess(
    network: &Autoencoder,
    plan: &CalibratedPlan,
    prepared: &Prepared,
    config: &ThresholdConfig,
) -> Result<Assessment> {
    let header = &plan.lowered.header;
    let steps = [header.segment, header.step].map(usize::from);
    let float_scores = |samples: &Samples| -> Result<SetScores<FloatScore>> {
        Ok(float_scores(samples, &float_reconstructions(network, samples)?, steps))
    };
    let normal = NormalRange::from_float(&float_scores(&prepared.validation)?.scores, config)?;
    let float = model_result(&prepared.test, &prepared.kinds, |samples| {
        let SetScores { scores, error } = float_scores(samples)?;
        Ok((scores.iter().map(|s| normal.float_verdict(s)).collect(), error))
    })?;
    let model = plan.host.model()?;
    let int8 = model_result(&prepared.raw.test, &prepared.raw.kinds, |samples| {
        let SetScores { scores, error } = integer_scores(&model, &encode_samples(samples, &model)?)?;
        Ok((scores.iter().map(|s| plan.normal.verdict(s)).collect(), error))
    })?;
    Ok(Assessment { normal: prepared.test.len(), float, int8 })
}

fn model_result(
    test: &Samples,
    abnormal: &[(String, Samples)],
    judge: impl Fn(&Samples) -> Result<(Vec<SampleVerdict>, f64)>,
) -> Result<ModelResult> {
    let (normal, reconstruction_error) = judge(test)?;
    let mut all: Vec<SampleVerdict> = Vec::new();
    let mut kinds = Vec::new();
    for (name, samples) in abnormal {
        let (verdicts, _) = judge(samples)?;
        kinds.push(kind_result(name, &normal, &verdicts));
        all.extend(verdicts);
    }
    if !kinds.is_empty() {
        kinds.push(kind_result("all", &normal, &all));
    }
    let confusion = Confusion::count(normal.iter().map(|v| v.abnormal), all.iter().map(|v| v.abnormal));
    Ok(ModelResult {
        reconstruction_error,
        precision: confusion.precision(),
        recall: confusion.recall(),
        f1: confusion.f1(),
        confusion,
        kinds,
    })
}

fn kind_result(name: &str, normal: &[SampleVerdict], kind: &[SampleVerdict]) -> KindResult {
    let deviations = |set: &[SampleVerdict]| set.iter().map(|v| v.deviation).collect::<Vec<_>>();
    let totals = |set: &[SampleVerdict]| set.iter().map(|v| v.parts[0]).collect::<Vec<_>>();
    KindResult {
        name: name.to_string(),
        count: kind.len(),
        roc_auc: roc_auc(&deviations(normal), &deviations(kind)),
        average_precision: average_precision(&deviations(normal), &deviations(kind)),
        recall: kind.iter().filter(|v| v.abnormal).count() as f64 / kind.len().max(1) as f64,
        one_sided_roc_auc: roc_auc(&totals(normal), &totals(kind)),
    }
}
