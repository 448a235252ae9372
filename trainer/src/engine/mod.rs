//! Float operators, forward and backward, a layer a file: the fast way to train on the processor, and candle's operators
//! beside it.
//!
//! A network is compiled once into a [`CompiledNetwork`]: operators over maps in channels-last order, activations fused into
//! the operator in front of them, nearest upsampling folded into the convolution behind it, and only the region of every map
//! that the reconstruction depends on. [`Engine`] runs it, each thread with its share of the batch and its own memory, a few
//! samples at a time forward and backward, so that what the backward pass needs is still in the cache. What the outputs are
//! compared by is a [`Criterion`] of the caller's.
//!
//! [`candle`] gives compiled networks to candle as custom operations, and executes networks with candle's own operators: any
//! device, and what the compiled ones are checked against.

mod activation;
mod avg_pool;
pub mod candle;
mod compile;
mod conv;
mod conv_transpose;
mod criterion;
mod depthwise_conv;
mod executor;
mod feature_map;
mod float_op;
mod gemm;
mod grouped_conv;
mod init;
mod kernel_window;
mod linear;
mod max_pool;
pub mod order;
mod rearrange;
mod region;
mod sliding_conv;

#[cfg(test)]
mod tests;

pub use compile::{CompileOptions, CompiledNetwork};
pub use criterion::{Criterion, pointwise};
pub use executor::{Engine, OpTime};
pub use gemm::multiply_peak;
pub use init::initial_parameters;
