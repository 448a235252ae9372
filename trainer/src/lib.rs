//! Trainer.

pub mod cli;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluate;
pub mod fit;
pub mod net;
pub mod ops;
pub mod pipeline;
pub mod report;
pub mod run;

pub use error::{Error, Result};
