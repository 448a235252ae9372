//! The state of a run between two epochs, as a safetensors file.

use super::FitConfig;
use super::epoch::Epoch;
use crate::error::{Error, Result};
use picoae_compiler::files::{self, TensorBytes};
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// Key of the description in the file's metadata.
const KEY: &str = "picoae_checkpoint";

/// Why a file is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckpointError {
    /// It is no safetensors file, or lacks a tensor.
    #[error("not a training checkpoint ({0})")]
    Tensors(#[from] safetensors::SafeTensorError),
    /// There is no description in its metadata.
    #[error("not a training checkpoint (no description in it)")]
    Description,
    /// The description is none of a run.
    #[error("not a training checkpoint ({0})")]
    State(#[from] serde_json::Error),
    /// A tensor has another type or length than the network's parameters.
    #[error("not a checkpoint of this network (`{name}` is {dtype:?} {shape:?}, expected F32 [{expected}])")]
    Tensor { name: &'static str, dtype: Dtype, shape: Vec<usize>, expected: usize },
    /// The history has not whole rows in it.
    #[error("not a training checkpoint of this version (its `history` is cut off)")]
    History,
}

/// Everything that the next epoch depends on. Vectors are flat, in the order of [`picoae_compiler::spec::ParameterTable`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checkpoint {
    pub(crate) parameters: Vec<f32>,
    pub(crate) moments: [Vec<f32>; 2],
    pub(crate) best: Vec<f32>,
    pub(crate) state: State,
}

/// What is not a tensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) network: String,
    pub(crate) config: FitConfig,
    /// Threads that the run really uses.
    pub(crate) threads: usize,
    /// Training samples, for a run resumed on other data makes no sense.
    pub(crate) samples: usize,
    /// Optimizer steps done.
    pub(crate) step: usize,
    /// Epoch of the best weights.
    pub(crate) best_epoch: usize,
    /// Epochs since the validation loss last fell by `min_delta`.
    pub(crate) waited: usize,
    /// The loss that it fell to; among the tensors, as `history` is, because decimal text may lose its last bit.
    #[serde(skip)]
    pub(crate) reference: f64,
    #[serde(skip)]
    pub(crate) history: Vec<Epoch>,
    /// How many times training has begun anew; `history` is that of the last time.
    #[serde(default)]
    pub(crate) restarts: usize,
    /// Loss of the first step; among the tensors, too.
    #[serde(skip)]
    pub(crate) start: f64,
}

impl Checkpoint {
    /// Writes the file in one piece.
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let epochs: Vec<f64> = [self.state.reference, self.state.start]
            .into_iter()
            .chain(self.state.history.iter().flat_map(row))
            .collect();
        let flat = |name: &'static str, values: &[f32]| TensorBytes {
            name: name.into(),
            dtype: Dtype::F32,
            shape: vec![values.len()],
            bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        };
        let tensors = [
            flat("parameters", &self.parameters),
            flat("first_moment", &self.moments[0]),
            flat("second_moment", &self.moments[1]),
            flat("best", &self.best),
            TensorBytes {
                name: "history".into(),
                dtype: Dtype::F64,
                shape: vec![epochs.len()],
                bytes: epochs.iter().flat_map(|v| v.to_le_bytes()).collect(),
            },
        ];
        let state = serde_json::to_string(&self.state).map_err(|e| Error::encode(path.display(), e))?;
        let about = HashMap::from([(KEY.to_string(), state)]);
        let bytes = files::safetensors(tensors, about).map_err(|e| Error::encode(path.display(), e))?;
        Ok(files::write_atomic(path, bytes)?)
    }

    /// Reads it, with vectors of `n` values expected.
    pub(crate) fn load(path: &Path, n: usize) -> Result<Self> {
        Self::parse(&files::read(path)?, n).map_err(|e| Error::format(path, e))
    }

    fn parse(raw: &[u8], n: usize) -> std::result::Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(raw)?;
        let text = header.metadata().as_ref().and_then(|m| m.get(KEY)).ok_or(CheckpointError::Description)?;
        let mut state: State = serde_json::from_str(text)?;
        let tensors = SafeTensors::deserialize(raw)?;
        let values = |name: &'static str| -> std::result::Result<Vec<f32>, CheckpointError> {
            let view = tensors.tensor(name)?;
            let (dtype, shape) = (view.dtype(), view.shape());
            if dtype != Dtype::F32 || shape != [n] {
                return Err(CheckpointError::Tensor { name, dtype, shape: shape.to_vec(), expected: n });
            }
            Ok(view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
        };
        let history = tensors.tensor("history")?;
        let numbers: Vec<f64> = history.data().as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
        let ([reference, start], rows) = numbers.split_first_chunk().ok_or(CheckpointError::History)?;
        (state.reference, state.start) = (*reference, *start);
        let (rows, []) = rows.as_chunks::<5>() else { return Err(CheckpointError::History) };
        let restarts = state.restarts;
        state.history = rows.iter().map(|row| Epoch { restarts, ..epoch(row) }).collect();
        Ok(Self {
            parameters: values("parameters")?,
            moments: [values("first_moment")?, values("second_moment")?],
            best: values("best")?,
            state,
        })
    }

    /// Refuses to continue a run that was something else.
    pub(crate) fn check(&self, path: &Path, network: &str, config: &FitConfig, samples: usize) -> Result<()> {
        let differs = |what: &str, was: String, is: String| {
            Err(Error::file(path, format!("the checkpoint's {what} is {was}, but this run's is {is}")))
        };
        let s = &self.state;
        if s.network != network {
            return differs("network", s.network.clone(), network.into());
        }
        if s.samples != samples {
            return differs("number of training samples", s.samples.to_string(), samples.to_string());
        }
        if s.threads != config.thread_count() {
            return differs("number of threads", s.threads.to_string(), config.thread_count().to_string());
        }
        // The checkpoint's settings have been through text once, which may cost a number its last bit.
        let text = serde_json::to_string(config).unwrap_or_default();
        let (was, is) = (settings(&s.config), settings(&serde_json::from_str(&text).unwrap_or_default()));
        match is.iter().zip(&was).find(|(is, was)| is != was && is.0 != "threads") {
            Some((is, was)) => differs(&format!("setting `{}`", is.0), was.1.clone(), is.1.clone()),
            None => Ok(()),
        }
    }
}

