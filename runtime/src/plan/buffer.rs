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
}

impl Layout {
    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Bytes => 0,
            Self::Pairs => 1,
            Self::TightPairs => 2,
            Self::SinglePairs => 3,
        }
    }

    /// The layout with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Bytes),
            1 => Some(Self::Pairs),
            2 => Some(Self::TightPairs),
            3 => Some(Self::SinglePairs),
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
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Buffer {
    /// First byte in the arena, a multiple of 4.
    pub offset: u32,
    /// Bytes of the strip.
    pub size: u32,
    /// Bytes from one row to the next.
    pub pitch: u32,
    /// Bytes from one channel pair to the next; 0 in layout [`Layout::Bytes`].
    pub plane: u32,
    /// Bytes from one column to the next.
    pub column: u16,
    /// Rows that the strip holds.
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
        if self.is_tight() { 0 } else { self.pad_left as usize * self.column as usize }
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

    /// Channel pairs that the strip of layout [`Layout::Pairs`] has room for.
    pub const fn planes(&self) -> usize {
        let whole = if self.is_signal() { self.size } else { self.pitch };
        match whole.checked_div(self.plane) {
            Some(planes) => planes as usize,
            None => 1,
        }
    }

    /// Whether rows lie inside a channel pair and not channel pairs inside a row.
    pub const fn is_signal(&self) -> bool {
        self.plane > self.pitch
    }

    /// Bytes that `rows` rows take in this layout.
    pub const fn bytes_for(&self, rows: usize) -> usize {
        if self.is_signal() { self.size as usize } else { rows * self.pitch as usize }
    }
}
