//! Rows of values in a strip, whatever their layout. A program whose kernels `K` read bytes only has code for bytes only.

use crate::kernels::{reads_fields, reads_pairs};
use crate::plan::{Buffer, Stage, fields, with_fields};

/// Where finished rows lie in the arena.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
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
    /// Whether two rows share a word, see [`crate::plan::Layout::Fields`].
    pub(crate) fields: bool,
    /// What they are multiplied by there: 2, or 1 in [`crate::plan::Layout::SinglePairs`].
    pub(crate) factor: i32,
    /// What is subtracted from a value in such pairs.
    pub(crate) zero: i32,
    /// Values of a row.
    pub(crate) len: usize,
    /// Channels.
    pub(crate) channels: usize,
}

impl Place {
    /// Rows in a strip, the first value at `at`.
    #[inline]
    pub(crate) const fn in_strip(b: &Buffer, at: usize) -> Self {
        Self {
            at,
            pitch: b.pitch as usize,
            plane: b.plane as usize,
            column: b.column as usize,
            pairs: b.is_pairs(),
            fields: b.is_fields(),
            factor: if b.is_single() { 1 } else { 2 },
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
            fields: false,
            factor: 2,
            zero: 0,
            len,
            channels,
        }
    }

    /// The layout of the rows that `stage` writes: that of the strip `next`, or bytes behind the last stage.
    pub(crate) const fn of_output(stage: &Stage, next: Option<&Buffer>) -> Self {
        match next {
            Some(next) => Self::in_strip(next, 0),
            None => Self::behind(stage, 0),
        }
    }

    /// Where row `i` starts.
    #[inline]
    pub(crate) fn row(&self, i: usize) -> usize {
        self.at + i * self.pitch
    }

    /// Whether a row is bytes, value behind value.
    #[inline]
    pub(crate) const fn is_bytes(&self) -> bool {
        !(self.pairs || self.fields)
    }

    /// Bytes from the row's first value to its value `i`, in the order `[x][channel]`.
    #[inline]
    fn value<const K: u64>(&self, i: usize) -> usize {
        if reads_fields(K) && self.fields {
            i * self.plane
        } else if !(reads_pairs(K) && self.pairs) {
            i
        } else if self.channels == 1 {
            i * self.column
        } else {
            let (x, c) = (i / self.channels, i % self.channels);
            x * self.column + c / 2 * self.plane + c % 2 * 2
        }
    }

    /// Writes value `i` of the row that starts at `row`.
    #[inline]
    pub(crate) fn put<const K: u64>(&self, arena: &mut [u8], row: usize, i: usize, value: i8) {
        let at = row + self.value::<K>(i);
        if reads_pairs(K) && self.pairs {
            let scaled = (self.factor * (i32::from(value) - self.zero)) as i16;
            arena[at..at + 2].copy_from_slice(&scaled.to_le_bytes());
        } else if reads_fields(K) && self.fields {
            put_field(arena, at, value);
        } else {
            arena[at] = value as u8;
        }
    }

    /// Reads value `i` of the row that starts at `row`.
    #[inline]
    pub(crate) fn get<const K: u64>(&self, arena: &[u8], row: usize, i: usize) -> i8 {
        let at = row + self.value::<K>(i);
        if reads_pairs(K) && self.pairs {
            (i32::from(i16::from_le_bytes([arena[at], arena[at + 1]])) / self.factor + self.zero) as i8
        } else if reads_fields(K) && self.fields {
            fields(word_at(arena, at))[at / 2 % 2] as i8
        } else {
            arena[at] as i8
        }
    }

    /// Writes a row whose values lie as bytes at `from` in the arena.
    pub(crate) fn put_row<const K: u64>(&self, arena: &mut [u8], row: usize, from: usize) {
        for i in 0..self.len {
            let value = arena[from + i] as i8;
            self.put::<K>(arena, row, i, value);
        }
    }
}

/// The word that byte `at` is of.
fn word_at(arena: &[u8], at: usize) -> u32 {
    let at = at & !3;
    u32::from_le_bytes([arena[at], arena[at + 1], arena[at + 2], arena[at + 3]])
}

/// Puts `value` into the field that half a word at byte `at` stands for.
pub(crate) fn put_field(arena: &mut [u8], at: usize, value: i8) {
    let mut both = fields(word_at(arena, at));
    both[at / 2 % 2] = i32::from(value);
    let at = at & !3;
    arena[at..at + 4].copy_from_slice(&with_fields(both[0], both[1]).to_le_bytes());
}