/// Names and values of all settings.
fn settings(config: &FitConfig) -> Vec<(String, String)> {
    match serde_json::to_value(config) {
        Ok(serde_json::Value::Object(all)) => all.into_iter().map(|(key, value)| (key, value.to_string())).collect(),
        _ => Vec::new(),
    }
}

/// An epoch as a row of the tensor `history`.
fn row(epoch: &Epoch) -> [f64; 5] {
    [epoch.epoch as f64, epoch.train_loss, epoch.validation_loss, epoch.learning_rate, epoch.seconds]
}

/// The inverse of [`row`].
fn epoch(&[epoch, train_loss, validation_loss, learning_rate, seconds]: &[f64; 5]) -> Epoch {
    Epoch { epoch: epoch as usize, train_loss, validation_loss, learning_rate, seconds, restarts: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> Checkpoint {
        let epoch = Epoch {
            epoch: 1,
            train_loss: 0.1 + 0.2,
            validation_loss: 1.0 / 3.0,
            learning_rate: 1e-3 * (1.0 / 7.0),
            seconds: 2.5,
            restarts: 2,
        };
        Checkpoint {
            parameters: vec![1.0, -0.0],
            moments: [vec![1e-30, 2.0], vec![3.0, f32::MIN_POSITIVE / 8.0]],
            best: vec![5.0, 6.0],
            state: State {
                network: "a".into(),
                config: FitConfig::default(),
                threads: FitConfig::default().thread_count(),
                samples: 4,
                step: 9,
                best_epoch: 1,
                waited: 0,
                reference: 1.0 / 3.0,
                history: vec![epoch],
                restarts: 2,
                start: 0.7,
            },
        }
    }

    #[test]
    fn goes_round_bit_for_bit_and_refuses_other_runs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let made = checkpoint();
        made.save(&path).unwrap();
        let read = Checkpoint::load(&path, 2).unwrap();
        assert_eq!(made, read);
        read.check(&path, "a", &FitConfig::default(), 4).unwrap();
        let other = FitConfig { batch_size: 3, ..FitConfig::default() };
        assert!(read.check(&path, "a", &other, 4).unwrap_err().to_string().contains("`batch_size` is 64"));
        assert!(read.check(&path, "b", &FitConfig::default(), 4).unwrap_err().to_string().contains("network"));
        assert!(Checkpoint::load(&path, 3).unwrap_err().to_string().contains("expected F32 [3]"));
        std::fs::write(&path, "nonsense").unwrap();
        assert!(Checkpoint::load(&path, 2).unwrap_err().to_string().contains("not a training checkpoint"));
    }
}
