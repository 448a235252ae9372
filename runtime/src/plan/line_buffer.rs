//! Where the rows between two stages lie: a few consecutive rows of a map, padding included.

use super::fault::Fault;
use super::span::{Span, ensure};
use crate::record::record;

/// How the values of a row lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutKind {
    /// int8, channels innermost: `[x][channel]`, the padding columns included.
    Bytes,
    /// int16, 2 · (q − zero_point), two channels side by side in a word; see [`LineBuffer`] for where a word lies.
    ///
    /// Padding reads as 0. The doubling is what a rounding high multiplication needs.
    Pairs,
    /// As [`LayoutKind::Pairs`], an image whose columns of padding are not stored.
    PairsUnpadded,
    /// As [`LayoutKind::Pairs`], q − zero_point, not doubled: the reader's weights are doubled in its place.
    PairsUndoubled,
    /// A signal, two successive rows of a channel in a word, q₀ + 2²² · q₁, so that one product with such a word of
    /// weights makes four. See [`LineBuffer`] for where a word lies.
    PackedRows22,
}

impl LayoutKind {
    const ALL: [Self; 5] = [Self::Bytes, Self::Pairs, Self::PairsUnpadded, Self::PairsUndoubled, Self::PackedRows22];

    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Bytes => 0,
            Self::Pairs => 1,
            Self::PairsUnpadded => 2,
            Self::PairsUndoubled => 3,
            Self::PackedRows22 => 4,
        }
    }

    /// The layout with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        // Codes are the places in the list.
        if (code as usize) < Self::ALL.len() { Some(Self::ALL[code as usize]) } else { None }
    }
}

record! {
    /// The rows that wait in front of a stage: a part of the arena that holds a few consecutive rows of a map.
    ///
    /// Row numbers count the padding: row 0 is the first row of top padding. Padding is written into the buffer as rows and
    /// columns of [`LineBuffer::pad_value`], so that kernels need no case for it.
    ///
    /// In layout [`LayoutKind::Bytes`] the value (row r of the buffer, padded column x, channel c) lies at
    /// `offset + r · pitch + x · channels + c`; `pitch` is a multiple of 4, or in front of `block_dense` the channels. In layouts of pairs it lies at
    /// `offset + (c / 2) · plane + r · pitch + x · column + (c mod 2) · 2`, which covers
    /// - images, `[row][channel pair][x]`: `column` = 4, `plane` = a row of words, `pitch` = all planes of a row;
    /// - signals (width 1), `[channel pair][row]`: `pitch` = 4, `plane` = all rows of a pair;
    /// - maps of one channel, `[row][x]`: `column` = 2.
    ///
    /// In layout [`LayoutKind::PackedRows22`] rows lie half a word apart (`pitch` = 2), behind [`LineBuffer::lead`] ones that
    /// hold nothing, so that the first row behind the padding starts a word; `plane` = all rows of a channel.
    #[derive(Eq)]
    pub struct LineBuffer {
        /// First byte in the arena, a multiple of 4.
        pub offset: u32,
        /// Bytes of the buffer.
        pub size: u32,
        /// Bytes from one row to the next.
        pub pitch: u32,
        /// Bytes from one channel pair (in packed rows: channel) to the next; 0 in bytes.
        pub plane: u32,
        /// Bytes from one column to the next.
        pub column: u16,
        /// Rows that the buffer holds, those that lead included.
        pub rows: u16,
        /// Rows of the map, without padding.
        pub height: u16,
        /// Columns of the map, without padding.
        pub width: u16,
        /// Channels of the map.
        pub channels: u16,
        /// Rows of padding above the map.
        pub pad_top: u16,
        /// Rows of padding below the map.
        pub pad_bottom: u16,
        /// Columns of padding left of the map.
        pub pad_left: u16,
        /// Columns of padding right of the map.
        pub pad_right: u16,
        /// What padding reads as: the zero point.
        pub pad_value: i8,
        /// Code of the layout.
        pub layout: u8,
    }
}

impl LineBuffer {
    /// Bytes of the buffer.
    pub const fn bytes(&self) -> usize {
        self.size as usize
    }

