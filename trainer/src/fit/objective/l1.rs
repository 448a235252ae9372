//! Mean absolute error.

use super::Objective;
use crate::engine::{Criterion, pointwise};
use candle_core::Tensor;
use std::sync::Arc;

/// Mean of |d|; its slope at 0 is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct L1;

impl Criterion for L1 {
    fn compare(&self, output: &[f32], gradient: &mut [f32], scale: f32) -> f64 {
        pointwise(output, gradient, scale, f32::abs, |d| if d == 0.0 { 0.0 } else { d.signum() })
    }
}

impl Objective for L1 {
    fn mean(&self, output: &Tensor, target: &Tensor) -> candle_core::Result<Tensor> {
        (output - target)?.abs()?.mean_all()
    }

    fn criterion(&self) -> Option<Arc<dyn Criterion>> {
        Some(Arc::new(*self))
    }
}
