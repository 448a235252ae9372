//! Mean squared error.

use super::Objective;
use crate::engine::{Criterion, pointwise};
use candle_core::Tensor;
use std::sync::Arc;

/// Mean of d².
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mse;

impl Criterion for Mse {
    fn compare(&self, output: &[f32], gradient: &mut [f32], scale: f32) -> f64 {
        pointwise(output, gradient, scale, |d| d * d, |d| 2.0 * d)
    }
}

impl Objective for Mse {
    fn mean(&self, output: &Tensor, target: &Tensor) -> candle_core::Result<Tensor> {
        (output - target)?.sqr()?.mean_all()
    }

    fn criterion(&self) -> Option<Arc<dyn Criterion>> {
        Some(Arc::new(*self))
    }
}
