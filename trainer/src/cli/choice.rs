//! `picoae train --data` without a preset: the linear network, which costs nothing to try, against a trained one.

use super::output::note;
use crate::config::{RunConfig, Source};
use crate::error::Result;
use crate::fit::{self, Outcome};
use crate::network::Autoencoder;
use crate::pipeline::{self, Judged, Prepared};
use picoae_compiler::spec::Architecture;

/// The linear network, ready and judged.
pub(super) struct Linear {
    pub(super) config: RunConfig,
    pub(super) architecture: Architecture,
    pub(super) outcome: Outcome,
    judged: Judged,
}

/// What a recording is trained with besides, by its channels.
pub(super) fn trained_preset(channels: usize) -> &'static str {
    if channels > 1 { "conv" } else { "timeseries" }
}

impl Linear {
    /// Solves the linear network on the samples of `config`. None where it cannot be: the samples are no signals, or it has no integers.
    pub(super) fn try_on(config: &RunConfig, prepared: &Prepared) -> Option<Self> {
        if config.data.source != Source::Recording || prepared.input()[1] != 1 {
            return None;
        }
        let solved = || -> Result<Self> {
            let linear = RunConfig::preset("linear")?;
            let config = RunConfig { model: linear.model, network: linear.network, fit: linear.fit, ..config.clone() };
            let architecture = pipeline::architecture(&config, prepared.input())?;
            let outcome = fit::closed_form(&architecture, &prepared.train, &prepared.validation)?;
            let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
            let judged = pipeline::judge(&network, &config, prepared)?;
            Ok(Self { config, architecture, outcome, judged })
        };
        match solved() {
            Ok(linear) => Some(linear),
            Err(error) => {
                note!("the linear network cannot be had here: {error}");
                None
            }
        }
    }

    /// Whether it is to be taken rather than a trained network; says why.
    ///
    /// # Errors
    /// Of judging the other.
    pub(super) fn wins(&self, other: &Autoencoder, config: &RunConfig, prepared: &Prepared) -> Result<bool> {
        let judged = pipeline::judge(other, config, prepared)?;
        note!("{}", self.judged.told("linear"));
        note!("{}", judged.told(&config.model));
        let wins = self.judged.is_as_good_as(&judged);
        let (name, by) = match wins {
            true => ("linear", self.judged.area - judged.area),
            false => (config.model.as_str(), judged.area - self.judged.area),
        };
        note!(
            "{name} it is, by {by:+.4}; `picoae train linear` or `picoae train {}` takes one of them without asking",
            config.model
        );
        Ok(wins)
    }
}
