//! How the values of finished rows lie, whatever their layout.

use super::line_buffer::LineBuffer;
use super::stage::Stage;

/// Rows in the arena and how their values lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowLayout {
    /// Arena offset of the first value of the first row, behind any left padding.
    pub(crate) at: usize,
    /// Bytes from row to row.
    pub(crate) pitch: usize,
    /// Bytes from channel pair to channel pair.
    pub(crate) plane: usize,
    /// Bytes from column to column.
    pub(crate) column: usize,
    /// Whether values are int16 in channel pairs.
    pub(crate) pairs: bool,
    /// Whether two rows share a word, see [`super::LayoutKind::PackedRows22`].
    pub(crate) packed: bool,
    /// What values are multiplied by in pairs: 2, or 1 in [`super::LayoutKind::PairsUndoubled`].
    pub(crate) factor: i32,
    /// What is subtracted from a value in such pairs.
    pub(crate) zero: i32,
    /// Values of a row.
    pub(crate) len: usize,
    /// Channels.
    pub(crate) channels: usize,
}

impl RowLayout {
    /// Nowhere.
    pub(crate) const NONE: Self = Self {
        at: 0,
        pitch: 0,
        plane: 0,
        column: 0,
        pairs: false,
        packed: false,
        factor: 0,
        zero: 0,
        len: 0,
        channels: 0,
    };

    /// Rows in a line buffer, the first value at `at`.
    #[inline]
    pub(crate) const fn in_buffer(b: &LineBuffer, at: usize) -> Self {
        Self {
            at,
            pitch: b.pitch as usize,
            plane: b.plane as usize,
            column: b.column as usize,
            pairs: b.is_pairs(),
            packed: b.is_packed(),
            factor: if b.is_undoubled() { 1 } else { 2 },
            zero: b.pad_value as i32,
            len: b.row_len(),
            channels: b.channels as usize,
        }
    }

    /// Rows of bytes behind the last stage.
    #[inline]
    pub(crate) const fn behind(stage: &Stage, at: usize) -> Self {
        let channels = stage.out_channels as usize;
        let len = stage.out_width as usize * channels;
        Self {
            at,
            pitch: len,
            plane: 0,
            column: channels,
            pairs: false,
            packed: false,
            factor: 2,
            zero: 0,
            len,
            channels,
        }
    }

    /// The layout of the rows that `stage` writes: that of the line buffer `next`, or bytes behind the last stage.
    pub(crate) const fn of_output(stage: &Stage, next: Option<&LineBuffer>) -> Self {
        match next {
            Some(next) => Self::in_buffer(next, 0),
            None => Self::behind(stage, 0),
        }
    }

    /// Where row `i` starts.
    #[inline]
    pub(crate) const fn row(&self, i: usize) -> usize {
        self.at + i * self.pitch
    }

    /// Whether a row is bytes, value behind value.
    #[inline]
    pub(crate) const fn is_bytes(&self) -> bool {
        !(self.pairs || self.packed)
    }

    /// Whether a kernel that writes channel by channel finds pairs of them where it goes.
    pub(crate) const fn has_planes(&self) -> bool {
        !self.pairs || self.plane > 0 || self.channels == 1
    }
}
