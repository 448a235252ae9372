//! Compiled networks as candle operations.

use crate::engine::{Criterion, Engine};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};
use std::sync::{Arc, Mutex, PoisonError};

/// The values of a contiguous f32 tensor.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<f32>()?[from..to]),
        None => bail!("a compiled network needs contiguous tensors"),
    }
}

fn check(engine: &Engine, input: &[f32], parameters: &[f32]) -> Result<usize> {
    let (length, wanted) = (engine.network().input_len(), engine.network().parameters());
    if input.is_empty() || !input.len().is_multiple_of(length) {
        bail!("{} values are not samples of {length}", input.len());
    }
    if parameters.len() != wanted {
        bail!("{} parameters were given, {wanted} are needed", parameters.len());
    }
    Ok(input.len() / length)
}

/// Mean loss of a compiled network: input `[n, c, h, w]`, target of the output's shape, parameters in the engine's order.
///
/// The forward pass computes the gradient by the parameters as well, a few samples at a time while they are in the cache,
/// and the backward pass hands it out. It has no gradient by the input or the target; use [`NetworkOp`] for that.
pub struct LossOp {
    engine: Arc<Engine>,
    criterion: Arc<dyn Criterion>,
    gradient: Mutex<Option<Vec<f32>>>,
    backward: bool,
}

impl LossOp {
    /// The operation for one step. With `backward` false the gradient is not computed.
    pub fn new(engine: Arc<Engine>, criterion: Arc<dyn Criterion>, backward: bool) -> Self {
        Self { engine, criterion, gradient: Mutex::new(None), backward }
    }
}

impl CustomOp3 for LossOp {
    fn name(&self) -> &'static str {
        "network-loss"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        target: &CpuStorage,
        target_layout: &Layout,
        parameters: &CpuStorage,
        parameters_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (input, target) = (values(input, input_layout)?, values(target, target_layout)?);
        let parameters = values(parameters, parameters_layout)?;
        let n = check(&self.engine, input, parameters)?;
        let length: usize = self.engine.network().output_shape().iter().product();
        if target.len() != n * length {
            bail!("{n} targets of {length} values are needed, {} values were given", target.len());
        }
        let loss = if self.backward {
            let (loss, gradient) = self.engine.loss_and_gradient(self.criterion.as_ref(), parameters, input, target);
            *self.gradient.lock().unwrap_or_else(PoisonError::into_inner) = Some(gradient);
            loss
        } else {
            self.engine.loss(self.criterion.as_ref(), parameters, input, target)
        };
        Ok((CpuStorage::F32(vec![loss]), Shape::from(())))
    }

    fn bwd(
        &self,
        input: &Tensor,
        target: &Tensor,
        parameters: &Tensor,
        _res: &Tensor,
        by_loss: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        if input.track_op() || target.track_op() {
            bail!("the loss of a compiled network has no gradient by its input or target");
        }
        let Some(mut gradient) = self.gradient.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            bail!("the loss of a compiled network was computed without its gradient");
        };
        let scale = by_loss.to_scalar::<f32>()?;
        if scale != 1.0 {
            gradient.iter_mut().for_each(|g| *g *= scale);
        }
        let n = gradient.len();
        Ok((None, None, Some(Tensor::from_vec(gradient, n, parameters.device())?)))
    }
}

/// A compiled network: input `[n, c, h, w]` and parameters in the engine's order to output `[n, c, h, w]`, differentiable by
/// both.
pub struct NetworkOp {
    engine: Arc<Engine>,
}

impl NetworkOp {
    /// The operation.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }
}

impl CustomOp2 for NetworkOp {
    fn name(&self) -> &'static str {
        "network"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        parameters: &CpuStorage,
        parameters_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (input, parameters) = (values(input, input_layout)?, values(parameters, parameters_layout)?);
        let n = check(&self.engine, input, parameters)?;
        let [c, h, w] = self.engine.network().output_shape();
        Ok((CpuStorage::F32(self.engine.forward(parameters, input)), Shape::from((n, c, h, w))))
    }

    fn bwd(
        &self,
        input: &Tensor,
        parameters: &Tensor,
        _res: &Tensor,
        by_output: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let flat = |t: &Tensor| t.flatten_all()?.to_vec1::<f32>();
        let (by_input, by_parameters) = self.engine.gradients(&flat(parameters)?, &flat(input)?, &flat(by_output)?);
        let n = by_parameters.len();
        Ok((
            Some(Tensor::from_vec(by_input, input.shape(), input.device())?),
            Some(Tensor::from_vec(by_parameters, n, input.device())?),
        ))
    }
}
