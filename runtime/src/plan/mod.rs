//! The plan: what a device executes, as fixed-width little-endian records that are used where they lie in flash.
//!
//! A plan is a [`Header`], one [`Stage`] a step of the pipeline, and a block of constant data (weights, biases, tables)
//! that the stages refer to by [`Span`]. The trainer makes it; the runtime only checks and follows it.
//! `docs/artifact-format.md` specifies every field.

mod buffer;
mod check;
mod doubled;
mod header;
mod portable;
mod read;
mod stage;
mod windows;

pub use crate::forms::gather::gathered_bytes;
pub use crate::forms::m0::{Activations, Affine, Flag, Packing, TwoLanes, two_lanes_words};
pub use crate::forms::slide::overread;
pub use crate::forms::swar21::{Blocks, HighMul, Swar21, swar21_words};
pub use crate::forms::vector::{Runs, is_few, vector_bytes};
#[cfg(not(picoae_dsp))]
pub(crate) use buffer::FIELD;
pub use buffer::{Buffer, Layout};
pub(crate) use buffer::{fields, with_fields};
pub use check::PlanError;
pub(crate) use check::check;
pub use doubled::Doubled;
pub use header::{Header, MAGIC, Tensor, VERSION};
pub(crate) use portable::phases_agree;
pub use read::Phases;
pub(crate) use read::{among, count, ensure, pass, word};
pub use stage::{Op, Phase, Scale, Span, Stage};
pub use windows::windows_fit;

#[cfg(target_endian = "big")]
compile_error!("picoae reads its artifacts in place and needs a little-endian processor");

/// Most stages that a plan may have.
pub const MAX_STAGES: usize = 32;
