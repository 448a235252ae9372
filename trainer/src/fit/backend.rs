//! What computes loss and gradient.

use super::Loss;
use crate::error::Result;
use crate::net::builtin;
use crate::ops::{Engine, NetworkLoss};
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
pub(crate) struct Builtin {
    pub(crate) architecture: Architecture,
    pub(crate) table: ParameterTable,
    pub(crate) loss: Loss,
}

impl Backend for Builtin {
    fn arrange(&self, flat: &[f32]) -> Vec<f32> {
        flat.to_vec()
    }

    fn restore(&self, own: &[f32]) -> Vec<f32> {
        own.to_vec()
    }

    fn loss(&self, parameters: &Tensor, input: &Tensor, target: &Tensor, gradient: bool) -> Result<Tensor> {
        let parameters = if gradient { parameters.clone() } else { parameters.detach() };
        let outputs = builtin::layer_outputs(&self.architecture, &self.table, &parameters, input)?;
        Ok(self.loss.mean(outputs.last().unwrap_or(input), target)?)
    }
}

/// Compiled stages on the processor.
pub(crate) struct Compiled(pub(crate) Arc<Engine>);

impl Backend for Compiled {
    fn arrange(&self, flat: &[f32]) -> Vec<f32> {
        self.0.plan().arrange(flat)
    }

    fn restore(&self, own: &[f32]) -> Vec<f32> {
        self.0.plan().restore(own)
    }

    fn loss(&self, parameters: &Tensor, input: &Tensor, target: &Tensor, gradient: bool) -> Result<Tensor> {
        Ok(input.apply_op3(target, parameters, NetworkLoss::new(self.0.clone(), gradient))?)
    }
}
