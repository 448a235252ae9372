//! Networks with weights: initial parameters, execution by candle's operators, a trained network ready to run.

pub mod builtin;
mod init;
pub mod module;

pub use init::initial_parameters;
pub use module::Autoencoder;
