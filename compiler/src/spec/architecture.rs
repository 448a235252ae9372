//! A whole autoencoder as data.

use super::Layer;
use crate::error::{ArchitectureError, Result};
use serde::{Deserialize, Serialize};

/// Encoder or decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Input to latent.
    Encoder,
    /// Latent to reconstruction.
    Decoder,
}

impl Part {
    /// Prefix of its tensors' names.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Encoder => "encoder",
            Self::Decoder => "decoder",
        }
    }
}

/// An autoencoder: what `encoder` makes of the input is the latent, and `decoder` makes the reconstruction of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Name in messages and files.
    pub name: String,
    /// `[channels, height, width]` of one sample; signals have height 1.
    pub input: [usize; 3],
    /// Whether the convolutions are one-dimensional (height 1 throughout).
    pub one_dimensional: bool,
    /// Layers from the input to the latent.
    pub encoder: Vec<Layer>,
    /// Layers from the latent to the reconstruction.
    pub decoder: Vec<Layer>,
}

/// A layer in its place.
#[derive(Debug, Clone)]
pub struct LayerInfo<'a> {
    /// Encoder or decoder.
    pub part: Part,
    /// Position in its part, from 0: the number in its tensors' names.
    pub index: usize,
    /// The layer.
    pub layer: &'a Layer,
    /// `[channels, height, width]` in front of it.
    pub input: [usize; 3],
    /// `[channels, height, width]` behind it.
    pub output: [usize; 3],
}

impl LayerInfo<'_> {
    /// `encoder.0` and so on; its tensors add `.weight` and `.bias`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.part.prefix(), self.index)
    }
}

impl Architecture {
    /// All layers with their shapes, encoder first.
    ///
    /// # Errors
    /// [`crate::Error::Architecture`] naming the first layer that does not fit.
    pub fn layers(&self) -> Result<Vec<LayerInfo<'_>>> {
        let mut shape = self.input;
        let mut out = Vec::new();
        for (part, layers) in [(Part::Encoder, &self.encoder), (Part::Decoder, &self.decoder)] {
            for (index, layer) in layers.iter().enumerate() {
                let output = layer.output_shape(shape).map_err(|fault| ArchitectureError::Layer {
                    network: self.name.clone(),
                    number: out.len() + 1,
                    layer: format!("{}.{index}", part.prefix()),
                    input: shape,
                    fault: Box::new(fault),
                })?;
                out.push(LayerInfo { part, index, layer, input: shape, output });
                shape = output;
            }
        }
        Ok(out)
    }

    /// Shape of the reconstruction.
    ///
    /// # Errors
    /// As [`Architecture::layers`].
    pub fn output_shape(&self) -> Result<[usize; 3]> {
        Ok(self.layers()?.last().map_or(self.input, |l| l.output))
    }

    /// Shape of the latent.
    ///
    /// # Errors
    /// As [`Architecture::layers`].
    pub fn latent_shape(&self) -> Result<[usize; 3]> {
        Ok(self.layers()?.iter().rfind(|l| l.part == Part::Encoder).map_or(self.input, |l| l.output))
    }

    /// Trainable parameters; `usize::MAX` where they are more than can be counted.
    pub fn parameters(&self) -> usize {
        self.encoder.iter().chain(&self.decoder).map(Layer::parameters).fold(0, usize::saturating_add)
    }

    /// Checks that layers fit and that the reconstruction has the input's shape.
    ///
    /// # Errors
    /// [`crate::Error::Architecture`] saying what does not fit.
    pub fn check(&self) -> Result<()> {
        let output = self.output_shape()?;
        if output != self.input {
            let remedy = "an autoencoder must give back its input's shape".into();
            let network = self.name.clone();
            return Err(ArchitectureError::NotItsInput { network, output, input: self.input, remedy }.into());
        }
        if self.one_dimensional && self.layers()?.iter().any(|l| l.output[1] != 1) {
            return Err(ArchitectureError::Height(self.name.clone()).into());
        }
        Ok(())
    }
}