    /// Its place in the arena.
    pub(crate) const fn span(&self) -> Span {
        Span { offset: self.offset, bytes: self.size }
    }

    /// Rows of the map with its padding.
    pub const fn padded_height(&self) -> usize {
        self.pad_top as usize + self.height as usize + self.pad_bottom as usize
    }

    /// Columns of the map with its padding.
    pub const fn padded_width(&self) -> usize {
        self.pad_left as usize + self.width as usize + self.pad_right as usize
    }

    /// Whether the map has padding on any side.
    pub const fn is_padded(&self) -> bool {
        self.pad_top != 0 || self.pad_bottom != 0 || self.pad_left != 0 || self.pad_right != 0
    }

    /// Values of one row without padding.
    pub const fn row_len(&self) -> usize {
        self.width as usize * self.channels as usize
    }

    /// First byte of column 0 (without padding) in a row.
    pub const fn left(&self) -> usize {
        if self.is_packed() {
            self.lead() * self.pitch as usize
        } else if self.is_unpadded() {
            0
        } else {
            self.left_of_bytes()
        }
    }

    /// The same for [`LayoutKind::Bytes`].
    #[inline]
    pub(crate) const fn left_of_bytes(&self) -> usize {
        self.pad_left as usize * self.column as usize
    }

    /// Rows that lie in front of the first and hold nothing.
    #[inline]
    pub const fn lead(&self) -> usize {
        if self.is_packed() { (self.pad_top & 1) as usize } else { 0 }
    }

    /// The number (padding counted, plus [`LineBuffer::lead`]) of the row that lies first in the buffer when the tile that
    /// starts with output row `y` and reads from row `first` on is to be made.
    #[inline]
    pub const fn base_for(&self, y: usize, first: usize) -> usize {
        match (self.is_packed(), y) {
            (false, _) => first,
            // What the first tile completes lies in front of its window.
            (true, 0) => 0,
            (true, _) => (first + self.lead()) & !1,
        }
    }

    /// What padding reads as, four bytes of it.
    #[inline]
    pub const fn padding(&self) -> u32 {
        let value = self.pad_value as i32;
        if self.is_packed() {
            pack22(value, value)
        } else if self.is_pairs() {
            0
        } else {
            self.padding_of_bytes()
        }
    }

    /// The same for [`LayoutKind::Bytes`].
    #[inline]
    pub(crate) const fn padding_of_bytes(&self) -> u32 {
        u32::from_ne_bytes([self.pad_value as u8; 4])
    }

    /// Whether the layout is [`LayoutKind::Bytes`].
    pub const fn is_bytes(&self) -> bool {
        self.layout == LayoutKind::Bytes.code()
    }

    /// Whether the rows are those of a signal in bytes that lie without gaps where they are no whole words. Only `block_dense` reads
    /// such rows, and only where samples enter: other kernels write words.
    pub const fn is_gapless(&self) -> bool {
        let signal = self.is_bytes() && self.width == 1 && !self.is_padded();
        signal && self.pitch == self.channels as u32 && !self.pitch.is_multiple_of(4)
    }

    /// Whether the layout is one of channel pairs.
    pub const fn is_pairs(&self) -> bool {
        self.layout == LayoutKind::Pairs.code() || self.is_unpadded() || self.is_undoubled()
    }

    /// Whether the layout is [`LayoutKind::PairsUndoubled`].
    pub const fn is_undoubled(&self) -> bool {
        self.layout == LayoutKind::PairsUndoubled.code()
    }

    /// Whether the layout is [`LayoutKind::PairsUnpadded`].
    pub const fn is_unpadded(&self) -> bool {
        self.layout == LayoutKind::PairsUnpadded.code()
    }

    /// Whether the layout is [`LayoutKind::PackedRows22`].
    pub const fn is_packed(&self) -> bool {
        self.layout == LayoutKind::PackedRows22.code()
    }

    /// Channel pairs (in packed rows: channels) that the buffer has room for.
    pub const fn planes(&self) -> usize {
        let whole = if self.is_signal() { self.size } else { self.pitch };
        match whole.checked_div(self.plane) {
            Some(planes) => planes as usize,
            None => 1,
        }
    }

