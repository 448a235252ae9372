//! The plan: what a device executes, as fixed-width little-endian records that are used where they lie in flash.
//!
//! A plan is a [`Header`], one [`Stage`] a step of the pipeline, and a block of constant data (weights, biases, tables) that
//! the stages refer to by [`Span`]. A stage has a head that is the same for all, its operator's geometry ([`geometry`]) and
//! its kernel's parameters ([`params`], a file a kernel). The compiler writes these records; the runtime checks and follows
//! them. Nothing here calls a kernel. `docs/artifact-format.md` specifies every byte.

mod alarm_rule;
pub(crate) mod branches;
mod coarse;
pub(crate) mod codes;
pub(crate) mod fault;
pub mod geometry;
mod header;
pub(crate) mod kernel;
pub(crate) mod line_buffer;
pub mod params;
mod part;
mod part_limits;
pub(crate) mod part_state;
mod places;
pub(crate) mod row_layout;
pub(crate) mod span;
pub(crate) mod stage;
pub(crate) mod stream;
pub(crate) mod verify;
mod windows;
mod work;

pub use crate::arith::{FusedRequant, HighMulRequant, MulhRequant, Scale};
pub use crate::input::{CountsEncoding, PhysicalEncoding, SampleKind};
pub use crate::record::{Field, Record};
pub use alarm_rule::AlarmRule;
pub use branches::{Branch, Branches};
pub use coarse::{CoarseModel, MAX_COARSE_SUMS};
pub use codes::{Kernel, Operator};
pub use fault::{Fault, PlanError};
pub use header::{Header, MAGIC, MAX_SEGMENT, MAX_SEGMENT_OF_STEPS, MAX_STAGES, Tensor, VERSION, segment_fits};
pub use kernel::{RecordInfo, keeps_scratch};
pub use line_buffer::{LayoutKind, LineBuffer};
pub use part::{Part, PartSet};
pub use part_limits::PartLimits;
pub use part_state::part_state_bytes;
pub use span::Span;
pub use stage::{GEOMETRY_WORDS, PARAMETER_WORDS, Stage};
pub use stream::history_bytes;
pub use verify::{DEFAULT_WORK_LIMIT, work};
pub use windows::windows_fit;

/// Every record, for generated sources.
pub mod records {
    pub use super::geometry::{ConvGeometry, CropPadGeometry, UpsampleGeometry, WindowGeometry};
    pub use super::kernel::ALL;
    pub use super::params::records::*;
    pub use super::{
        AlarmRule, Branch, CoarseModel, CountsEncoding, FusedRequant, Header, HighMulRequant, LineBuffer, MulhRequant,
        PartLimits, PhysicalEncoding, Scale, Span, Stage, Tensor,
    };
}
