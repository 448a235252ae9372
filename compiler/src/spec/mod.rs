//! Networks as descriptions: layers, shapes, parameter counts, the language they are written in and the two reference models.

mod architecture;
mod digits;
pub mod language;
mod layer;
pub mod layers;
mod parameters;
mod timeseries;

pub use architecture::{Architecture, LayerInfo, Part};
pub use digits::digits;
pub use language::NetworkConfig;
pub use layer::Layer;
pub use parameters::{Parameter, ParameterTable};
pub use timeseries::timeseries;
