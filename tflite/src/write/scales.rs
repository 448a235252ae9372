//! The weights' scales that give a layer's requantizations.

use crate::error::Fault;
use crate::factor::factor;
use picoae_compiler::graph::{Parameters, Scale, TensorInfo};

/// The scale of the weights whose factor is `wanted`; `None` where no 32-bit float gives it.
fn of(wanted: Scale, input: f32, output: f32) -> Option<f32> {
    let gives = |w: &f32| {
        let got = factor(input, *w, output);
        // A factor of 0 is one whatever its shift.
        (1e-32..=1e12).contains(w)
            && got.is_some_and(|got| got == wanted || got.multiplier == 0 && wanted.multiplier == 0)
    };
    if wanted.multiplier == 0 {
        return [1e-20, 1e-25, 1e-32].into_iter().find(gives);
    }
    let real = f64::from(wanted.multiplier) * 2f64.powi(wanted.shift - 31);
    let near = (real * f64::from(output) / f64::from(input)) as f32;
    let bits = near.to_bits();
    (bits.saturating_sub(2)..=bits.saturating_add(2)).map(f32::from_bits).find(gives)
}

/// One for each of the layer's factors.
///
/// # Errors
/// [`Fault::Refused`] where no 32-bit float gives one.
pub(super) fn all(p: &Parameters, [input, output]: [&TensorInfo; 2]) -> Result<Vec<f32>, Fault> {
    let scales: Option<Vec<f32>> = p.scales.iter().map(|s| of(*s, input.scale, output.scale)).collect();
    scales.ok_or_else(|| {
        Fault::refused(
            "a requantization is none that a 32-bit scale of the weights gives",
            "quantize the network with scales that are 32-bit floats, as `picoae quantize` does",
        )
    })
}
