//! Where the rows between two stages lie.

use bytemuck::{Pod, Zeroable};

/// How the values of a row lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// int8, channels innermost: `[x][channel]`, the padding columns included.
    Bytes,
    /// int16, 2 · (q − zero_point), two channels side by side in a word; see [`Buffer`] for where a word lies.
    ///
    /// Padding reads as 0. The doubling is what a rounding high multiplication needs.
    Pairs,
    /// As [`Layout::Pairs`], an image whose columns of padding are not stored.
    TightPairs,
    /// As [`Layout::Pairs`], q − zero_point, not doubled: the reader's weights are doubled in its place.
    SinglePairs,
    /// A signal, two successive rows of a channel in a word, q₀ + 2²² · q₁, so that one product with such a word of
    /// weights makes four. See [`Buffer`] for where a word lies.
    Fields,
}

impl Layout {
    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Bytes => 0,
            Self::Pairs => 1,
            Self::TightPairs => 2,
            Self::SinglePairs => 3,
            Self::Fields => 4,
        }
    }

    /// The layout with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Bytes),
            1 => Some(Self::Pairs),
            2 => Some(Self::TightPairs),
            3 => Some(Self::SinglePairs),
            4 => Some(Self::Fields),
            _ => None,
        }
    }
}

/// The rows that wait between two stages: a strip of the arena that holds a few consecutive rows of a map.
///
/// Row numbers count the padding: row 0 is the first row of top padding. Padding is written into the strip as rows and
/// columns of [`Buffer::pad_value`], so that kernels need no case for it.
///
/// In layout [`Layout::Bytes`] the value (row r of the strip, padded column x, channel c) lies at
/// `offset + r · pitch + x · channels + c`. In layout [`Layout::Pairs`] it lies at
/// `offset + (c / 2) · plane + r · pitch + x · column + (c mod 2) · 2`, which covers
/// - images, `[row][channel pair][x]`: `column` = 4, `plane` = a row of words, `pitch` = all planes of a row;
/// - signals (width 1), `[channel pair][row]`: `pitch` = 4, `plane` = all rows of a pair;
/// - maps of one channel, `[row][x]`: `column` = 2.
///
/// In layout [`Layout::Fields`] rows lie half a word apart (`pitch` = 2), behind [`Buffer::lead`] ones that hold nothing,
/// so that the first row behind the padding starts a word; `plane` = all rows of a channel.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Buffer {
    /// First byte in the arena, a multiple of 4.
    pub offset: u32,
    /// Bytes of the strip.
    pub size: u32,
    /// Bytes from one row to the next.
    pub pitch: u32,
    /// Bytes from one channel pair (in layout [`Layout::Fields`]: channel) to the next; 0 in layout [`Layout::Bytes`].
    pub plane: u32,
    /// Bytes from one column to the next.
    pub column: u16,
    /// Rows that the strip holds, those that lead included.
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
    /// [`Layout::code`].
    pub layout: u8,
}

impl Buffer {
    /// Bytes of the strip.
    pub const fn bytes(&self) -> usize {
        self.size as usize
    }

    /// Rows of the map with its padding.
    pub const fn padded_height(&self) -> usize {
        self.pad_top as usize + self.height as usize + self.pad_bottom as usize
    }

    /// Columns of the map with its padding.
    pub const fn padded_width(&self) -> usize {
        self.pad_left as usize + self.width as usize + self.pad_right as usize
    }

    /// Values of one row without padding.
    pub const fn row_len(&self) -> usize {
        self.width as usize * self.channels as usize
    }

    /// First byte of column 0 (without padding) in a row.
    pub const fn left(&self) -> usize {
        if self.is_fields() {
            self.lead() * self.pitch as usize
        } else if self.is_tight() {
            0
        } else {
            self.left_of_bytes()
        }
    }

    /// The same for [`Layout::Bytes`].
    #[inline]
    pub(crate) const fn left_of_bytes(&self) -> usize {
        self.pad_left as usize * self.column as usize
    }

    /// Rows that lie in front of the first and hold nothing.
    #[inline]
    pub const fn lead(&self) -> usize {
        if self.is_fields() { (self.pad_top & 1) as usize } else { 0 }
    }

    /// The number (padding counted, plus [`Buffer::lead`]) of the row that lies first in the strip when the tile that
    /// starts with output row `y` and reads from row `first` on is to be made.
    #[inline]
    pub const fn base_for(&self, y: usize, first: usize) -> usize {
        match (self.is_fields(), y) {
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
        if self.is_fields() {
            with_fields(value, value)
        } else if self.is_pairs() {
            0
        } else {
            self.padding_of_bytes()
        }
    }

    /// The same for [`Layout::Bytes`].
    #[inline]
    pub(crate) const fn padding_of_bytes(&self) -> u32 {
        u32::from_ne_bytes([self.pad_value as u8; 4])
    }

    /// Whether the layout is [`Layout::Bytes`].
    pub const fn is_bytes(&self) -> bool {
        self.layout == Layout::Bytes.code()
    }

    /// Whether the layout is one of channel pairs.
    pub const fn is_pairs(&self) -> bool {
        self.layout == Layout::Pairs.code() || self.is_tight() || self.is_single()
    }

    /// Whether the layout is [`Layout::SinglePairs`].
    pub const fn is_single(&self) -> bool {
        self.layout == Layout::SinglePairs.code()
    }

    /// Whether the layout is [`Layout::TightPairs`].
    pub const fn is_tight(&self) -> bool {
        self.layout == Layout::TightPairs.code()
    }

    /// Whether the layout is [`Layout::Fields`].
    pub const fn is_fields(&self) -> bool {
        self.layout == Layout::Fields.code()
    }

    /// Channel pairs (in layout [`Layout::Fields`]: channels) that the strip has room for.
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

    /// Bytes that `rows` rows take in this layout.
    pub const fn bytes_for(&self, rows: usize) -> usize {
        if self.is_signal() { self.size as usize } else { rows * self.pitch as usize }
    }
}

/// Width of the lower field of a word in layout [`Layout::Fields`].
pub(crate) const FIELD: u32 = 22;

/// A word of two fields.
#[inline]
pub(crate) const fn with_fields(low: i32, high: i32) -> u32 {
    (low as u32).wrapping_add((high as u32) << FIELD)
}

/// The fields of a word.
#[inline]
pub(crate) const fn fields(word: u32) -> [i32; 2] {
    let low = (word << (32 - FIELD)) as i32 >> (32 - FIELD);
    [low, (word.wrapping_sub(low as u32) as i32) >> FIELD]
}