    /// Whether rows lie inside a channel pair (or channel) and not channel pairs inside a row.
    pub const fn is_signal(&self) -> bool {
        self.plane > self.pitch
    }

    /// Bytes behind the buffer that a kernel for channel pairs or packed rows may read, without using what is there: those
    /// must lie in the arena. A signal's kernels read whole tiles of eight words, of which three at least are there.
    pub const fn overread(&self) -> u32 {
        match self.is_bytes() {
            true => 0,
            false if self.width == 1 => 24,
            false => 64,
        }
    }

    /// Whether the buffer and what may be read behind it lie in the arena.
    pub(crate) const fn reads_inside(&self, arena_bytes: u32) -> bool {
        self.offset as u64 + self.size as u64 + self.overread() as u64 <= arena_bytes as u64
    }

    /// Checks layout and strides: behind this, values lie where [`LineBuffer`] says, inside the buffer.
    pub(crate) const fn check(&self) -> Result<(), Fault> {
        ensure!(LayoutKind::from_code(self.layout).is_some(), Fault::LayoutUnknown);
        ensure!(self.height > 0 && self.width > 0 && self.channels > 0 && self.rows > 0, Fault::Extent);
        ensure!(self.offset.is_multiple_of(4), Fault::ArenaMisaligned);
        // Twice as much is a row number, too: rows that have come and rows of a full buffer.
        ensure!(self.padded_height() + self.rows as usize <= u16::MAX as usize, Fault::BufferRows);
        let fits = if self.is_packed() {
            self.packed_rows_fit()
        } else if self.is_pairs() {
            self.pairs_fit()
        } else {
            self.bytes_fit()
        };
        ensure!(fits, Fault::BufferStrides);
        Ok(())
    }

    const fn packed_rows_fit(&self) -> bool {
        let (rows, size, plane) = (self.rows as u64, self.size as u64, self.plane as u64);
        let signal = self.padded_width() == 1 && self.pitch == 2 && self.column == 2;
        signal && plane.is_multiple_of(4) && plane > 2 && rows * 2 <= plane && size == plane * self.channels as u64
    }

    const fn bytes_fit(&self) -> bool {
        let row = self.padded_width() as u64 * self.channels as u64;
        (self.pitch.is_multiple_of(4) || self.is_gapless())
            && self.plane == 0
            && self.column == self.channels
            && row <= self.pitch as u64
            && self.size as u64 == (self.pitch as u64 * self.rows as u64).next_multiple_of(4)
    }

    /// One of the three geometries that [`LineBuffer`] names.
    const fn pairs_fit(&self) -> bool {
        let columns = if self.is_unpadded() { self.width as u64 } else { self.padded_width() as u64 };
        let (rows, pairs) = (self.rows as u64, self.channels.div_ceil(2) as u64);
        let (size, pitch, plane) = (self.size as u64, self.pitch as u64, self.plane as u64);
        if self.channels == 1 && self.column == 2 {
            let word_rows = pitch.is_multiple_of(4) || (columns == 1 && pitch == 2);
            return plane == 0 && word_rows && columns * 2 <= pitch && size >= rows * pitch && size.is_multiple_of(4);
        }
        if columns == 1 && pitch == 4 && self.is_signal() {
            return self.column == 4
                && plane.is_multiple_of(4)
                && rows * 4 <= plane
                && size.is_multiple_of(plane)
                && pairs * plane <= size;
        }
        let row = columns * 4 <= plane
            && plane.is_multiple_of(4)
            && plane > 0
            && pitch.is_multiple_of(plane)
            && pairs * plane <= pitch;
        self.column == 4 && row && size == rows * pitch
    }
}

/// Width of the lower field of a word of packed rows.
pub(crate) const PACKED_BITS: u32 = 22;

/// A word of two fields.
#[inline]
pub(crate) const fn pack22(low: i32, high: i32) -> u32 {
    (low as u32).wrapping_add((high as u32) << PACKED_BITS)
}

/// The fields of a word.
#[inline]
pub(crate) const fn unpack22(word: u32) -> [i32; 2] {
    let low = (word << (32 - PACKED_BITS)) as i32 >> (32 - PACKED_BITS);
    [low, (word.wrapping_sub(low as u32) as i32) >> PACKED_BITS]
}
