//! The anomaly score: three exact integers of the squared residuals, their limits, and limits learned in place.

mod accumulator;
mod calibrator;
mod parts;
mod threshold;

pub(crate) use accumulator::Residuals;
pub use accumulator::ScoreAccumulator;
pub use calibrator::Calibrator;
pub use parts::Score;
pub use threshold::{Decision, ScoreReference, Threshold, Verdict};
