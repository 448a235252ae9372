//! Synthetic signals: normal windows, and windows with labelled faults.

mod config;
mod fault;
mod generate;
mod injection;
mod normal;
mod severity;

pub use config::{FaultConfig, SignalConfig};
pub use fault::{Fault, UnknownFault};
pub use generate::{SignalSet, generate};
pub use severity::{
    Amplitude, Burst, Clipping, Drift, DropOut, ExtraSine, Frequency, Modulation, Noise, Offset, PhaseJump, Ramp,
    ShiftedSine, Spike, Step, Wander,
};
