//! What the body is asked for.

/// The rows of a tile in all channels. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// First activation under the first output's kernel.
    pub(super) x: usize,
    /// Outputs, an even number.
    pub(super) outputs: usize,
    pub(super) weights: usize,
    pub(super) channels: usize,
    /// First output of the first channel; outputs lie 4 bytes apart, two of them in a word where rows are packed.
    pub(super) out: usize,
    /// Bytes from channel 0 to 1 and from 1 to 2.
    pub(super) steps: [usize; 2],
    /// How outputs are stored.
    pub(super) store: StoreRows,
}

/// How outputs are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreRows {
    /// Clamped to 0…255, doubled, int16.
    Doubled,
    /// The same, not doubled.
    Undoubled,
    /// Clamped to int8, two rows in a word.
    Packed,
}
