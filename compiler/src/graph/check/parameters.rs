//! Weights, biases, requantizations.

use super::fault::{Between, Work, counted, ensure, range};
use crate::error::LayerFault;
use crate::graph::{Parameters, QOp};
use crate::sizes::product;

/// A layer with `weights` weights and `outputs` output channels.
pub(super) fn check(p: &Parameters, weights: usize, outputs: usize) -> Result<(), LayerFault> {
    count("weights", p.weights.len(), weights)?;
    count("biases", p.bias.len(), outputs)?;
    let found = p.scales.len();
    ensure(found == 1 || found == outputs, || LayerFault::Scales { found, outputs })?;
    for scale in &p.scales {
        let (multiplier, shift) = (scale.multiplier, scale.shift);
        let fits = (multiplier == 0 || multiplier >= 1 << 30) && (-31..=30).contains(&shift);
        ensure(fits, || LayerFault::Requantization { multiplier, shift })?;
    }
    ensure(!p.weights.contains(&-128), || LayerFault::Weight)?;
    range(p.range)
}

pub(super) fn linear(between: &Between<'_>, p: &Parameters) -> Work {
    let (inputs, outputs) = (counted(product(&between.input.shape))?, counted(product(&between.output.shape))?);
    let weights = counted(product(&[inputs, outputs]))?;
    check(p, weights, outputs)?;
    Ok(weights as u128)
}

/// As many as must be.
pub(super) fn count(what: &'static str, found: usize, expected: usize) -> Result<(), LayerFault> {
    ensure(found == expected, || LayerFault::Count { what, found, expected })
}

/// Bytes of a layer's constants.
pub(super) fn bytes(op: &QOp) -> u128 {
    match op {
        QOp::Conv(_, p) | QOp::ConvTranspose(_, p) | QOp::Linear(p) => {
            p.weights.len() as u128 + 4 * p.bias.len() as u128 + 8 * p.scales.len() as u128
        }
        QOp::Table(table) => table.len() as u128,
        QOp::MaxPool(..) | QOp::AvgPool(_) | QOp::Upsample(_) | QOp::Pad(_) | QOp::Trim | QOp::Reshape => 0,
    }
}
