//! Where the rows between two stages lie.

use bytemuck::{Pod, Zeroable};

/// How the values of a row lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// int8, channels innermost: `[x][channel]`, the padding columns included.
    Bytes,
}

impl Layout {
    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Bytes => 0,
        }
    }

    /// The layout with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// The rows that wait between two stages: a strip of the arena that holds a few consecutive rows of a map.
///
/// Row numbers count the padding: row 0 is the first row of top padding. Padding is written into the strip as rows and
/// columns of [`Buffer::pad_value`], so that kernels need no case for it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Buffer {
    /// First byte in the arena, a multiple of 4.
    pub offset: u32,
    /// Bytes from one row to the next.
    pub pitch: u32,
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
    /// Zero.
    pub reserved: [u8; 2],
}

impl Buffer {
    /// Bytes of the strip.
    pub const fn bytes(&self) -> usize {
        self.pitch as usize * self.rows as usize
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

    /// First byte of column 0 (without padding) in a row of layout [`Layout::Bytes`].
    pub const fn left(&self) -> usize {
        self.pad_left as usize * self.channels as usize
    }
}
