//! Huber's loss: squared near 0, absolute far off.

use super::Objective;
use crate::engine::{Criterion, pointwise};
use candle_core::Tensor;
use std::sync::Arc;

/// Mean of d²/2 where |d| < 1, else of |d| − 1/2 (Huber 1964, δ = 1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Huber;

impl Criterion for Huber {
    fn compare(&self, output: &[f32], gradient: &mut [f32], scale: f32) -> f64 {
        let value = |d: f32| {
            let near = d.abs().min(1.0);
            near * (d.abs() - 0.5 * near)
        };
        pointwise(output, gradient, scale, value, |d| d.clamp(-1.0, 1.0))
    }
}

impl Objective for Huber {
    fn mean(&self, output: &Tensor, target: &Tensor) -> candle_core::Result<Tensor> {
        let far = (output - target)?.abs()?;
        let near = far.minimum(1f64)?;
        ((&far * &near)? - (near.sqr()? * 0.5)?)?.mean_all()
    }

    fn criterion(&self) -> Option<Arc<dyn Criterion>> {
        Some(Arc::new(*self))
    }
}
