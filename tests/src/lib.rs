//! Helpers shared by the cross-crate tests and the programs that prepare device tests.

pub mod depthwise;
pub mod foreign_graph;
pub mod kronecker;
pub mod models;
pub mod nets;
pub mod parity;
pub mod random_graph;
pub mod two_lanes;
pub mod vectors;
