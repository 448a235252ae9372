//! Networks made elsewhere: int8 `.tflite` models as integer networks, and integer networks as `.tflite`.
//!
//! [`read()`] makes the integer network of a model, whose reference executor answers every byte as TensorFlow Lite
//! Micro does; what it cannot say is refused by the operator's name and position. [`write()`] is the way back.

mod comparable;
mod description;
mod error;
mod factor;
mod flat;
mod model;
mod nearest;
mod padding;
mod read;
mod schema;
pub mod tables;
mod write;

pub use comparable::{comparable, is_comparable};
pub use error::{Error, Fault, Result};
pub use model::operators;
pub use read::{read, read_within};
pub use write::write;
