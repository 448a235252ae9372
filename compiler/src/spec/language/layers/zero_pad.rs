//! Zeros around a map as they are written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "zero_pad", sides = [0, 2] }`: a number for all sides, a signal's `[left, right]`, an image's
/// `[top, bottom, left, right]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroPad {
    /// Zeros on each side.
    pub sides: Numbers,
}

impl ZeroPad {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        Ok(Layer::ZeroPad(layers::ZeroPad { sides: self.sides.sides("sides", place.one_dimensional)? }))
    }
}
