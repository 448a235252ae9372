//! Runs quantized autoencoders row by row and scores anomalies, on a microcontroller and, with the same bits, on a
//! workstation. `no_std`, no allocation, no panic; from a converter's count to a decision no floating point.
//!
//! # The layers of this crate
//!
//! Each uses only those in front of it.
//!
//! - [`plan`]: what a device executes, as records in flash: a [`plan::Header`], [`plan::Stage`]s and constant data. Every
//!   kernel's parameters, checks, footprint and routines are one file there ([`plan::params`]), which the compiler uses too.
//! - `arith` (private): the integer arithmetic, TensorFlow Lite's int8 semantics to the bit; see [`requantize()`].
//! - `rows` (private): line buffers, a layout a file. Each stage keeps only the rows that its kernel still needs, in one
//!   arena whose size the plan states, so nothing the size of a whole map ever exists.
//! - `kernels` (private): a kernel a room, each with a portable body, some with one for a processor. A [`KernelSet`] says
//!   which of them a program holds.
//! - [`input`]: from a sensor's sample to int8. Artifacts hold an encoding a channel, so raw samples go in.
//! - [`Score`], [`Threshold`]: a few integers a window, a file a part, and their limits.
//! - [`Model`]: a plan that has been checked. *What can be constructed can be run*, without a panic and without a write
//!   beyond its arena.
//! - `exec` (private): moves rows through the stages, depth first.
//! - [`Detector`], [`StreamScorer`]: what firmware uses. A compiled-in model gets a [`Detector`], constant and infallible; the
//!   lower level takes any model and an arena of the caller's, scores, encodes, decodes, reconstructs, and shows each
//!   row to a [`Probe`].
//!
//! - [`settling`]: what a device learns where it stands: [`settling::Calibrator`], [`SiteDetector`].
//!
//! # Example
//!
//! ```
//! # fn demo(artifact: &[u8], window: &[i32]) -> Result<(), Box<dyn core::error::Error>> {
//! use picoae::{Decision, Model, Scorer};
//! let model = Model::from_bytes(artifact)?;
//! let mut scorer = Scorer::<4096>::new(&model)?;
//! let score = scorer.score_counts(window)?;
//! if model.threshold().decide(&score) == Decision::Anomaly {
//!     // raise the alarm
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! `defmt`: scores, decisions and verdicts can be logged with `defmt`.
#![no_std]
#![deny(unsafe_code)]

mod arith;
mod detector;
mod error;
mod exec;
pub mod input;
mod kernel_set;
mod kernels;
mod model;
pub mod plan;
mod record;
mod rows;
mod score;
pub mod settling;

pub use arith::{quantize, requantize};
pub use detector::{CompiledModel, Detector, Scorer, SiteDetector, SiteUnit, StreamScorer};
pub use error::{ModelError, ScorerError};
pub use exec::Probe;
pub use input::{Counts, Encoded, Encodings, Physical, Sample, SampleKind, Step, Unit};
pub use kernel_set::{AllKernels, KernelSet, NativeKernels, Routine, Routines};
pub use model::{Aligned, Model, PlanParts};
pub use plan::{Part, PartSet, PlanError};
pub use score::{Alarm, Breach, Decision, Score, ScoreAccumulator, ScoreReference, Side, Threshold, Verdict};
