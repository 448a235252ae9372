//! What training minimizes, an objective a file.
//!
//! An objective is the mean loss of outputs against targets in candle's operators, which is enough to train with on any
//! device. Where it also gives the engine a [`Criterion`], the processor trains it by compiled operators, several times as
//! fast. A new objective is a file here and a name in [`Loss`].

mod huber;
mod l1;
mod loss;
mod mse;

#[cfg(test)]
mod tests;

pub use huber::Huber;
pub use l1::L1;
pub use loss::Loss;
pub use mse::Mse;

use crate::engine::Criterion;
use candle_core::Tensor;
use std::sync::Arc;

/// What training minimizes.
pub trait Objective: Send + Sync {
    /// The mean loss of `output` against `target`, both `[n, channels, height, width]`, as a differentiable scalar.
    ///
    /// # Errors
    /// Whatever candle reports.
    fn mean(&self, output: &Tensor, target: &Tensor) -> candle_core::Result<Tensor>;

    /// The same for the engine, where it can be had.
    fn criterion(&self) -> Option<Arc<dyn Criterion>> {
        None
    }
}
