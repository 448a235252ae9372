//! From a sensor's sample to int8: one record a channel and one function a kind of sample, the same code on the workstation and
//! on the device.
//!
//! - [`CountsEncoding::encode_counts`]: whole numbers, as a converter gives them; integers only.
//! - [`PhysicalEncoding::encode_physical`]: numbers in a physical unit; three operations of IEEE 754 single precision.
//!
//! Both compute (sample − mean) / step + zero point, rounded; what does not fit in int8 becomes the nearest value that does, and
//! counts as *outside*. The compiler makes the records of a recording's mean and standard deviation and of the network's input
//! scale.

mod counts;
mod encoded;
mod encodings;
mod kind;
mod physical;
mod sample;

pub use counts::CountsEncoding;
pub use encoded::Encoded;
pub use encodings::Encodings;
pub use kind::SampleKind;
pub use physical::PhysicalEncoding;
pub use sample::{Counts, Physical, Sample, Step, Unit};
