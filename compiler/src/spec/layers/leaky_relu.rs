//! PyTorch's `LeakyReLU`.

use super::LayerSpec;
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// x where x ≥ 0, else slope · x.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakyRelu {
    /// Slope below zero.
    pub slope: f32,
}

impl LayerSpec for LeakyRelu {
    fn label(&self) -> &'static str {
        "LeakyReLU"
    }

    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        Ok(input)
    }

    fn input_roi(&self, _axis: usize, outputs: usize) -> Option<usize> {
        Some(outputs)
    }

    fn makes_values(&self) -> bool {
        true
    }
}
