//! The workstation's side of picoae: samples, training, calibration, evaluation, the report and the `picoae` command. What
//! turns a trained network into a device's plan is [`picoae_compiler`]; what runs the plan is [`picoae`].
//!
//! # The way through
//!
//! [`config::RunConfig`] says everything about a run: a preset, a TOML file over it, single settings over that.
//!
//! 1. [`data`]: synthetic signals, recordings, images. They become [`data::Windows`], cut, split and normalized.
//!    [`inspect`](mod@inspect) looks at a recording before anything is trained. [`protocol`] reads those of benchmarks, with what is
//!    learnt from, tested and labelled.
//! 2. [`engine`]: float operators, forward and backward, a layer a file; compiled networks, and candle's operators.
//! 3. [`network`]: an architecture with its float weights, ready to run.
//! 4. [`fit`](mod@fit): trains it, by an [objective](fit::objective), with AdamW, checkpoints and early stopping.
//! 5. [`evaluate`]: scores in floating point, limits, deviations, verdicts, curves and areas.
//! 6. [`baselines`]: detectors that a user would take instead of a network, to compare with.
//! 7. [`pipeline`]: the steps of a run as functions: [`prepare`](pipeline::prepare) the samples, make the integer network
//!    ([`quantized`](pipeline::quantized)), learn what is [`normal`](pipeline::normal) and lower it ([`planned`](pipeline::planned)),
//!    [`assess`](pipeline::assess) both networks.
//! 8. [`run`]: the folder that keeps what the steps made, as one unit.
//! 9. `report` (feature `report`): a run as a page with pictures.
//! 10. [`cli`]: one command a file.
//!
//! Each depends on those above it, never on those below; the configuration lies behind the fifth, since it holds the settings
//! of the data, of training and of the limits. Errors are in [`error`].
//!
//! # Features
//!
//! - `report` (default): the report, with the libraries that draw.
//! - `mnist` (default): `picoae data mnist`, which fetches the handwritten digits. Reading them needs no feature.
//! - `cuda`, `metal`: training on these devices.

pub mod baselines;
pub mod benchmark;
pub mod cli;
pub mod config;
pub mod data;
pub mod engine;
pub mod error;
pub mod evaluate;
pub mod fit;
pub mod inspect;
pub mod network;
pub mod pipeline;
mod progress;
pub mod protocol;
#[cfg(feature = "report")]
pub mod report;
pub mod run;

pub use error::{Error, Result};
