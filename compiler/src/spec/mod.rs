//! Networks as descriptions: layers, shapes, parameter counts and the two reference models.

mod architecture;
mod digits;
mod layer;
pub mod layers;
mod parameters;
mod timeseries;

pub use architecture::{Architecture, LayerInfo, Part};
pub use digits::digits;
pub use layer::Layer;
pub use parameters::{Parameter, ParameterTable};
pub use timeseries::timeseries;
