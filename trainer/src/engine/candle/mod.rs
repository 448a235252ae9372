//! The tensor library's side: its own operators on any device, and compiled networks as operations of its.

mod custom_ops;
mod layers;

pub use custom_ops::{LossOp, NetworkOp};
pub use layers::layer_outputs;
