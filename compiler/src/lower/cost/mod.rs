//! Estimates what a plan costs on its target, to choose among plans.
//!
//! An estimate is linear in what a stage does ([`Features`]): what its kernel multiplies, outputs, calls, tiles. The rates
//! (`rates.rs`) are a table an instruction set, which `cargo xtask fit-costs` fits to counted stages; a test compares the
//! estimates with what is counted.

mod class;
mod features;
mod lanes;
mod rates;
mod sliding;
mod table;

pub use class::Class;
pub use features::{FEATURES, Features, between, of_stage as features};
use picoae::plan::{Header, Stage};
pub(crate) use rates::{ARMV6M, ARMV7EM, RV32IM};
pub(crate) use table::{RateTable, apart};

/// Estimated instructions of a stage in one inference, by a table of rates.
pub(crate) fn of_stage(stage: &Stage, data: &[u8], table: &RateTable) -> f64 {
    of_stage_with(stage, data, table, &[])
}

/// The same, with rates `apart` from those of the table.
pub(crate) fn of_stage_with(stage: &Stage, data: &[u8], table: &RateTable, apart: &'static [(Class, Features)]) -> f64 {
    table.estimate_with(apart, Class::of(stage), &features(stage, data))
}

/// Estimated instructions between the stages.
pub(crate) fn of_rest(header: &Header, stages: &[Stage], table: &RateTable) -> f64 {
    table.estimate(Class::Between, &between(header, stages))
}
