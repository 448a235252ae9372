//! Trainer.

pub mod cli;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluate;
pub mod export;
pub mod files;
pub mod fit;
pub mod graph;
pub mod lower;
pub mod net;
pub mod ops;
pub mod pipeline;
pub mod quantize;
pub mod reference;
pub mod run;
pub mod weights;

pub use error::{Error, Result};
