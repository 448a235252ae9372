//! The anomaly score: exact integers of a window, a file a part, and their limits.

mod alarm;
mod history;
mod parts;
#[expect(clippy::module_inception, reason = "the score itself, beside its parts and limits")]
mod score;
mod threshold;

pub use alarm::Alarm;
pub(crate) use history::History;
pub use parts::ScoreAccumulator;
pub(crate) use parts::{PartStates, Residuals, Scored, keeps_parts, takes_input, takes_latent};
pub use score::Score;
pub(crate) use threshold::breach;
pub use threshold::{Breach, Decision, ScoreReference, Side, Threshold, Verdict};
