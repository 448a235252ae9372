//! Factors of requantizations as interpreters compute them.

use picoae_compiler::graph::{Scale, multiplier_of};

/// How a factor follows from the scales of input, weights and output.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Factor {
    /// input · weights / output in 64-bit floats.
    Wide,
    /// The product of input and weights rounded to a 32-bit float, as a dense layer with one scale has it.
    NarrowProduct,
}

impl Factor {
    /// The requantization.
    pub(crate) fn scale(self, input: f32, weights: f32, output: f32) -> Option<Scale> {
        let product = match self {
            Self::Wide => f64::from(input) * f64::from(weights),
            Self::NarrowProduct => f64::from(input * weights),
        };
        let factor = product / f64::from(output);
        (factor < f64::from(1 << 30)).then(|| multiplier_of(factor))
    }
}
