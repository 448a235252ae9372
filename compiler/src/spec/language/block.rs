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

/// Longest block that is chosen.
const LONGEST: usize = 250;

/// Most values of a block that is chosen, all channels counted.
const MOST_VALUES: usize = 1024;

/// Length of the blocks of a signal of shape `[channels, 1, steps]` where none is given: the longest with which the least is missing of a
/// whole number of them, not below half of the longest that may be.
pub(super) fn length([channels, _, steps]: [usize; 3]) -> usize {
    let most = LONGEST.min(MOST_VALUES / channels.max(1)).min(steps).max(1);
    let missing = |block: usize| steps.div_ceil(block) * block - steps;
    (most.div_ceil(2)..=most).rev().min_by_key(|block| missing(*block)).unwrap_or(most)
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

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_block_is_chosen_that_divides_the_window_where_one_does() {
        assert_eq!([1000, 500, 200, 280, 360].map(|steps| length([1, 1, steps])), [250, 250, 200, 140, 180]);
        assert_eq!((length([8, 1, 60]), length([1, 1, 1]), length([1, 1, 997])), (60, 1, 250));
        assert_eq!(length([16, 1, 640]), 64);
    }
}
