//! Layers one on the other, each checked as it is laid.

use super::limits::Cost;
use crate::error::{ArchitectureError, SpecFault};
use crate::spec::{Architecture, Layer, Part};

/// A network in the making.
#[derive(Debug)]
pub(super) struct Stack {
    name: String,
    input: [usize; 3],
    /// Shape behind the last layer.
    shape: [usize; 3],
    part: Part,
    encoder: Vec<Layer>,
    decoder: Vec<Layer>,
    cost: Cost,
}

impl Stack {
    pub(super) fn new(name: &str, input: [usize; 3]) -> Self {
        let (encoder, decoder) = (Vec::new(), Vec::new());
        Self { name: name.into(), input, shape: input, part: Part::Encoder, encoder, decoder, cost: Cost::default() }
    }

    /// Shape behind the last layer: `[channels, height, width]`.
    pub(super) fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// What is behind the last layer is the latent.
    pub(super) fn decode(&mut self) {
        self.part = Part::Decoder;
    }

    /// Lays a layer.
    ///
    /// # Errors
    /// [`ArchitectureError::Layer`] with its number and its input's shape; [`ArchitectureError::TooLarge`].
    pub(super) fn push(&mut self, layer: Layer) -> Result<(), ArchitectureError> {
        let output = layer.output_shape(self.shape).map_err(|fault| self.fault(fault))?;
        self.cost.add(&self.name, &layer, self.shape, output)?;
        self.shape = output;
        match self.part {
            Part::Encoder => self.encoder.push(layer),
            Part::Decoder => self.decoder.push(layer),
        }
        Ok(())
    }

    /// What is wrong with the next layer.
    pub(super) fn fault(&self, fault: SpecFault) -> ArchitectureError {
        let index = match self.part {
            Part::Encoder => self.encoder.len(),
            Part::Decoder => self.decoder.len(),
        };
        ArchitectureError::Layer {
            network: self.name.clone(),
            number: self.encoder.len() + self.decoder.len() + 1,
            layer: format!("{}.{index}", self.part.prefix()),
            input: self.shape,
            fault: Box::new(fault),
        }
    }

    /// The network, whatever its output.
    pub(super) fn finish(self) -> Architecture {
        Architecture {
            name: self.name,
            input: self.input,
            one_dimensional: self.input[1] == 1,
            encoder: self.encoder,
            decoder: self.decoder,
        }
    }
}
