//! Single training steps, for measuring them.

use super::FitConfig;
use super::adam::Adam;
use super::backend::{Backend, EngineBackend};
use super::objective::Mse;
use crate::engine::{CompileOptions, Engine, OpTime, initial_parameters};
use crate::error::Result;
use candle_core::{Device, Tensor, Var};
use picoae_compiler::spec::{Architecture, ParameterTable};
use std::sync::Arc;

/// Does the steps of [`fit`](super::fit()) on the processor one by one: forward, backward, AdamW.
pub struct Stepper {
    architecture: Architecture,
    backend: EngineBackend,
    parameters: Var,
    adam: Adam,
    rate: f64,
    /// Seconds spent in the optimizer.
    optimizer: f64,
}

impl Stepper {
    /// Ready for the first step of a run with mean squared error; `timed` keeps account of every operator's time.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] for an architecture that does not fit together.
    pub fn new(architecture: &Architecture, config: &FitConfig, timed: bool) -> Result<Self> {
        let table = ParameterTable::new(architecture)?;
        let make = if timed { Engine::timed } else { Engine::new };
        let engine = make(architecture, CompileOptions::default(), config.thread_count())?;
        let own = engine.network().arrange(&initial_parameters(&table, config.seed));
        Ok(Self {
            architecture: architecture.clone(),
            backend: EngineBackend { engine, criterion: Arc::new(Mse) },
            parameters: Var::from_vec(own, table.total(), &Device::Cpu)?,
            adam: Adam::new(table.total(), config.weight_decay, &Device::Cpu)?,
            rate: config.learning_rate,
            optimizer: 0.0,
        })
    }

    /// One step on samples `[n, channels, height, width]` as input and target; gives the loss before it.
    ///
    /// # Errors
    /// Whatever candle reports, such as a length that is not a whole number of samples.
    pub fn step(&mut self, samples: Vec<f32>) -> Result<f32> {
        let [c, h, w] = self.architecture.input;
        let x = Tensor::from_vec(samples, ((), c, h, w), &Device::Cpu)?;
        let loss = self.backend.loss(self.parameters.as_tensor(), &x, &x, true)?;
        let gradients = loss.backward()?;
        if let Some(gradient) = gradients.get(self.parameters.as_tensor()) {
            let begun = std::time::Instant::now();
            self.adam.step(&self.parameters, gradient, self.rate)?;
            self.optimizer += begun.elapsed().as_secs_f64();
        }
        Ok(loss.to_scalar::<f32>()?)
    }

    /// Takes the times of operators since the last call (for a timed stepper), and that of the optimizer, in seconds.
    pub fn take_times(&mut self) -> (Vec<OpTime>, f64) {
        (self.backend.engine.take_times(), std::mem::take(&mut self.optimizer))
    }
}
