//! `im2col_few_channels`: the sliding convolution for few channels.
//!
//! Up to four values (kernel row, channel) of a column are gathered into two channel pairs in working memory, over which the body
//! of `conv_dsp` with three taps slides. Exact under the same bound.

use crate::kernel_set::KernelSet;
use crate::kernels::conv_dsp::Calls;
use crate::kernels::conv_dsp::abi::{Call, TapShape, Tile};
use crate::kernels::task::Task;
use crate::plan::params::conv_dsp::{OUTPUTS, stores_as};
use crate::plan::params::im2col_few_channels::{CHANNEL_BYTES, Im2colParams, plane};
use crate::plan::row_layout::RowLayout;
use crate::rows::fill;

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params) = (task.stage, Im2colParams::of(&task.stage.parameters));
    let [branch] = task.branches() else { return };
    let b = &stage.input;
    let scratch = stage.scratch.offset as usize;
    let Some(store) = stores_as(params.stored, layout, layout.column) else { return };
    let call = Call {
        taps: TapShape::Taps3By7Gathered,
        planes: 2,
        plane: plane(b),
        stride: CHANNEL_BYTES,
        column: layout.column,
        ..Call::new(b, layout, store, params.scales, params.table)
    };
    if task.y == 0 {
        // A last tile reads behind the planes: no memory is read before it was written.
        let behind = scratch + 2 * call.plane;
        fill(task.arena.get_mut(behind..behind + 4 * OUTPUTS).unwrap_or_default(), 0);
    }
    for i in 0..rows {
        let top = (task.y + i) * stage.conv().step_h as usize + branch.row as usize - task.base;
        gather(task, top, branch.taps_h as usize);
        let width = stage.out_width as usize;
        let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
        let mut x = 0;
        while x < width {
            calls.make::<K>(&Tile {
                weights: params.weights.offset as usize,
                row: scratch + (x + branch.column as usize) * 4,
                out: layout.row(i) + x * layout.column,
                outputs: OUTPUTS.min(width - x),
                is_first: false,
            });
            x += OUTPUTS;
        }
    }
}

/// Gathers the rows from row `top` of the line buffer on, `taps` of them, into two planes of pairs.
fn gather(task: &mut Task<'_>, top: usize, taps: usize) {
    let b = &task.stage.input;
    let (columns, channels) = (b.padded_width(), b.channels as usize);
    let zero = i16::from(b.pad_value);
    let (from, to) = (b.offset as usize, task.stage.scratch.offset as usize);
    // The line buffer lies in front of the working memory or behind it.
    let Some((front, behind)) = task.arena.split_at_mut_checked(from.max(to)) else { return };
    let (input, scratch) =
        if from < to { (front.get(from..), Some(behind)) } else { (Some(&*behind), front.get_mut(to..)) };
    let (Some(input), Some(planes)) = (input, scratch.and_then(|scratch| scratch.get_mut(..2 * plane(b)))) else {
        return;
    };
    let Ok(values) = bytemuck::try_cast_slice_mut::<_, i16>(planes) else { return };
    let pairs = values.as_chunks_mut::<2>().0;
    let (mut ky, mut c) = (0, 0);
    for v in 0..4 {
        // Rows that the kernel does not have are zero points.
        let row = if ky < taps { input.get((top + ky) * b.pitch as usize + c..).unwrap_or_default() } else { &[] };
        let mut from = 0;
        for pair in pairs.iter_mut().skip(v / 2 * columns).take(columns) {
            pair[v % 2] = row.get(from).map_or(0, |value| 2 * (i16::from(*value as i8) - zero));
            from += channels;
        }
        c += 1;
        if c == channels {
            (ky, c) = (ky + 1, 0);
        }
    }
}
