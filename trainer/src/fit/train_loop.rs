//! The training loop.

use super::adam::Adam;
use super::backend::{Backend, CandleBackend, EngineBackend};
use super::batches::{Batch, BatchOrder, produce};
use super::checkpoint::{Checkpoint, State};
use super::epoch::{Epoch, Restart};
use super::{FitConfig, Observer};
use crate::data::Windows;
use crate::engine::order::channels_first;
use crate::engine::{CompileOptions, Engine, initial_parameters};
use crate::error::{Error, Result};
use candle_core::{Device, Tensor, Var};
use picoae_compiler::spec::{Architecture, ParameterTable};
use picoae_compiler::weights::Weights;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Samples that validation takes at a time.
const VALIDATION_BATCH: usize = 256;

/// An epoch whose mean loss is so many times that of the first step has diverged.
const FAR_ABOVE: f64 = 10.0;

/// How many times a run that diverged begins anew.
const RESTARTS: usize = 3;

/// What the learning rate is divided by each time.
const SLOWER: f64 = 10.0;

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// All epochs were done.
    Finished,
    /// The validation loss had not become better for `patience` epochs.
    EarlyStop,
    /// `stop` was set; the run can be resumed from its checkpoint.
    Interrupted,
}

/// What training made.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Weights of the epoch with the smallest validation loss (when not one epoch was done, the weights so far).
    pub weights: Weights,
    /// Every epoch, also those before a resumption.
    pub history: Vec<Epoch>,
    /// The epoch that `weights` are from; 0 when not one was done.
    pub best_epoch: usize,
    /// Why it ended.
    pub stopped: Stopped,
    /// Times that it diverged and began anew since it was started or resumed.
    pub restarts: Vec<Restart>,
}

/// What surrounds a training run.
pub struct FitOptions<'a> {
    /// A checkpoint to go on from.
    pub resume: Option<&'a Path>,
    /// Where to write a checkpoint after every epoch.
    pub checkpoint: Option<&'a Path>,
    /// Set from outside to end the run after the current step.
    pub stop: &'a AtomicBool,
    /// Is told how it goes.
    pub observer: &'a mut dyn Observer,
    /// Where to compute.
    pub device: Device,
}

/// Trains a network on `train`, keeping the weights that do best on `validation`.
///
/// The same seed, thread count, samples and settings give the same weights bit for bit on the same machine, also when the
/// run is interrupted and resumed from its checkpoint.
///
/// # Errors
/// [`Error::Invalid`] for settings out of range, samples of another shape than the network's input, no training samples
/// at all; [`Error::File`] for a checkpoint of another run; [`Error::Diverged`] for a loss that stops being finite or rises far
/// above where it began, also at the smaller learning rates that are tried then.
pub fn fit(
    architecture: &Architecture,
    train: &Windows,
    validation: &Windows,
    config: &FitConfig,
    options: FitOptions<'_>,
) -> Result<Outcome> {
    config.check()?;
    architecture.check()?;
    check_samples(architecture, train, "training")?;
    if !validation.is_empty() {
        check_samples(architecture, validation, "validation")?;
    }
    let table = ParameterTable::new(architecture)?;
    let objective = config.loss.objective();
    let backend: Box<dyn Backend> = match objective.criterion() {
        Some(criterion) if options.device.is_cpu() => {
            let engine = Engine::new(architecture, CompileOptions::default(), config.thread_count())?;
            Box::new(EngineBackend { engine, criterion })
        }
        _ => Box::new(CandleBackend { architecture: architecture.clone(), table: table.clone(), objective }),
    };
    TrainLoop::new(architecture, table, backend.as_ref(), train, validation, config, &options)?.go(options)
}

/// Checks that there are samples, that they fit the network and are finite.
fn check_samples(architecture: &Architecture, samples: &Windows, what: &str) -> Result<()> {
    let name = &architecture.name;
    if samples.is_empty() {
        return Err(Error::invalid(format!("{name}: there are no {what} samples")));
    }
    if samples.shape() != architecture.input {
        return Err(Error::invalid(format!(
            "{name}: the {what} samples have shape {:?}, the network takes {:?}",
            samples.shape(),
            architecture.input
        )));
    }
    match samples.first_not_finite() {
        Some(i) => Err(Error::invalid(format!("{name}: {what} sample {i} has a value that is not finite"))),
        None => Ok(()),
    }
}

/// A run in progress.
struct TrainLoop<'a> {
    table: ParameterTable,
    backend: &'a dyn Backend,
    train: &'a Windows,
    validation: &'a Windows,
    parameters: Var,
    adam: Adam,
    best: Vec<f32>,
    state: State,
    restarts: Vec<Restart>,
}

