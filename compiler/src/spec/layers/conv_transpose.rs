//! Transposed convolution: PyTorch's `ConvTranspose1d` and `ConvTranspose2d`.

use super::conv::spatial;
use super::extent::{counted, ensure, ensure_channels, ensure_positive};
use super::{LayerSpec, WeightShapes};
use crate::error::SpecFault;
use crate::sizes::windows_end;
use serde::{Deserialize, Serialize};

/// Transposed convolution with bias; weight `[in, out, kh, kw]` (`[in, out, k]` in one dimension).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvTranspose {
    /// Input channels.
    pub input: usize,
    /// Output channels.
    pub output: usize,
    /// Kernel extents.
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Rows and columns cut off each side of the full output.
    pub padding: [usize; 2],
}

impl LayerSpec for ConvTranspose {
    fn label(&self) -> &'static str {
        "ConvTranspose"
    }

    fn is_spatial(&self) -> bool {
        true
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        ensure_channels(self.input, c)?;
        ensure_positive(self.kernel, "a kernel")?;
        ensure_positive(self.stride, "a stride")?;
        let mut out = [self.output, 0, 0];
        for (axis, extent) in [h, w].into_iter().enumerate() {
            let full = counted(windows_end(extent, self.stride[axis], self.kernel[axis]))?;
            let kept = self.padding[axis].checked_mul(2).and_then(|cut| full.checked_sub(cut)).filter(|kept| *kept > 0);
            ensure(kept.is_some(), || SpecFault::Cut { padding: self.padding[axis], full })?;
            out[axis + 1] = kept.unwrap_or(0);
        }
        Ok(out)
    }

    fn weight_shapes(&self, one_dimensional: bool) -> Option<WeightShapes> {
        let weight = spatial(self.input, self.output, self.kernel, one_dimensional);
        Some(WeightShapes { weight, bias: vec![self.output] })
    }

    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize> {
        let last = outputs.checked_sub(1)?.checked_add(self.padding[axis])?;
        Some(last / self.stride[axis] + 1)
    }

    fn makes_values(&self) -> bool {
        true
    }
}
