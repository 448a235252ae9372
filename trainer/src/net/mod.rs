//! Networks as descriptions: layers, shapes, parameter counts and the two reference models.

mod architecture;
pub mod builtin;
mod digits;
mod init;
mod layer;
pub mod module;
mod parameters;
mod timeseries;

pub use architecture::{Architecture, LayerInfo, Part};
pub use digits::digits;
pub use init::initial_parameters;
pub use layer::Layer;
pub use module::Autoencoder;
pub use parameters::{Parameter, ParameterTable};
pub use timeseries::timeseries;
