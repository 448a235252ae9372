//! A fully connected layer as it is written.

use super::super::place::Place;
use super::super::size::Size;
use crate::error::SpecFault;
use crate::sizes::product;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "linear", outputs = 8 }`: fully connected with bias, over all values of its input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Output values.
    pub outputs: Size,
}

impl Linear {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        let input = product(&place.shape).ok_or(SpecFault::Overflow)?;
        Ok(Layer::Linear(layers::Linear { input, output: self.outputs.values("outputs", place)? }))
    }
}
