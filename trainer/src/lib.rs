//! Trainer.

pub mod data;
pub mod error;
pub mod files;
pub mod fit;
pub mod net;
pub mod ops;
pub mod weights;

pub use error::{Error, Result};
