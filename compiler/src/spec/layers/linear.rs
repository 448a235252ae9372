//! Fully connected: PyTorch's `Linear`.

use super::extent::{counted, ensure};
use super::{LayerSpec, WeightShapes};
use crate::error::SpecFault;
use crate::sizes::product;
use serde::{Deserialize, Serialize};

/// Fully connected with bias; weight `[out, in]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linear {
    /// Input values.
    pub input: usize,
    /// Output values.
    pub output: usize,
}

impl LayerSpec for Linear {
    fn label(&self) -> &'static str {
        "Linear"
    }

    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        let values = counted(product(&input))?;
        ensure(values == self.input, || SpecFault::Values { takes: self.input, given: values })?;
        Ok([self.output, 1, 1])
    }

    fn weight_shapes(&self, _one_dimensional: bool) -> Option<WeightShapes> {
        Some(WeightShapes { weight: vec![self.output, self.input], bias: vec![self.output] })
    }

    fn input_roi(&self, _axis: usize, _outputs: usize) -> Option<usize> {
        None
    }

    fn makes_values(&self) -> bool {
        true
    }
}
