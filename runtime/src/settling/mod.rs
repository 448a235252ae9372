//! Settling in on site: what a device learns where it stands, in constant memory, of how its sensor and its machine
//! differ from the recording that its model was trained on.

mod adaptation;
mod bytes;
mod calibrator;
mod counts;
mod limits;
mod moments;
mod outcome;
mod physical;
mod quantiles;
mod settings;
mod site_record;

#[cfg(test)]
mod calibrator_tests;
#[cfg(test)]
mod random;

pub use adaptation::{Adaptation, AdaptationError, Change};
pub use calibrator::Calibrator;
pub use limits::{FactoryPart, Limits};
pub use moments::{ChannelSums, Moments, Total, WindowSums};
pub use outcome::{Phase, Progress, Round, SettlingError, Taken};
pub use quantiles::{Bucket, Quantiles};
pub use settings::{Factory, Settings};
pub use site_record::{RecordError, SiteRecord, Slot};
