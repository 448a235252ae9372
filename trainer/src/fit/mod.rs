//! Training: batches, objectives, optimizer, early stopping, checkpoints.

mod adam;
mod backend;
mod batches;
mod checkpoint;
mod closed_form;
mod config;
mod device;
mod epoch;
pub mod objective;
pub mod progress;
mod stepper;
mod train_loop;

pub use closed_form::{closed_form, is_linear};
pub use config::{FitConfig, Schedule, Solver};
pub use device::device;
pub use epoch::{Epoch, Restart};
pub use objective::{Loss, Objective};
pub use progress::{Observer, Progress, Silent};
pub use stepper::Stepper;
pub use train_loop::{FitOptions, Outcome, Stopped, fit};
