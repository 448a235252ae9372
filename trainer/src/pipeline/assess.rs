//! How well a run separates normal from abnormal, float and int8 side by side.

use super::beside::{Beside, beside};
use super::in_time::{InTime, in_time};
use super::prepare::Prepared;
use super::quantized::{CalibratedPlan, Normal};
use super::scoring::{SetScores, float_set_scores, integer_set_scores};
use crate::data::{Fault, Windows};
use crate::error::Result;
use crate::evaluate::{Confusion, Promise, SampleVerdict, average_precision, roc_auc};
use crate::network::Autoencoder;
use serde::{Deserialize, Serialize};

/// One kind of abnormal samples (or all of them) against the normal ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindResult {
    /// Its name, `all` for all together.
    pub name: String,
    /// Samples of it.
    pub count: usize,
    /// Area under the ROC curve of the score; none without samples of both kinds.
    pub roc_auc: Option<f64>,
    /// Average precision of the score; none without samples of both kinds.
    pub average_precision: Option<f64>,
    /// Part of it that the limits call abnormal; none without samples of it.
    pub recall: Option<f64>,
    /// Area under the ROC curve of the plain mean squared error, one-sided: the usual way, for comparison.
    pub one_sided_roc_auc: Option<f64>,
}

/// One model's result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelResult {
    /// Mean squared error on normal test samples, in the square of the network's unit; none without such samples.
    pub reconstruction_error: Option<f64>,
    /// Decisions of the limits on all test samples; abnormal is positive.
    pub confusion: Confusion,
    /// Precision of the limits; none without samples of both kinds, or where nothing was called abnormal.
    pub precision: Option<f64>,
    /// Recall of the limits; none without abnormal samples.
    pub recall: Option<f64>,
    /// Their harmonic mean; none without samples of both kinds.
    pub f1: Option<f64>,
    /// Each kind; the last row is `all`. Empty without abnormal samples.
    pub kinds: Vec<KindResult>,
}

/// Both models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Normal test samples.
    pub normal: usize,
    /// What the int8 limits promise.
    pub promise: Promise,
    /// The float network.
    pub float: ModelResult,
    /// The integer one.
    pub int8: ModelResult,
    /// What a user would take instead, the best first; empty without normal and abnormal test samples.
    #[serde(default)]
    pub beside: Vec<Beside>,
    /// Alarms on a labelled recording, pushed as on the device; none without labels.
    #[serde(default)]
    pub in_time: Option<InTime>,
}

impl Assessment {
    /// Adds what is judged beside the networks' scores: other detectors, and alarms in time.
    ///
    /// # Errors
    /// Of pushing the recording.
    pub fn complete(self, plan: &CalibratedPlan, prepared: &Prepared, seed: u64) -> Result<Self> {
        Ok(Self { beside: beside(prepared, seed), in_time: in_time(plan, prepared)?, ..self })
    }

    /// Baselines that do as well as the integer network, a line each.
    pub fn as_good(&self) -> Vec<String> {
        let own = self.int8.kinds.last().and_then(|all| all.roc_auc);
        own.map_or(Vec::new(), |own| self.beside.iter().filter_map(|other| other.as_good(own)).collect())
    }
}

/// Assesses a network and its plan on the test samples; `normal` is what the scores are judged by.
///
/// # Errors
/// Of scoring.
pub fn assess(
    network: &Autoencoder,
    plan: &CalibratedPlan,
    prepared: &Prepared,
    normal: &Normal,
) -> Result<Assessment> {
    let definition = normal.float_definition(&plan.lowered);
    let float = model_result(prepared, |samples| {
        let SetScores { scores, error } = float_set_scores(network, samples, &definition)?;
        Ok((scores.iter().map(|s| normal.float.verdict_of(s)).collect(), error))
    })?;
    let model = plan.host.model()?;
    let int8 = model_result(prepared, |samples| {
        let SetScores { scores, error } = integer_set_scores(&model, samples)?;
        Ok((scores.iter().map(|s| plan.normal.verdict(s)).collect(), error))
    })?;
    Ok(Assessment {
        normal: prepared.test.len(),
        promise: normal.int8.promise,
        float,
        int8,
        beside: Vec::new(),
        in_time: None,
    })
}

fn model_result(
    prepared: &Prepared,
    judge: impl Fn(&Windows) -> Result<(Vec<SampleVerdict>, f64)>,
) -> Result<ModelResult> {
    let (normal, error) = match prepared.test.is_empty() {
        true => (Vec::new(), None),
        false => judge(&prepared.test).map(|(verdicts, error)| (verdicts, Some(error)))?,
    };
    let (mut all, mut plain, mut hard) = (Vec::new(), Vec::new(), Vec::new());
    let mut kinds = Vec::new();
    for (name, samples) in prepared.kinds.iter().filter(|(_, samples)| !samples.is_empty()) {
        let (verdicts, _): (Vec<SampleVerdict>, _) = judge(samples)?;
        kinds.push(kind_result(name, &normal, &verdicts));
        // The generator's two sets of faults.
        match name.parse::<Fault>() {
            Ok(fault) if Fault::HARD.contains(&fault) => hard.extend(verdicts.iter().copied()),
            Ok(_) => plain.extend(verdicts.iter().copied()),
            Err(_) => {}
        }
        all.extend(verdicts);
    }
    if !(plain.is_empty() || hard.is_empty()) {
        kinds.push(kind_result("all plain", &normal, &plain));
        kinds.push(kind_result("all hard", &normal, &hard));
    }
    if !kinds.is_empty() {
        kinds.push(kind_result("all", &normal, &all));
    }
    let confusion = Confusion::count(normal.iter().map(|v| v.abnormal), all.iter().map(|v| v.abnormal));
    // Without abnormal samples a precision of 0 would be no finding.
    let judged = (!all.is_empty()).then_some(confusion);
    Ok(ModelResult {
        reconstruction_error: error,
        precision: judged.filter(|_| !normal.is_empty()).and_then(|c| c.precision()),
        recall: judged.and_then(|c| c.recall()),
        f1: judged.filter(|_| !normal.is_empty()).and_then(|c| c.f1()),
        confusion,
        kinds,
    })
}

fn kind_result(name: &str, normal: &[SampleVerdict], kind: &[SampleVerdict]) -> KindResult {
    let known = |value: f64| (!value.is_nan()).then_some(value);
    let deviations = |set: &[SampleVerdict]| set.iter().map(|v| v.deviation).collect::<Vec<_>>();
    let totals = |set: &[SampleVerdict]| set.iter().map(|v| v.parts[0]).collect::<Vec<_>>();
    KindResult {
        name: name.to_string(),
        count: kind.len(),
        roc_auc: known(roc_auc(&deviations(normal), &deviations(kind))),
        average_precision: known(average_precision(&deviations(normal), &deviations(kind))),
        recall: known(kind.iter().filter(|v| v.abnormal).count() as f64 / kind.len() as f64),
        one_sided_roc_auc: known(roc_auc(&totals(normal), &totals(kind))),
    }
}
