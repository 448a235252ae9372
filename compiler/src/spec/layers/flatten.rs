//! PyTorch's `Flatten`.

use super::LayerSpec;
use super::extent::counted;
use crate::error::SpecFault;
use crate::sizes::product;

/// `[c, h, w]` to `[c·h·w, 1, 1]`.
pub(in crate::spec) struct Flatten;

impl LayerSpec for Flatten {
    fn label(&self) -> &'static str {
        "Flatten"
    }

    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        Ok([counted(product(&input))?, 1, 1])
    }

    fn input_roi(&self, _axis: usize, _outputs: usize) -> Option<usize> {
        None
    }

    fn makes_values(&self) -> bool {
        false
    }
}
