//! What settling in starts from: the model's numbers, and how much is learnt.

use super::limits::FactoryPart;
use super::moments::Moments;

/// What a model says of normal windows: constants, in flash. 4 + 4 · `CHANNELS` + 24 · `PARTS` bytes and padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factory<const CHANNELS: usize, const PARTS: usize> {
    /// Checksum of the model, `Model::checksum`.
    pub model: u32,
    /// Of each channel's int8 values in normal training data.
    pub moments: [Moments; CHANNELS],
    /// Limits and median of each part of the score.
    pub parts: [FactoryPart; PARTS],
}

/// How much is learnt, and what is too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// Fewest windows in a round of moments. They should show all that the machine does: moments are compared with
    /// those of all training data.
    pub moments_windows: u16,
    /// Fewest windows whose scores limits are learnt of. They should not overlap.
    pub limits_windows: u16,
    /// Largest share of windows that may be refused, in 1/256; above it, the machine or the sensor is not normal.
    pub refused: u8,
    /// Share of the scores that may lie beyond a learnt limit, on each side of each part, in 1/65536. With fewer scores
    /// than 65536 / `beyond` none does.
    pub beyond: u16,
}

impl Settings {
    /// 64 windows a round of moments, 256 for limits, 1/8 of them may be refused, 1/512 may lie beyond a limit.
    pub const DEFAULT: Self = Self { moments_windows: 64, limits_windows: 256, refused: 32, beyond: 128 };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
