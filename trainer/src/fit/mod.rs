//! Training: batches, loss, optimizer, early stopping, checkpoints.

mod adam;
mod backend;
mod batches;
mod checkpoint;
mod config;
mod device;
mod loss;
pub mod progress;
mod run;
mod stepper;

pub use config::{FitConfig, Schedule};
pub use device::device;
pub use loss::Loss;
pub use progress::{Observer, Progress, Silent};
pub use run::{Epoch, FitOptions, Outcome, Stopped, fit};
pub use stepper::Stepper;
