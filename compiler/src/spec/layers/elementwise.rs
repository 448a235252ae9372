//! Layers of one value to one value without a setting: PyTorch's `ReLU`, `Sigmoid`, `Identity`.

use super::LayerSpec;
use crate::error::SpecFault;

/// Every value by itself.
pub(in crate::spec) struct Elementwise {
    pub(in crate::spec) label: &'static str,
    pub(in crate::spec) makes_values: bool,
}

impl LayerSpec for Elementwise {
    fn label(&self) -> &'static str {
        self.label
    }

    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        Ok(input)
    }

    fn input_roi(&self, _axis: usize, outputs: usize) -> Option<usize> {
        Some(outputs)
    }

    fn makes_values(&self) -> bool {
        self.makes_values
    }
}
