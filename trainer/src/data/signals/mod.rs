//! Synthetic signals: normal windows, and windows with labelled faults.

mod config;
mod fault;
mod generate;
mod injection;
mod normal;

pub use config::{Amplitude, Burst, Clipping, Drift, DropOut, FaultConfig, Frequency, SignalConfig, Spike, Step};
pub use fault::{Fault, UnknownFault};
pub use generate::{SignalSet, generate};
