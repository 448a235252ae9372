//! How well scores tell normal from abnormal.
//!
//! [`scores`] makes the three-part score of a float reconstruction; [`deviation`] makes one number of the three parts;
//! [`threshold`] sets two-sided limits, [`normal_range`] gives a verdict by both; [`curves`] and [`metrics`] judge the result, [`separation`] for each kind of anomaly.

pub mod curves;
pub mod deviation;
mod joint;
pub mod metrics;
pub mod neighbours;
pub mod normal_range;
pub mod scores;
pub mod separation;
pub mod threshold;

pub use curves::{PrPoint, RocPoint, average_precision, pr_curve, roc_auc, roc_curve};
pub use deviation::Deviation;
pub use metrics::{BinSpacing, Confusion, Histogram, percentile};
pub use neighbours::nearest_neighbour_accuracy;
pub use normal_range::{NormalRange, SampleVerdict};
pub use scores::{FloatScore, PART_NAMES, Parts, float_score, parts};
pub use separation::{Separation, separate};
pub use threshold::{Limits, ThresholdConfig};
