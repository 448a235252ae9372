//! What the body is asked for.

use crate::plan::params::block_dense::{SCALE_BYTES, Store, group_bytes};

/// Outputs of the same values. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// First value, on a multiple of 4.
    pub(super) x: usize,
    /// Words of weights of an output; as many words of values are read.
    pub(super) words: usize,
    /// Biases and weights of the outputs.
    pub(super) groups: usize,
    /// Outputs, at least one.
    pub(super) outputs: usize,
    /// The first one.
    pub(super) out: usize,
    /// Bytes from output to output.
    pub(super) out_step: usize,
    /// The first output's scale.
    pub(super) scale: usize,
    /// Bytes from an output's scale to the next one's.
    pub(super) scale_step: usize,
    /// How outputs are stored.
    pub(super) store: Store,
    /// The table, where there is one.
    pub(super) table: usize,
}

impl Line {
    /// Whether everything lies in the arena and in the data, words on multiples of 4: what a body may rely on.
    pub(super) fn fits(&self, arena: &[u8], data: &[u8]) -> bool {
        let values = self.x.is_multiple_of(4) && self.x + 4 * self.words <= arena.len();
        let last = self.outputs.wrapping_sub(1);
        let outputs = self.outputs > 0 && self.words > 0 && self.out + last * self.out_step < arena.len();
        let weights = self.groups + group_bytes(self.outputs, 4 * self.words) <= data.len();
        let scales = self.scale + last * self.scale_step + SCALE_BYTES <= data.len();
        let table = self.store == Store::Bytes || self.table + 256 <= data.len();
        let aligned = (self.groups | self.scale | self.scale_step).is_multiple_of(4);
        values && outputs && weights && scales && table && aligned
    }
}
