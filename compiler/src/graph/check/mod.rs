//! Checks that an integer network fits together and is small enough: behind this the executor's indices hold, and
//! running, lowering and storing it take bounded time and memory.

mod conv;
mod fault;
mod geometry;
mod moves;
mod parameters;
mod pooling;

use super::network::{QGraph, QOp};
use crate::error::GraphError;
use fault::{Between, Work, tensor};
use std::collections::HashSet;

/// How large a network may be. The defaults are beyond every microcontroller; a caller that needs more raises them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most operations of one run: multiply-accumulates, comparisons, values moved.
    pub work: u64,
    /// Most bytes of all parameters and all tensors between layers.
    pub bytes: u64,
}

impl Limits {
    /// No limit beyond what a plan can say.
    pub const NONE: Self = Self { work: u64::MAX, bytes: u64::MAX };
}

impl Default for Limits {
    fn default() -> Self {
        Self { work: 1 << 30, bytes: 1 << 26 }
    }
}

impl QGraph {
    /// Checks that layers fit together and are no more than `limits` allow. Behind this the reference executor reads and
    /// writes in place, and passes and plans take bounded time and memory.
    ///
    /// # Errors
    /// The first layer that does not fit and why, or the limit.
    pub fn check(&self, limits: &Limits) -> Result<(), GraphError> {
        let layers = self.layers.len();
        if !(1..=layers).contains(&self.encoder_layers) {
            return Err(GraphError::Encoder { encoder: self.encoder_layers, layers });
        }
        tensor(&self.input).map_err(GraphError::Input)?;
        let (mut work, mut bytes) = (0_u128, self.input.len() as u128);
        let mut names = HashSet::new();
        for (i, layer) in self.layers.iter().enumerate() {
            if !names.insert(layer.name.as_str()) {
                return Err(GraphError::Name(layer.name.clone()));
            }
            let checked = tensor(&layer.output)
                .and_then(|()| operator(&layer.op, &Between { input: self.input_of(i), output: &layer.output }));
            work += checked.map_err(|fault| GraphError::Layer { layer: layer.name.clone(), fault })?;
            bytes += layer.output.len() as u128 + parameters::bytes(&layer.op);
            if work > u128::from(limits.work) {
                return Err(GraphError::Work { work, limit: limits.work });
            }
            if bytes > u128::from(limits.bytes) {
                return Err(GraphError::Bytes { bytes, limit: limits.bytes });
            }
        }
        Ok(())
    }
}

fn operator(op: &QOp, between: &Between<'_>) -> Work {
    // Whatever it computes, it makes its output.
    let made = between.output.len() as u128;
    let work = match op {
        QOp::Conv(g, p) => conv::conv(between, g, p)?,
        QOp::ConvTranspose(g, p) => conv::conv_transpose(between, g, p)?,
        QOp::Linear(p) => parameters::linear(between, p)?,
        QOp::Table(table) => moves::table(between, table)?,
        QOp::MaxPool(g, range) => pooling::max_pool(between, g, *range)?,
        QOp::AvgPool(g) => pooling::avg_pool(between, g)?,
        QOp::Upsample(factor) => moves::upsample(between, *factor)?,
        QOp::Pad(sides) => moves::pad(between, *sides)?,
        QOp::Trim => moves::trim(between)?,
        QOp::Reshape => moves::reshape(between)?,
    };
    Ok(work.max(made))
}
