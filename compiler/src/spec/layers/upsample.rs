//! PyTorch's `Upsample` in its nearest mode.

use super::LayerSpec;
use super::extent::{counted, ensure_positive};
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// Nearest-neighbour upsampling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upsample {
    /// Repetitions along each axis.
    pub factor: [usize; 2],
}

impl LayerSpec for Upsample {
    fn label(&self) -> &'static str {
        "Upsample"
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        ensure_positive(self.factor, "an upsampling factor")?;
        Ok([c, counted(h.checked_mul(self.factor[0]))?, counted(w.checked_mul(self.factor[1]))?])
    }

    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize> {
        Some(outputs.div_ceil(self.factor[axis]))
    }

    fn makes_values(&self) -> bool {
        false
    }
}
