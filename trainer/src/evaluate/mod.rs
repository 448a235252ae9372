//! How well scores tell normal from abnormal.
//!
//! [`sides`] says which parts of a score count; [`scores`] makes the score of a float reconstruction, [`coarse`] learns its part of the
//! input's course; [`threshold`] sets limits such that a contract is kept ([`false_alarms`], [`promise`]), [`choice`] by labels, [`normal_range`] gives a verdict and a
//! number to rank by; [`curves`] and [`metrics`] judge the result, [`separation`] for each kind of anomaly,
//! [`events`] and [`vus`] on a labelled recording; [`intervals`] says how sure a count is.

pub mod alarm;
pub mod choice;
pub mod coarse;
pub mod curves;
pub mod events;
pub mod false_alarms;
pub mod intervals;
mod joint;
pub mod metrics;
pub mod neighbours;
pub mod normal_range;
pub mod promise;
pub mod scores;
pub mod separation;
pub mod sides;
pub mod threshold;
pub mod vus;

pub use alarm::AlarmConfig;
pub use choice::{Choice, Chosen};
pub use coarse::{Blocks, FloatCoarse};
pub use curves::{PrPoint, RocPoint, average_precision, pr_curve, roc_auc, roc_curve};
pub use false_alarms::FalseAlarms;
pub use metrics::{BinSpacing, Confusion, Histogram, percentile};
pub use neighbours::nearest_neighbour_accuracy;
pub use normal_range::{NormalRange, SampleVerdict};
pub use promise::Promise;
pub use scores::{FloatDefinition, Parts, float_score, parts};
pub use separation::{Separation, separate};
pub use sides::{PartSides, Side};
pub use threshold::{Contract, Limits, ThresholdConfig};
