//! A network as a list of layers.

use super::layer::LayerConfig;
use super::place::Place;
use super::stack::Stack;
use crate::error::ArchitectureError;
use crate::spec::{Architecture, Layer};

/// The network of the layers `encoder` and `decoder` for an input of shape `[channels, height, width]`.
pub(super) fn architecture(
    name: &str,
    input: [usize; 3],
    latent: Option<usize>,
    [encoder, decoder]: [&[LayerConfig]; 2],
) -> Result<Architecture, ArchitectureError> {
    let mut stack = Stack::new(name, input);
    let mut place = Place { shape: input, one_dimensional: input[1] == 1, input, latent, flattened: None };
    for (part, layers) in [encoder, decoder].into_iter().enumerate() {
        if part == 1 {
            stack.decode();
        }
        for written in layers {
            let layer = written.layer(&place).map_err(|fault| stack.fault(fault))?;
            if layer == Layer::Flatten {
                place.flattened = Some(place.shape);
            }
            stack.push(layer)?;
            place.shape = stack.shape();
        }
    }
    Ok(stack.finish())
}
