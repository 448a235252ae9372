//! Moves rows through the stages, depth first.

mod probe;
mod scheduler;

pub use probe::Probe;
pub(crate) use scheduler::{OutputRows, Scheduler, StageRange};
