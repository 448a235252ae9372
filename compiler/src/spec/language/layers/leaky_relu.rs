//! A leaky rectifier as it is written.

use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "leaky_relu", slope = 0.1 }`: x where x ≥ 0, else slope · x.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakyRelu {
    /// Slope below zero, 0.01.
    #[serde(default = "hundredth")]
    pub slope: f32,
}

fn hundredth() -> f32 {
    0.01
}

impl LeakyRelu {
    pub(in super::super) fn layer(&self) -> Result<Layer, SpecFault> {
        if !(0.0..=1.0).contains(&self.slope) {
            let expected = "a number from 0 to 1".into();
            return Err(SpecFault::Key { key: "slope", value: self.slope.to_string(), expected });
        }
        Ok(Layer::LeakyRelu(layers::LeakyRelu { slope: self.slope }))
    }
}
