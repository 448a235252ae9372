//! What the body is asked for.

use crate::plan::params::depthwise_dsp::{GROUP, Store};

/// Outputs at equal distances in one group of channels. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// First value of the group under the first output's kernel.
    pub(super) x: usize,
    /// Bytes from there to the next output's.
    pub(super) x_step: usize,
    /// Outputs of a channel, at least one.
    pub(super) outputs: usize,
    /// First output of the group's first channel.
    pub(super) out: usize,
    /// Bytes from output to output.
    pub(super) out_step: usize,
    /// Bytes from the first channel's output to that of each other.
    pub(super) apart: [usize; GROUP - 1],
    /// The group's constants.
    pub(super) group: usize,
    /// Taps of the kernel.
    pub(super) taps: usize,
    /// How outputs are stored.
    pub(super) store: Store,
    /// The table, where there is one.
    pub(super) table: usize,
}