/// How an epoch ended.
enum Pass {
    Done(Epoch),
    /// It was stopped on the way.
    Stopped,
    /// Its loss is no longer finite, or far above the first.
    Diverged(f64),
}

impl<'a> TrainLoop<'a> {
    fn new(
        architecture: &Architecture,
        table: ParameterTable,
        backend: &'a dyn Backend,
        train: &'a Windows,
        validation: &'a Windows,
        config: &FitConfig,
        options: &FitOptions<'_>,
    ) -> Result<Self> {
        let n = table.total();
        let device = &options.device;
        let own = |flat: &[f32]| Tensor::from_vec(backend.arrange(flat), n, device);
        let mut adam = Adam::new(n, config.weight_decay, device)?;
        let (flat, best, state) = match options.resume {
            Some(path) => {
                let from = Checkpoint::load(path, n)?;
                from.check(path, &architecture.name, config, train.len())?;
                adam.moments = [own(&from.moments[0])?, own(&from.moments[1])?];
                adam.step = from.state.step;
                (from.parameters, from.best, State { config: config.clone(), ..from.state })
            }
            None => {
                let flat = initial_parameters(&table, config.seed);
                let state = State {
                    network: architecture.name.clone(),
                    config: config.clone(),
                    threads: config.thread_count(),
                    samples: train.len(),
                    step: 0,
                    best_epoch: 0,
                    waited: 0,
                    reference: f64::MAX,
                    history: Vec::new(),
                    restarts: 0,
                    start: f64::INFINITY,
                };
                (flat.clone(), flat, state)
            }
        };
        let parameters = Var::from_tensor(&own(&flat)?)?;
        Ok(Self { table, backend, train, validation, parameters, adam, best, state, restarts: Vec::new() })
    }

    /// The largest learning rate: the configuration's, smaller where training has diverged.
    fn learning_rate(&self) -> f64 {
        (0..self.state.restarts).fold(self.state.config.learning_rate, |rate, _| rate / SLOWER)
    }

    /// Begins anew from the initial weights with a smaller learning rate.
    fn restart(&mut self, loss: f64, device: &Device) -> Result<Restart> {
        let (epoch, learning_rate) = (self.state.history.len() + 1, self.learning_rate());
        if self.state.restarts == RESTARTS {
            return Err(Error::Diverged { epoch, learning_rate, largest: self.state.config.learning_rate });
        }
        let state = &mut self.state;
        state.restarts += 1;
        state.history.clear();
        (state.step, state.best_epoch, state.waited, state.reference) = (0, 0, 0, f64::MAX);
        let start = std::mem::replace(&mut state.start, f64::INFINITY);
        let (flat, n) = (initial_parameters(&self.table, state.config.seed), self.table.total());
        self.parameters = Var::from_vec(self.backend.arrange(&flat), n, device)?;
        self.adam = Adam::new(n, state.config.weight_decay, device)?;
        self.best = flat;
        Ok(Restart { epoch, start, loss, learning_rate, next: self.learning_rate() })
    }

    /// Whether the validation loss has not become better for too long.
    fn waited_enough(&self) -> bool {
        self.state.config.patience > 0 && self.state.waited >= self.state.config.patience
    }

    fn go(mut self, mut options: FitOptions<'_>) -> Result<Outcome> {
        let epochs = self.state.config.epochs;
        let batches = self.state.config.steps_per_epoch(self.train.len());
        let mut stopped = Stopped::Finished;
        options.observer.start(self.state.history.len() + 1, epochs, batches);
        while self.state.history.len() < epochs {
            if self.waited_enough() {
                stopped = Stopped::EarlyStop;
                break;
            }
            let epoch = match self.epoch(batches, &mut options)? {
                Pass::Done(epoch) => epoch,
                Pass::Stopped => {
                    stopped = Stopped::Interrupted;
                    break;
                }
                Pass::Diverged(loss) => {
                    let restart = self.restart(loss, &options.device)?;
                    options.observer.restart(&restart);
                    self.restarts.push(restart);
                    continue;
                }
            };
            let better = self.note(&epoch)?;
            if let Some(path) = options.checkpoint {
                self.checkpoint()?.save(path)?;
            }
            options.observer.epoch(&epoch, better);
        }
        options.observer.finish();
        if self.state.best_epoch == 0 {
            self.best = self.flat(self.parameters.as_tensor())?;
        }
        Ok(Outcome {
            weights: self.table.name(&self.best),
            history: self.state.history,
            best_epoch: self.state.best_epoch,
            stopped,
            restarts: self.restarts,
        })
    }

