//! From a model to the integer network: the operators in their order, each in its file.

mod activation;
mod chain;
mod conv;
mod linear;
mod moves;
mod parameters;
mod pool;
mod reader;
mod window;

#[cfg(test)]
mod tests;

pub use chain::{read, read_within};
