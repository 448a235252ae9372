//! A run: a folder with what training, quantization, lowering and evaluation made, as one unit.
//!
//! - [`RunDir`] reads one: all files at once, compared with `run.json`, which says which files belong together.
//! - [`Staged`] makes or changes one: files are staged in a hidden folder beside (`.NAME.picoae`) and put in place in one step.
//!   Ended at any moment, the folder has the old files or the new ones, and the next command removes what is left.
//! - A folder is written into by one command at a time; readers need not wait.
//! - [`Training`] keeps checkpoints in the hidden folder until the run is published, with configuration and
//!   [`Fingerprint`] of the samples, so that an interrupted training can be resumed, and only on the same samples.

mod dir;
mod fingerprint;
mod lock;
mod manifest;
mod place;
mod publish;
mod staged;
#[cfg(test)]
mod tests;
mod training;

pub use dir::RunDir;
pub use fingerprint::{Fingerprint, SourceFile};
pub use manifest::Kind;
pub use staged::{Existing, Staged};
pub use training::{Resumed, Training};
