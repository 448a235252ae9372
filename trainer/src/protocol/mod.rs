//! Benchmarks of anomaly detection: how their files become rows to learn from, windows to score and labels, read from a
//! protocol file. Nothing is trained here.
//!
//! A [`Protocol`] says it all in TOML: the layout of the files, windows, steps, what a run is configured to, how scores
//! are counted. Five are built in. [`Protocol::cases`] makes [`Case`]s of a folder.

mod case;
mod cut;
mod file;
mod folder;
mod layouts;
mod mat;
mod numbers;

pub use case::Case;
pub use file::{Protocol, Score, Step};
pub use layouts::{Archive, Bearing, Beats, Layout, Ranges, Tables, Task};
