//! A plan as the files that a device takes: one to read in place, one to compile in.

mod blob;
mod rust;
mod verdict;

pub use blob::{AlignedBlob, blob};
pub use rust::rust;
pub use verdict::{SCORE_BYTES, VERDICT_BYTES, score, verdict};
