//! What a safetensors file of ours can lack, one variant a cause.

use safetensors::Dtype;

/// What is wrong with the content of a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FileFault {
    /// It has no description.
    #[error("no `{0}` entry in the metadata: not a quantized network")]
    NoDescription(&'static str),
    /// Its description is of another format.
    #[error("its format is `{found}`, expected `{expected}`; quantize the weights again with this version")]
    Format {
        /// The format that it states.
        found: String,
        /// The format that is read.
        expected: &'static str,
    },
    /// A tensor is missing.
    #[error("tensor `{0}` is missing")]
    Missing(String),
    /// A tensor holds values of another type.
    #[error("tensor `{name}` is {found:?}, expected {expected}")]
    Type {
        /// Its name.
        name: String,
        /// The type of its values.
        found: Dtype,
        /// What may be.
        expected: &'static str,
    },
    /// Multipliers and shifts do not belong together.
    #[error("layer `{0}` has not as many shifts as multipliers")]
    Shifts(String),
}

/// Why float weights do not fit a network, one variant a cause.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightsError {
    /// A tensor is missing.
    #[error("the weights have no tensor `{0}`")]
    Missing(String),
    /// A tensor has another shape.
    #[error("tensor `{name}` has shape {found:?}, but the network `{network}` needs {expected:?}")]
    Shape {
        /// Its name.
        name: String,
        /// The shape that it has.
        found: Vec<usize>,
        /// Name of the network.
        network: String,
        /// The shape that the network needs.
        expected: Vec<usize>,
    },
    /// A layer has not as many values as it needs.
    #[error("layer `{layer}` has {weights} weights and {biases} biases, expected {}", expected_counts(*.expected))]
    Count {
        /// Its name.
        layer: String,
        /// Weights that there are.
        weights: usize,
        /// Biases that there are.
        biases: usize,
        /// Weights and biases that there must be.
        expected: [usize; 2],
    },
    /// A value is not finite.
    #[error("tensor `{0}` has a value that is not finite")]
    NotFinite(String),
}

fn expected_counts([weights, biases]: [usize; 2]) -> String {
    format!("{weights} and {biases}")
}
