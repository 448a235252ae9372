//! Two networks for the same samples, compared by what they find in windows that neither was trained on.

use super::assess::assess;
use super::encoding::options;
use super::made_up::{KINDS, faults};
use super::prepare::{Prepared, contract};
use super::quantized::{CalibratedPlan, normal, planned, quantized};
use super::scoring::integer_set_scores;
use crate::baselines::ALIKE;
use crate::config::RunConfig;
use crate::data::Windows;
use crate::error::Result;
use crate::evaluate::roc_auc;
use crate::network::Autoencoder;
use crate::pipeline::soundness;

/// How well a network tells normal from abnormal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// Mean area under the ROC curve over the kinds of abnormal windows.
    pub area: f64,
    /// Whether nothing would be published of it.
    pub blind: bool,
    /// Whether they were labelled; otherwise faults were made up in normal ones.
    pub labelled: bool,
    /// Working memory of the device's plan, in bytes.
    pub working_memory: u32,
    /// Its constants, in bytes.
    pub constants: u32,
}

/// Judges a trained network by the int8 scores of windows that it was not trained on.
///
/// # Errors
/// Of quantization, lowering and scoring.
pub fn judge(network: &Autoencoder, config: &RunConfig, prepared: &Prepared) -> Result<Judged> {
    let graph = quantized(network, &prepared.train, &config.quantize)?;
    let options = options(&config.lower, &prepared.normalizer);
    let contract = contract(config, prepared);
    let known = normal(network, &graph, prepared.learnt_from(), &contract, &options)?;
    let plan = planned(&graph, &known, &options)?;
    let assessment = assess(network, &plan, prepared, &known)?;
    let blind = soundness::sound(&soundness::measure(network, &graph, &plan, prepared, &assessment)?).is_err();
    let labelled = assessment.int8.kinds.last().and_then(|kind| kind.roc_auc);
    let area = match labelled {
        Some(area) => area,
        None => by_made_up(&plan, prepared, config.seed)?,
    };
    let header = &plan.lowered.header;
    Ok(Judged {
        area,
        labelled: labelled.is_some(),
        blind,
        working_memory: header.arena_bytes,
        constants: header.data_bytes,
    })
}

fn by_made_up(plan: &CalibratedPlan, prepared: &Prepared, seed: u64) -> Result<f64> {
    let model = plan.host.model()?;
    let deviations = |windows: &Windows| -> Result<Vec<f64>> {
        Ok(integer_set_scores(&model, windows)?.scores.iter().map(|s| plan.normal.verdict(s).deviation).collect())
    };
    let usual = deviations(if prepared.test.is_empty() { &prepared.validation } else { &prepared.test })?;
    let mut sum = 0.0;
    for windows in faults(prepared, seed) {
        sum += roc_auc(&usual, &deviations(&windows)?);
    }
    Ok(sum / KINDS.len() as f64)
}

impl Judged {
    /// Whether this one, which costs less, is to be taken rather than `other`.
    pub fn is_as_good_as(&self, other: &Self) -> bool {
        !self.blind && (other.blind || self.area + ALIKE >= other.area)
    }

    /// In words.
    pub fn told(&self, name: &str) -> String {
        let blind = if self.blind { "a blind detector, " } else { "" };
        let by = if self.labelled { "on the labelled windows" } else { "on faults made up in held-out windows" };
        format!(
            "{name}: {blind}ROC-AUC {:.4} {by}; {} bytes of working memory, {} of constants",
            self.area, self.working_memory, self.constants
        )
    }
}
