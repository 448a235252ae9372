//! The integer network: what quantization makes, layer by layer, and what the bits of every output are defined by.
//!
//! Activations are int8, `[height][width][channel]`; one-dimensional data has height 1. Arithmetic is TensorFlow Lite's
//! published int8 specification: real = scale · (q − zero_point), weights in [−127, 127] with zero point 0 and one scale
//! an output channel (or one for all), int32 biases, two-step rounding in the requantization.

mod check;
mod file;
mod multiplier;
mod network;

pub use check::Limits;
pub use multiplier::multiplier_of;
pub use network::{Geometry, Parameters, QGraph, QLayer, QOp, TensorInfo};
pub use picoae::plan::Scale;
