//! What computes loss and gradient.

use super::Objective;
use crate::engine::candle::{LossOp, layer_outputs};
use crate::engine::{Criterion, Engine};
use crate::error::Result;
use candle_core::Tensor;
use picoae_compiler::spec::{Architecture, ParameterTable};
use std::sync::Arc;

/// A way to compute the loss of a network as a differentiable tensor. It may keep the parameters in an order of its own.
pub(crate) trait Backend: Send + Sync {
    /// Parameters in its own order, from the order of [`ParameterTable`].
    fn arrange(&self, flat: &[f32]) -> Vec<f32>;

    /// The inverse of [`arrange`](Self::arrange).
    fn restore(&self, own: &[f32]) -> Vec<f32>;

    /// Mean loss of `input` `[n, c, h, w]` against `target`; gradients flow to `parameters` if `gradient` says so.
    fn loss(&self, parameters: &Tensor, input: &Tensor, target: &Tensor, gradient: bool) -> Result<Tensor>;
}

/// Candle's own operators, on any device.
pub(crate) struct CandleBackend {
    pub(crate) architecture: Architecture,
    pub(crate) table: ParameterTable,
    pub(crate) objective: &'static dyn Objective,
}

impl Backend for CandleBackend {
    fn arrange(&self, flat: &[f32]) -> Vec<f32> {
        flat.to_vec()
    }

    fn restore(&self, own: &[f32]) -> Vec<f32> {
        own.to_vec()
    }

    fn loss(&self, parameters: &Tensor, input: &Tensor, target: &Tensor, gradient: bool) -> Result<Tensor> {
        let parameters = if gradient { parameters.clone() } else { parameters.detach() };
        let outputs = layer_outputs(&self.architecture, &self.table, &parameters, input)?;
        Ok(self.objective.mean(outputs.last().unwrap_or(input), target)?)
    }
}

/// Compiled operators on the processor.
pub(crate) struct EngineBackend {
    pub(crate) engine: Arc<Engine>,
    pub(crate) criterion: Arc<dyn Criterion>,
}

impl Backend for EngineBackend {
    fn arrange(&self, flat: &[f32]) -> Vec<f32> {
        self.engine.network().arrange(flat)
    }

    fn restore(&self, own: &[f32]) -> Vec<f32> {
        self.engine.network().restore(own)
    }

    fn loss(&self, parameters: &Tensor, input: &Tensor, target: &Tensor, gradient: bool) -> Result<Tensor> {
        Ok(input.apply_op3(target, parameters, LossOp::new(self.engine.clone(), self.criterion.clone(), gradient))?)
    }
}
