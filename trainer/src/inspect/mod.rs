//! `picoae inspect`: what a recording is like, before anything is trained on it, and what to do with it.

mod channel;
mod configuration;
mod inspection;
mod period;
mod recommend;
mod text;

pub use channel::{ChannelFacts, Outlier, Rail, StuckRun};
pub use configuration::configuration;
pub use inspection::{Gap, Inspection, inspect};
pub use recommend::Recommendation;
pub use text::text;
