//! Settling in on site: what a device learns where it stands, in constant memory, of how its sensor and its machine
//! differ from the recording that its model was trained on.

mod adaptation;
mod bytes;
mod counts;
mod limits;
mod moments;
mod physical;
mod quantiles;
mod site_record;

#[cfg(test)]
mod random;

pub use adaptation::{Adaptation, AdaptationError, Change};
pub use limits::{FactoryPart, Limits};
pub use moments::{ChannelSums, Moments, Total, WindowSums};
pub use quantiles::{Bucket, Quantiles};
pub use site_record::{RecordError, SiteRecord, Slot};
