//! The fast way to train on the processor: forward and backward passes of whole networks on matrix multiplication.
//!
//! A network is compiled once into [`Plan`]: stages over maps in channels-last order, activations fused into the stage in
//! front of them, nearest upsampling folded into the convolution behind it, and only the region of every map that the
//! reconstruction depends on. [`Engine`] runs it, each thread with its share of the batch and its own memory, a few samples
//! at a time forward and backward, so that what the backward pass needs is still in the cache. [`NetworkLoss`] and
//! [`Network`] give it to candle as custom operations.

mod activation;
mod avg_pool;
mod conv;
mod conv_transpose;
mod custom;
mod engine;
mod gemm;
mod linear;
mod map;
mod max_pool;
mod plan;
mod rearrange;
mod region;
mod sliding_conv;
mod stage;
mod window;

#[cfg(test)]
mod tests;

pub use custom::{Network, NetworkLoss};
pub use engine::{Engine, StageTime};
pub use gemm::multiply_peak;
pub use plan::{Plan, PlanOptions};
