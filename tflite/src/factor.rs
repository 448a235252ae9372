//! Factors of requantizations as interpreters compute them.

use picoae_compiler::graph::{Scale, multiplier_of};

/// The requantization of input · weights / output, in 64-bit floats; `None` where that is too large for one.
pub(crate) fn factor(input: f32, weights: f32, output: f32) -> Option<Scale> {
    let factor = f64::from(input) * f64::from(weights) / f64::from(output);
    (factor < f64::from(1 << 30)).then(|| multiplier_of(factor))
}
