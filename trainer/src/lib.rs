//! Trainer.

pub mod config;
pub mod data;
pub mod error;
pub mod evaluate;
pub mod files;
pub mod net;
pub mod weights;

pub use error::{Error, Result};
