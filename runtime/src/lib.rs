//! Runs quantized autoencoders row by row and scores anomalies, on a microcontroller and, with the same bits, on a
//! workstation. `no_std`, no allocation, no floating point on the way from a sample to a decision.
//!
//! # The layers of this crate
//!
//! - [`plan`]: what a device executes, as records in flash: a [`plan::Header`], [`plan::Stage`]s and constant data. A
//!   [`Model`] is a plan that has been checked: *what can be constructed can be run*, without a panic and without a
//!   write beyond its arena.
//! - The engine (private): moves rows through the stages, depth first. Each stage keeps only the rows that its kernel
//!   still needs, in a strip of one arena whose size the plan states, so nothing the size of a whole map ever exists.
//! - `forms` (private): kernels for particular shapes and processors, each with a portable body; a compiled-in model
//!   names those that it needs in its type.
//! - `ops` (private): the portable kernels, one operator a file. They reproduce TensorFlow Lite's int8 arithmetic to
//!   the bit; see [`requantize`].
//! - [`Scorer`]: what firmware uses. Feed it a window at once ([`ScorerIn::score`]) or sample by sample
//!   ([`ScorerIn::push`]); get a [`Score`] of three integers, and a [`Decision`] from the model's [`Threshold`].
//!
//! # Example
//!
//! ```
//! # fn demo(artifact: &[u8], window: &[i8]) -> Result<(), Box<dyn core::error::Error>> {
//! use picoae::{Decision, Model, Scorer};
//! let model = Model::from_bytes(artifact)?;
//! let mut scorer = Scorer::<4096>::new(&model)?;
//! let score = scorer.score(window)?;
//! if model.threshold().decide(&score) == Decision::Anomaly {
//!     // raise the alarm
//! }
//! # Ok(())
//! # }
//! ```
#![no_std]
#![deny(unsafe_code)]

mod arch;
mod calibrator;
mod container;
mod engine;
mod error;
mod forms;
mod kernels;
mod model;
mod ops;
mod place;
pub mod plan;
mod requantize;
mod score;
mod scorer;
mod threshold;

pub use calibrator::Calibrator;
pub use error::{ModelError, ScorerError};
pub use forms::Form;
pub use kernels::ALL_KERNELS;
pub use model::{Aligned, Model, Parts};
pub use plan::PlanError;
pub use requantize::requantize;
pub use score::{Score, ScoreKeeper};
pub use scorer::{Probe, Scorer, ScorerIn};
pub use threshold::{Decision, Statistics, Threshold};
