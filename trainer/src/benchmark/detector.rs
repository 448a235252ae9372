//! A detector for the cases that are learnt from the same rows.

use crate::config::RunConfig;
use crate::data::{Independent, Normalizer, Windows};
use crate::error::Result;
use crate::fit::{self, FitOptions, Silent, Solver};
use crate::network::Autoencoder;
use crate::pipeline::{self, CalibratedPlan, Prepared};
use crate::protocol::{Case, Protocol};
use picoae_compiler::lower::{Options, Target, lower};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Independent windows from which on a fifth of them is kept from training to validate on; with fewer, all do both.
const ENOUGH: usize = 50;

/// What was learnt of a case's own rows.
pub(super) struct Detector {
    /// The rows and starts that it was learnt from.
    train: Vec<f32>,
    starts: Vec<usize>,
    pub(super) plan: CalibratedPlan,
    /// All windows to learn from, as the network takes them.
    pub(super) learnt: Windows,
    normalizer: Normalizer,
    /// Bytes of working memory and of constants, and estimated instructions a window, on a Cortex-M4F and on a Cortex-M0+.
    pub(super) device: [Device; 2],
    /// The network's name.
    pub(super) name: String,
}

/// What a plan takes of a device.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Device {
    /// Name of the processor.
    pub processor: &'static str,
    /// Bytes of working memory.
    pub working_memory: u32,
    /// Bytes of constants.
    pub constants: u32,
    /// Estimated instructions of a window.
    pub instructions: f64,
}

impl Detector {
    /// Whether it was learnt from the rows of a case.
    pub(super) fn is_of(&self, case: &Case) -> bool {
        self.starts == case.train_starts && self.train == case.train
    }

    /// Learns from a case's rows.
    pub(super) fn learn(protocol: &Protocol, config: &RunConfig, case: &Case) -> Result<Self> {
        let channels = case.channels.len();
        let all = Windows::at(Arc::new(case.train.clone()), channels, protocol.window, &case.train_starts);
        let independent = Independent::of(&all).0;
        let kept = if independent >= ENOUGH { all.len() / 5 } else { 0 };
        let (train, validation) = match kept {
            0 => (all.clone(), all.clone()),
            kept => (all.range(0..all.len() - kept), all.range(all.len() - kept..all.len())),
        };
        let (normalizer, _) = Normalizer::fit(protocol.normalization, &train, protocol.encoding);
        let prepared = Prepared {
            train,
            validation,
            channels: case.channels.clone(),
            rate: case.sample_rate,
            ..Prepared::default()
        }
        .normalized(normalizer.clone());
        let architecture = pipeline::architecture(config, prepared.input())?;
        let outcome = match config.fit.solver {
            Solver::ClosedForm => fit::closed_form(&architecture, &prepared.train, &prepared.validation)?,
            Solver::Gradient => {
                let stop = AtomicBool::new(false);
                let device = fit::device("cpu")?;
                let options = FitOptions { resume: None, checkpoint: None, stop: &stop, observer: &mut Silent, device };
                fit::fit(&architecture, &prepared.train, &prepared.validation, &config.fit, options)?
            }
        };
        let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
        let graph = pipeline::quantized(&network, &prepared.train, &config.quantize)?;
        let options = pipeline::options(&config.lower, &prepared.normalizer);
        let contract = pipeline::contract(config, &prepared);
        let known = pipeline::normal(&network, &graph, prepared.learnt_from(), &contract, &options)?;
        let plan = pipeline::planned(&graph, &known, &options)?;
        let on = |processor: &'static str, target: Target| -> Result<Device> {
            let lowered = lower(&graph, &Options { target, score: known.score(), ..options.clone() })?;
            let header = &lowered.header;
            let instructions = lowered.instructions(target);
            Ok(Device { processor, working_memory: header.arena_bytes, constants: header.data_bytes, instructions })
        };
        let device = [on("Cortex-M4F", Target::CortexM4)?, on("Cortex-M0+", Target::CortexM0)?];
        Ok(Self {
            train: case.train.clone(),
            starts: case.train_starts.clone(),
            plan,
            learnt: all.normalized(&normalizer),
            normalizer,
            device,
            name: config.model.clone(),
        })
    }

    /// The windows of a case to score, as the network takes them.
    pub(super) fn test(&self, protocol: &Protocol, case: &Case) -> Windows {
        let windows = Windows::at(Arc::new(case.test.clone()), case.channels.len(), protocol.window, &case.test_starts);
        windows.normalized(&self.normalizer)
    }
}