    /// One epoch of `batches` steps.
    fn epoch(&mut self, batches: usize, options: &mut FitOptions<'_>) -> Result<Pass> {
        let begun = Instant::now();
        let config = FitConfig { learning_rate: self.learning_rate(), ..self.state.config.clone() };
        let number = self.state.history.len() + 1;
        let order = BatchOrder {
            batch_size: config.batch_size,
            steps: batches,
            seed: config.seed,
            epoch: number - 1,
            noise: config.noise,
        };
        let (mut sum, mut seen, mut rate) = (0.0, 0, 0.0);
        let (samples, device) = (self.train, options.device.clone());
        let cut_short = std::thread::scope(|scope| -> Result<Option<Pass>> {
            let incoming = produce(scope, samples, order, &device);
            for (i, batch) in incoming.iter().enumerate() {
                if options.stop.load(Ordering::Relaxed) {
                    return Ok(Some(Pass::Stopped));
                }
                let batch = batch?;
                rate = config.rate(self.adam.step, config.epochs * batches, batches);
                let loss = self.step(&batch, rate)?;
                if !loss.is_finite() {
                    return Ok(Some(Pass::Diverged(loss)));
                }
                if self.adam.step == 1 {
                    self.state.start = loss;
                }
                sum += loss * batch.len as f64;
                seen += batch.len;
                options.observer.step(i + 1, loss);
            }
            Ok(None)
        })?;
        if let Some(pass) = cut_short {
            return Ok(pass);
        }
        let train_loss = sum / seen as f64;
        if train_loss > FAR_ABOVE * self.state.start {
            return Ok(Pass::Diverged(train_loss));
        }
        let validation_loss = self.validate(&options.device)?.unwrap_or(train_loss);
        let seconds = begun.elapsed().as_secs_f64();
        if !validation_loss.is_finite() {
            return Ok(Pass::Diverged(validation_loss));
        }
        let restarts = self.state.restarts;
        Ok(Pass::Done(Epoch { epoch: number, train_loss, validation_loss, learning_rate: rate, seconds, restarts }))
    }

    /// One step of the optimizer; gives the loss before it.
    fn step(&mut self, batch: &Batch, rate: f64) -> Result<f64> {
        let loss = self.backend.loss(self.parameters.as_tensor(), &batch.input, &batch.target, true)?;
        let gradients = loss.backward()?;
        if let Some(gradient) = gradients.get(self.parameters.as_tensor()) {
            self.adam.step(&self.parameters, gradient, rate)?;
        }
        Ok(f64::from(loss.to_scalar::<f32>()?))
    }

    /// Mean loss on the validation samples.
    fn validate(&self, device: &Device) -> Result<Option<f64>> {
        if self.validation.is_empty() {
            return Ok(None);
        }
        let [c, h, w] = self.validation.shape();
        let mut sum = 0.0;
        for from in (0..self.validation.len()).step_by(VALIDATION_BATCH) {
            let n = VALIDATION_BATCH.min(self.validation.len() - from);
            let part = self.validation.batch(from..from + n);
            let x = Tensor::from_slice(&channels_first(&part, [c, h, w]), (n, c, h, w), device)?;
            let loss = self.backend.loss(self.parameters.as_tensor(), &x, &x, false)?;
            sum += f64::from(loss.to_scalar::<f32>()?) * n as f64;
        }
        Ok(Some(sum / self.validation.len() as f64))
    }

    /// Takes an epoch into the books; says whether its weights are the best so far.
    fn note(&mut self, epoch: &Epoch) -> Result<bool> {
        let smallest = self.state.history.iter().map(|e| e.validation_loss).fold(f64::INFINITY, f64::min);
        let better = epoch.validation_loss < smallest;
        if better {
            self.best = self.flat(self.parameters.as_tensor())?;
            self.state.best_epoch = epoch.epoch;
        }
        if epoch.validation_loss < self.state.reference - self.state.config.min_delta {
            self.state.reference = epoch.validation_loss;
            self.state.waited = 0;
        } else {
            self.state.waited += 1;
        }
        self.state.step = self.adam.step;
        self.state.history.push(epoch.clone());
        Ok(better)
    }

    /// A tensor in the backend's order as a vector in the table's.
    fn flat(&self, own: &Tensor) -> Result<Vec<f32>> {
        Ok(self.backend.restore(&own.to_vec1::<f32>()?))
    }

    fn checkpoint(&self) -> Result<Checkpoint> {
        Ok(Checkpoint {
            parameters: self.flat(self.parameters.as_tensor())?,
            moments: [self.flat(&self.adam.moments[0])?, self.flat(&self.adam.moments[1])?],
            best: self.best.clone(),
            state: self.state.clone(),
        })
    }
}

#[cfg(test)]
#[path = "train_loop_tests.rs"]
mod tests;
