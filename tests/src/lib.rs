//! Helpers shared by the cross-crate tests and the programs that prepare device tests.

pub mod nets;
pub mod random_graph;
