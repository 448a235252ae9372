//! What becomes of the rows that come out last: scored against the samples that wait, handed on, or copied.

use crate::exec::OutputRows;
use crate::kernel_set::KernelSet;
use crate::model::Model;
use crate::plan::row_layout::RowLayout;
use crate::rows;
use crate::score::{History, PartStates, Residuals, takes_latent};

/// Takes the reconstruction as it comes.
pub(super) trait Reconstruction {
    /// `values` (int8 as bytes) come behind the first `from`.
    fn put(&mut self, from: usize, values: &[u8]);
}

/// Who only wants scores.
impl Reconstruction for () {
    fn put(&mut self, _from: usize, _values: &[u8]) {}
}

impl Reconstruction for &mut [i8] {
    fn put(&mut self, from: usize, values: &[u8]) {
        if let Some(to) = self.get_mut(from..from + values.len()) {
            to.copy_from_slice(bytemuck::cast_slice(values));
        }
    }
}

/// Scores rows against the samples that wait, and hands them on.
pub(super) struct ScoreRows<'s, 'm, O, K: KernelSet> {
    pub(super) model: Model<'m, K>,
    pub(super) residuals: &'s mut Residuals,
    /// Samples that have come.
    pub(super) entered: u32,
    pub(super) scored: &'s mut u32,
    pub(super) delay_out: &'s mut u32,
    pub(super) output: &'s mut O,
}

impl<O: Reconstruction, K: KernelSet> OutputRows for ScoreRows<'_, '_, O, K> {
    /// What comes out last are bytes, row behind row. The delay line lies in front of what the parts keep, the rows behind it.
    fn rows(&mut self, arena: &mut [u8], layout: &RowLayout, rows: usize) {
        let header = self.model.header;
        let bytes = rows * layout.len;
        if header.scores() {
            let state = &header.part_state;
            let Some((front, behind)) = arena.split_at_mut_checked(state.end() as usize) else { return };
            let Some((front, state)) = front.split_at_mut_checked(state.offset as usize) else { return };
            let start = header.delay_offset as usize;
            let waiting = front.get(start..start + header.delay_bytes as usize).unwrap_or_default();
            let Some((history, behind)) = behind.split_at_mut_checked(header.history.bytes as usize) else { return };
            let mut history =
                if self.model.is_stream() { History::new::<K>(&self.model.scored(), history) } else { None };
            let mut parts = PartStates::new(state);
            let at = layout.at.wrapping_sub(header.history.end() as usize);
            let Some(outputs) = behind.get(at..at.wrapping_add(bytes)) else { return };
            // In a plan that is no compiler's work a reconstruction may come before its sample: that has no residual.
            let come = self.entered.saturating_sub(*self.scored) as usize;
            let mut left = outputs.get(..come).unwrap_or(outputs);
            // The waiting samples lie in a ring, so they come in at most two pieces.
            while !left.is_empty() {
                let wait = *self.delay_out as usize;
                let inputs = waiting.get(wait..).unwrap_or_default();
                let count = left.len().min(inputs.len());
                let (Some((now, later)), Some((inputs, behind))) =
                    (left.split_at_checked(count), inputs.split_at_checked(count))
                else {
                    return;
                };
                if now.is_empty() {
                    return;
                }
                let steps = [usize::from(header.segment), usize::from(header.step)];
                match &mut history {
                    // Said once more: the compiler keeps the code where only the value says that there is none.
                    Some(history) if K::STREAM => history.extend::<K>(&self.model.scored(), inputs, now),
                    _ => {
                        self.residuals.extend(steps, inputs, now);
                        parts.extend_residuals::<K>(&self.model.scored(), inputs, now);
                    }
                }
                left = later;
                *self.delay_out = if behind.is_empty() { 0 } else { (wait + count) as u32 };
            }
        }
        let outputs = arena.get(layout.at..layout.at + bytes).unwrap_or_default();
        self.output.put(*self.scored as usize, outputs);
        *self.scored += outputs.len() as u32;
    }

    fn latent(&mut self, arena: &mut [u8], layout: &RowLayout, rows: usize) {
        let header = self.model.header;
        if takes_latent::<K>(header) && header.scores() {
            for i in 0..rows {
                let row = layout.row(i);
                for v in 0..layout.len {
                    let value = rows::get::<K>(layout, arena, row, v);
                    if let Some(state) = header.part_state.of_mut(arena) {
                        PartStates::new(state).extend_latent::<K>(&self.model.scored(), value);
                    }
                }
            }
        }
    }
}

/// Copies rows.
pub(super) struct CopyRows<'s, K> {
    pub(super) to: &'s mut [i8],
    pub(super) filled: usize,
    pub(super) kernels: core::marker::PhantomData<K>,
}

impl<K: KernelSet> OutputRows for CopyRows<'_, K> {
    fn rows(&mut self, arena: &mut [u8], layout: &RowLayout, rows: usize) {
        for i in 0..rows {
            let row = layout.row(i);
            if let Some(to) = self.to.get_mut(self.filled..self.filled + layout.len) {
                for (i, value) in to.iter_mut().enumerate() {
                    *value = rows::get::<K>(layout, arena, row, i);
                }
            }
            self.filled += layout.len;
        }
    }
}
