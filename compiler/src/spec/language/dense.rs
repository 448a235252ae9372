//! The dense autoencoder: fully connected layers down to the latent and, mirrored, up again.

use super::activation::Activation;
use super::stack::Stack;
use crate::error::{ArchitectureError, SpecFault};
use crate::sizes::product;
use crate::spec::layers::{Linear, Reshape};
use crate::spec::{Architecture, Layer};

/// What it is made of.
pub(super) struct Dense<'a> {
    /// Values of the layers between input and latent.
    pub(super) hidden: &'a [usize],
    /// Values of the latent.
    pub(super) latent: usize,
    /// Behind every hidden layer, the latent and the reconstruction.
    pub(super) activations: [Activation; 3],
}

impl Dense<'_> {
    pub(super) fn architecture(&self, name: &str, input: [usize; 3]) -> Result<Architecture, ArchitectureError> {
        let [between, at_latent, at_output] = self.activations;
        let mut stack = Stack::new(name, input);
        stack.push(Layer::Flatten)?;
        for &values in self.hidden {
            linear(&mut stack, values)?;
            activate(&mut stack, between)?;
        }
        linear(&mut stack, self.latent)?;
        activate(&mut stack, at_latent)?;
        stack.decode();
        for &values in self.hidden.iter().rev() {
            linear(&mut stack, values)?;
            activate(&mut stack, between)?;
        }
        let values = product(&input).ok_or_else(|| stack.fault(SpecFault::Overflow))?;
        linear(&mut stack, values)?;
        stack.push(Layer::Reshape(Reshape { shape: input }))?;
        activate(&mut stack, at_output)?;
        Ok(stack.finish())
    }
}

/// A linear layer to so many values.
pub(super) fn linear(stack: &mut Stack, output: usize) -> Result<(), ArchitectureError> {
    let input = product(&stack.shape()).ok_or_else(|| stack.fault(SpecFault::Overflow))?;
    stack.push(Layer::Linear(Linear { input, output }))
}

/// The activation's layer, if it is one.
pub(super) fn activate(stack: &mut Stack, activation: Activation) -> Result<(), ArchitectureError> {
    activation.layer().map_or(Ok(()), |layer| stack.push(layer))
}
