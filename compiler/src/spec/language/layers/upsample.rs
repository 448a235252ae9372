//! Nearest upsampling as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "upsample", factor = 2 }`: each value so many times along each axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upsample {
    /// Repetitions along each axis.
    pub factor: Numbers,
}

impl Upsample {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        Ok(Layer::Upsample(layers::Upsample { factor: self.factor.pair("factor", place.one_dimensional, 1)? }))
    }
}
