//! The layers as they are written, one a file, and the [`Layer`](crate::spec::Layer) that each becomes in its place.

mod bare;
mod conv;
mod conv_transpose;
mod depthwise;
mod leaky_relu;
mod linear;
mod padding;
mod pool;
mod reshape;
mod trim;
mod upsample;
mod zero_pad;

pub use bare::Bare;
pub use conv::Conv;
pub use conv_transpose::ConvTranspose;
pub use depthwise::Depthwise;
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use padding::Padding;
pub use pool::Pool;
pub use reshape::{Reshape, Target};
pub use trim::{Kept, Trim};
pub use upsample::Upsample;
pub use zero_pad::ZeroPad;
