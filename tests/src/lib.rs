//! Helpers shared by the cross-crate tests and the programs that prepare device tests.

pub mod m0_nets;
pub mod models;
pub mod random_graph;
pub mod vectors;
