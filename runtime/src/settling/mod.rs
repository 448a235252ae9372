//! Settling in on site: what a device learns where it stands, in constant memory, of how its sensor and its machine
//! differ from the recording that its model was trained on.

mod adaptation;
mod counts;
mod moments;
mod physical;
mod quantiles;

#[cfg(test)]
mod random;

pub use adaptation::{Adaptation, AdaptationError, Change};
pub use moments::{ChannelSums, Moments, Total, WindowSums};
pub use quantiles::{Bucket, Quantiles};
