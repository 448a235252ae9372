//! PyTorch's `ZeroPad1d` and `ZeroPad2d`.

use super::LayerSpec;
use super::extent::counted;
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// Zeros around the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroPad {
    /// `[top, bottom, left, right]`.
    pub sides: [usize; 4],
}

impl LayerSpec for ZeroPad {
    fn label(&self) -> &'static str {
        "ZeroPad"
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        let [top, bottom, left, right] = self.sides;
        let padded = |extent: usize, a: usize, b: usize| counted(extent.checked_add(a).and_then(|v| v.checked_add(b)));
        Ok([c, padded(h, top, bottom)?, padded(w, left, right)?])
    }

    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize> {
        Some(outputs.saturating_sub(self.sides[2 * axis]))
    }

    fn makes_values(&self) -> bool {
        false
    }
}
