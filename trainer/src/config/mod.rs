//! The configuration of a run: a preset by model name, a TOML file over it, single settings over that.
//!
//! Keys that nobody knows are errors at every level. A run folder keeps the whole effective configuration, so a later reader
//! does not depend on the defaults of the day. `seed` is the one master seed; each purpose derives a stream of its own from it
//! (see [`crate::data::random`]).

mod data;
mod load;
mod lower;
mod network;
mod preset;
mod run;
mod settings;

pub use data::{DataConfig, MnistConfig, Source};
pub use lower::LowerConfig;
pub use run::RunConfig;
pub use settings::only;
