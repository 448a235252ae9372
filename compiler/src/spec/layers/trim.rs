//! Keeps a corner of a map: `x[:, :, :h, :w]` in PyTorch.

use super::LayerSpec;
use super::extent::ensure;
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// Keeps the top-left `size`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trim {
    /// `[height, width]` kept.
    pub size: [usize; 2],
}

impl LayerSpec for Trim {
    fn label(&self) -> &'static str {
        "Trim"
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        let fits = self.size[0] > 0 && self.size[1] > 0 && self.size[0] <= h && self.size[1] <= w;
        ensure(fits, || SpecFault::Trim { input: [h, w], size: self.size })?;
        Ok([c, self.size[0], self.size[1]])
    }

    fn input_roi(&self, _axis: usize, outputs: usize) -> Option<usize> {
        Some(outputs)
    }

    fn makes_values(&self) -> bool {
        false
    }
}
