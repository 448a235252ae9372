//! PyTorch's `AvgPool1d` and `AvgPool2d`.

use super::LayerSpec;
use super::extent::{ensure, ensure_positive};
use crate::error::SpecFault;
use serde::{Deserialize, Serialize};

/// Mean of each window, stride = kernel, no padding; what is left over at the end is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvgPool {
    /// Window extents.
    pub kernel: [usize; 2],
}

impl LayerSpec for AvgPool {
    fn label(&self) -> &'static str {
        "AvgPool"
    }

    fn is_spatial(&self) -> bool {
        true
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        ensure_positive(self.kernel, "a pooling window")?;
        let [kh, kw] = self.kernel;
        ensure(kh <= h && kw <= w, || SpecFault::Window { kernel: self.kernel, input: [h, w] })?;
        Ok([c, h / kh, w / kw])
    }

    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize> {
        outputs.checked_mul(self.kernel[axis])
    }

    fn makes_values(&self) -> bool {
        false
    }
}
