//! Settling in on site: what a device learns where it stands, in constant memory, of how its sensor and its machine
//! differ from the recording that its model was trained on.

mod moments;
mod quantiles;

#[cfg(test)]
mod random;

pub use moments::{ChannelSums, Moments, Total, WindowSums};
pub use quantiles::{Bucket, Quantiles};
