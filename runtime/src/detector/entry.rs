//! Samples on their way into the first stage's line buffer.

use crate::kernel_set::{KernelSet, reads_packed_rows, reads_pairs};
use crate::plan::row_layout::RowLayout;
use crate::rows;

/// Rows that enter together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Where the rows lie.
    pub(super) layout: RowLayout,
    /// How many rows.
    pub(super) rows: usize,
    /// How many of them are complete.
    done: usize,
    /// Values of the next that have come.
    values: usize,
    /// Where it starts.
    at: usize,
}

impl Entry {
    /// None: no rows. All 0, and no niche that would make a static detector anything else.
    pub(super) const NONE: Self = Self { layout: RowLayout::NONE, rows: 0, done: 0, values: 0, at: 0 };

    /// Whether there are rows.
    #[inline(always)]
    pub(super) fn is_some(&self) -> bool {
        self.rows != 0
    }

    /// Starts with `rows` rows, which lie as the layout tells now.
    pub(super) fn start(&mut self, rows: usize) {
        self.clear();
        (self.rows, self.at) = (rows, self.layout.at);
    }

    /// No rows any more. In place, and without the layout, which nobody looks at then: a whole new entry would be copied.
    pub(super) fn clear(&mut self) {
        (self.rows, self.done, self.values) = (0, 0, 0);
    }

    /// Takes a value; whether all rows are complete.
    #[inline(always)]
    pub(super) fn take<K: KernelSet>(&mut self, arena: &mut [u8], value: i8) -> bool {
        rows::put::<K>(&self.layout, arena, self.at, self.values, value);
        self.values += 1;
        if self.values == self.layout.len {
            self.values = 0;
            self.done += 1;
            self.at += self.layout.pitch;
        }
        self.is_done()
    }

    /// Whether all rows are complete.
    pub(super) fn is_done(&self) -> bool {
        self.done == self.rows
    }

    /// How many samples do nothing but fill rows of a one-channel signal, the last row left out.
    #[inline(always)]
    pub(super) fn room_in_bulk<K: KernelSet>(&self) -> usize {
        let layout = &self.layout;
        let apart = layout.len != 1
            || (reads_packed_rows::<K>() && layout.packed)
            || (reads_pairs::<K>() && layout.pairs && layout.pitch != 2);
        if apart { 0 } else { (self.rows - self.done).saturating_sub(1) }
    }

    /// Takes samples in bulk, at most as many as there is room for.
    pub(super) fn take_in_bulk<K: KernelSet>(&mut self, arena: &mut [u8], samples: &[i8]) {
        let layout = &self.layout;
        let end = self.at + samples.len() * layout.pitch;
        let Some(buffer) = arena.get_mut(self.at..end) else { return };
        if reads_pairs::<K>() && layout.pairs {
            let Ok(buffer) = bytemuck::try_cast_slice_mut::<_, i16>(buffer) else { return };
            for (to, from) in buffer.iter_mut().zip(samples) {
                *to = (layout.factor * (i32::from(*from) - layout.zero)) as i16;
            }
        } else if layout.pitch == 1 {
            for (to, from) in buffer.iter_mut().zip(samples) {
                *to = *from as u8;
            }
        } else {
            let mut at = 0;
            for from in samples {
                if let Some(to) = buffer.get_mut(at) {
                    *to = *from as u8;
                }
                at += layout.pitch;
            }
        }
        self.done += samples.len();
        self.at = end;
    }
}
