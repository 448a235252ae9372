//! The compiler of picoae: from a network's description and its float weights to the plan that a device runs, exactly.
//! No training and no tensor library: it builds in seconds.
//!
//! # The way through
//!
//! - [`spec`]: networks as descriptions, a layer a file; [`weights`]: their float parameters as a file.
//! - [`quantize`]: float weights and a few normal windows become an integer network.
//! - [`graph`]: the integer network, layer by layer, its file, and the checks and limits of what can be run.
//! - [`mod@reference`]: executes it naively; the definition of every bit.
//! - [`lower`]: exact passes, kernel selection for a target, memory planning; [`lower::execute`] runs nodes naively, which is how
//!   each pass is proved.
//! - [`error`]: what can go wrong, one variant a cause.
//! - [`export`]: the plan as the files that a device takes.

pub mod error;
pub mod export;
pub mod files;
pub mod graph;
pub mod lower;
pub mod quantize;
pub mod reference;
mod sizes;
pub mod spec;
pub mod weights;

pub use error::{Error, Result};
