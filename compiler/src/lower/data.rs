//! The constant data of a plan as it grows; the same bytes are stored once.

use bytemuck::Pod;
use picoae::plan::Span;
use std::collections::HashMap;

/// Constant data under construction.
#[derive(Default, Clone)]
pub(crate) struct Data {
    pub(crate) bytes: Vec<u8>,
    known: HashMap<Vec<u8>, Span>,
}

impl Data {
    /// Appends `values` on a multiple of 4.
    pub(crate) fn push<T: Pod>(&mut self, values: &[T]) -> Span {
        let raw: &[u8] = bytemuck::cast_slice(values);
        if let Some(span) = self.known.get(raw) {
            return *span;
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let span = Span { offset: self.bytes.len() as u32, bytes: raw.len() as u32 };
        self.bytes.extend_from_slice(raw);
        self.known.insert(raw.to_vec(), span);
        span
    }
}
