//! PyTorch's `Unflatten`.

use super::LayerSpec;
use super::extent::ensure;
use crate::error::SpecFault;
use crate::sizes::product;
use serde::{Deserialize, Serialize};

/// `[c·h·w, 1, 1]` to `[c, h, w]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reshape {
    /// The new shape.
    pub shape: [usize; 3],
}

impl LayerSpec for Reshape {
    fn label(&self) -> &'static str {
        "Reshape"
    }

    fn output_shape(&self, input: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        let same = product(&self.shape).is_some_and(|values| Some(values) == product(&input));
        ensure(same, || SpecFault::Reshape { input, output: self.shape })?;
        Ok(self.shape)
    }

    fn input_roi(&self, _axis: usize, _outputs: usize) -> Option<usize> {
        None
    }

    fn makes_values(&self) -> bool {
        false
    }
}
