//! The linear autoencoder of blocks: each block of the input becomes `latent` values by one matrix and is made of them again by
//! another.

use super::activation::Activation;
use super::dense::activate;
use super::fit_length::{crop, pad};
use super::stack::Stack;
use crate::error::ArchitectureError;
use crate::spec::layers::{Conv, ConvTranspose};
use crate::spec::{Architecture, Layer};

/// What it is made of.
pub(super) struct Block {
    /// Extents of a block.
    pub(super) extent: [usize; 2],
    /// Latent values a block.
    pub(super) latent: usize,
    /// Behind the latent and the reconstruction.
    pub(super) activations: [Activation; 2],
}

impl Block {
    pub(super) fn architecture(&self, name: &str, input: [usize; 3]) -> Result<Architecture, ArchitectureError> {
        let (kernel, stride, padding) = (self.extent, self.extent, [0, 0]);
        let mut stack = Stack::new(name, input);
        pad(&mut stack, self.extent, "block")?;
        stack.push(Layer::Conv(Conv::dense(input[0], self.latent, kernel, stride, padding)))?;
        activate(&mut stack, self.activations[0])?;
        stack.decode();
        let back = ConvTranspose { input: self.latent, output: input[0], kernel, stride, padding };
        stack.push(Layer::ConvTranspose(back))?;
        crop(&mut stack, input)?;
        activate(&mut stack, self.activations[1])?;
        Ok(stack.finish())
    }
}
