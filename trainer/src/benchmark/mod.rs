//! Benchmarks of detection: a protocol's cases, each learnt from its own rows and scored by the device's integers, beside what a user would
//! take instead.

mod detector;
mod figures;
mod outcome;
mod table;

pub use figures::Figures;
pub use outcome::{Benchmark, Row, run};
pub use table::table;
