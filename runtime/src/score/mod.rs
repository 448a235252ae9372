//! The anomaly score: three exact integers of the squared residuals and a count, their limits, and limits learned in place.

mod accumulator;
mod calibrator;
mod parts;
mod threshold;

pub(crate) use accumulator::Residuals;
pub use accumulator::ScoreAccumulator;
pub use calibrator::Calibrator;
pub use parts::{Part, Score, Side};
pub use threshold::{Breach, Decision, ScoreReference, Threshold, Verdict};
