//! Helpers shared by the cross-crate tests and the programs that prepare device tests.

pub mod block_dense;
pub mod conv_kronecker;
pub mod depthwise;
pub mod foreign_graph;
#[cfg(feature = "trained")]
pub mod models;
pub mod nets;
pub mod parity;
pub mod random_graph;
pub mod raw;
pub mod scores;
#[cfg(feature = "trained")]
pub mod streams;
pub mod swar16;
pub mod tflite;
pub mod vectors;
#[cfg(feature = "trained")]
pub mod zoo;
