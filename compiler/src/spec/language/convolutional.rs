//! The convolutional autoencoder: steps of convolution and pooling down to the latent and, mirrored, up again.

use super::activation::Activation;
use super::config::{Bottleneck, Pooling, Up};
use super::dense::{activate, linear};
use super::fit_length::{crop, pad};
use super::stack::Stack;
use crate::error::{ArchitectureError, SpecFault};
use crate::sizes::product;
use crate::spec::layers::{AvgPool, Conv, ConvTranspose, MaxPool, Reshape, Upsample};
use crate::spec::{Architecture, Layer};

/// One step down and its mirror.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Channels behind it.
    pub(super) channels: usize,
    /// Kernel on the way down.
    pub(super) kernel: [usize; 2],
    /// By how much it pools.
    pub(super) pool: [usize; 2],
    /// Kernel on the way up.
    pub(super) decoder_kernel: [usize; 2],
}

/// What it is made of.
pub(super) struct Convolutional {
    pub(super) steps: Vec<Step>,
    pub(super) pooling: Pooling,
    pub(super) up: Up,
    pub(super) bottleneck: Bottleneck,
    /// Channels of the latent map, or its values behind a dense bottleneck.
    pub(super) latent: usize,
    pub(super) latent_kernel: [usize; 2],
    /// Behind every step, the latent and the reconstruction.
    pub(super) activations: [Activation; 3],
}

impl Convolutional {
    pub(super) fn architecture(&self, name: &str, input: [usize; 3]) -> Result<Architecture, ArchitectureError> {
        let mut stack = Stack::new(name, input);
        let factors: [usize; 2] =
            std::array::from_fn(|axis| self.steps.iter().fold(1_usize, |all, s| all.saturating_mul(s.pool[axis])));
        pad(&mut stack, factors, "pool")?;
        for step in &self.steps {
            self.down(&mut stack, step)?;
        }
        let map = stack.shape();
        match self.bottleneck {
            Bottleneck::Conv => {
                let padding = same(&stack, "latent_kernel", self.latent_kernel)?;
                stack.push(Layer::Conv(Conv::dense(map[0], self.latent, self.latent_kernel, [1, 1], padding)))?;
            }
            Bottleneck::Dense => {
                stack.push(Layer::Flatten)?;
                linear(&mut stack, self.latent)?;
            }
        }
        activate(&mut stack, self.activations[1])?;
        stack.decode();
        if self.bottleneck == Bottleneck::Dense {
            let values = product(&map).ok_or_else(|| stack.fault(SpecFault::Overflow))?;
            linear(&mut stack, values)?;
            stack.push(Layer::Reshape(Reshape { shape: map }))?;
        }
        for (i, step) in self.steps.iter().enumerate().rev() {
            let channels = if i == 0 { input[0] } else { self.steps[i - 1].channels };
            self.up(&mut stack, step, channels)?;
            if i > 0 {
                activate(&mut stack, self.activations[0])?;
            }
        }
        crop(&mut stack, input)?;
        activate(&mut stack, self.activations[2])?;
        Ok(stack.finish())
    }

    /// Convolution, activation, pooling.
    fn down(&self, stack: &mut Stack, step: &Step) -> Result<(), ArchitectureError> {
        let padding = same(stack, "kernel", step.kernel)?;
        let stride = if self.pooling == Pooling::Stride { step.pool } else { [1, 1] };
        covers(stack, "kernel", step.kernel, stride)?;
        stack.push(Layer::Conv(Conv::dense(stack.shape()[0], step.channels, step.kernel, stride, padding)))?;
        activate(stack, self.activations[0])?;
        match self.pooling {
            _ if step.pool == [1, 1] => Ok(()),
            Pooling::Max => stack.push(Layer::MaxPool(MaxPool { kernel: step.pool })),
            Pooling::Average => stack.push(Layer::AvgPool(AvgPool { kernel: step.pool })),
            Pooling::Stride => Ok(()),
        }
    }

    /// The mirror of a step, to so many channels: what was pooled is made longer by exactly as much.
    fn up(&self, stack: &mut Stack, step: &Step, channels: usize) -> Result<(), ArchitectureError> {
        let ([from, height, width], kernel) = (stack.shape(), step.decoder_kernel);
        match self.up {
            Up::Upsample => {
                if step.pool != [1, 1] {
                    stack.push(Layer::Upsample(Upsample { factor: step.pool }))?;
                }
                let padding = same(stack, "decoder_kernel", kernel)?;
                stack.push(Layer::Conv(Conv::dense(from, channels, kernel, [1, 1], padding)))
            }
            Up::Transpose => {
                covers(stack, "decoder_kernel", kernel, step.pool)?;
                let padding = [(kernel[0] - step.pool[0]) / 2, (kernel[1] - step.pool[1]) / 2];
                let up = ConvTranspose { input: from, output: channels, kernel, stride: step.pool, padding };
                stack.push(Layer::ConvTranspose(up))?;
                crop(stack, [channels, height.saturating_mul(step.pool[0]), width.saturating_mul(step.pool[1])])
            }
        }
    }
}

/// The padding that keeps an extent at stride 1.
fn same(stack: &Stack, key: &'static str, kernel: [usize; 2]) -> Result<[usize; 2], ArchitectureError> {
    match kernel.iter().find(|k| k.is_multiple_of(2)) {
        None => Ok([kernel[0] / 2, kernel[1] / 2]),
        Some(even) => {
            let expected = "an odd number, so that a convolution keeps its input's length".into();
            Err(stack.fault(SpecFault::Key { key, value: even.to_string(), expected }))
        }
    }
}

/// A kernel no shorter than its stride leaves nothing out.
fn covers(stack: &Stack, key: &'static str, kernel: [usize; 2], stride: [usize; 2]) -> Result<(), ArchitectureError> {
    match (0..2).find(|axis| kernel[*axis] < stride[*axis]) {
        None => Ok(()),
        Some(axis) => {
            let expected = format!("at least the {} that it moves by", stride[axis]);
            Err(stack.fault(SpecFault::Key { key, value: kernel[axis].to_string(), expected }))
        }
    }
}
