//! The calls that make a tile.

use super::Calls;
use super::abi::{Call, Differences, Tile};
use crate::kernel_set::KernelSet;
use crate::kernels::task::Task;
use crate::plan::params::conv_dsp::{ConvDspParams, columns_of, image_taps, stores_as};
use crate::plan::row_layout::RowLayout;

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    if K::CONV_DSP_SIGNAL && task.stage.input.is_signal() {
        signal::<K>(task, layout, rows);
    } else if K::CONV_DSP_IMAGE {
        for i in 0..rows {
            image::<K>(task, layout, i);
        }
    }
}

/// Makes row `task.y + i` of an image: a call for each column branch and each seven of its columns.
fn image<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, i: usize) {
    let (stage, params, conv) = (task.stage, ConvDspParams::of(&task.stage.parameters), task.stage.conv());
    let branches = task.branches();
    let (branches_h, branches_w) = (conv.branches_h as usize, conv.branches_w as usize);
    let (step_h, step_w) = (conv.step_h as usize, conv.step_w as usize);
    let b = &stage.input;
    let y = task.y + i;
    let column = branches_w * layout.column;
    let Some(store) = stores_as(params.stored as u32, layout, column) else { return };
    let mut call = Call::new(b, layout, store, params.scales, params.table);
    call.column = column;
    call.any_distance = params.any_distance == 1;
    // Never 0 in a checked plan.
    let (Some(group), Some(row_branch)) = (y.checked_div(branches_h), y.checked_rem(branches_h)) else { return };
    for q in 0..branches_w {
        let Some(branch) = branches.get(row_branch * branches_w + q) else { return };
        let width = columns_of(stage.out_width as usize, branches_w, q);
        let Some(taps) = image_taps(b, branch.taps_w as usize, step_w, width) else { return };
        // Rows of padding add nothing.
        let top = group * step_h + branch.row as usize;
        let first = top.max(b.pad_top as usize);
        let end = (top + branch.taps_h as usize).min(b.pad_top as usize + b.height as usize);
        let row_weights = call.planes / 4 * taps.weight_bytes();
        call.taps = taps;
        call.stride = branch.taps_h as usize * row_weights;
        let weights = params.weights.offset as usize + branch.weights as usize + (first - top) * row_weights;
        call.row_count = end.saturating_sub(first);
        let column = b.offset as usize + branch.column as usize * 4;
        let most = taps.shape().2;
        // Where no row is left, there is nothing to read, and the window may lie outside the line buffer.
        let row = first.wrapping_sub(task.base).wrapping_mul(call.row_step).wrapping_add(column);
        let out = layout.row(i) + q * layout.column;
        let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
        let mut x = 0;
        while x < width {
            calls.make::<K>(&Tile {
                weights,
                row: row.wrapping_add(x * step_w * 4),
                out: out + x * call.column,
                outputs: most.min(width - x),
                is_first: false,
            });
            x += most;
        }
    }
}

/// Makes `rows` rows of a signal: a call for each branch and each six of its positions.
fn signal<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params, conv) = (task.stage, ConvDspParams::of(&task.stage.parameters), task.stage.conv());
    let branches = task.branches();
    let (count, pool) = (conv.branches_h as usize, conv.pool_h as usize);
    let b = &stage.input;
    let column = count * layout.pitch;
    let Some(store) = stores_as(params.stored as u32, layout, column) else { return };
    let mut call = Call::new(b, layout, store, params.scales, params.table);
    call.taps = params.signal_taps();
    call.any_distance = params.any_distance == 1;
    call.column = column;
    call.pool = pool;
    call.stride = call.planes / 4 * call.taps.weight_bytes();
    if params.even_outputs > 0 {
        let five = params.even_outputs == 2;
        let behind = if five { 0 } else { call.channels * call.planes * 12 };
        let weights = params.weights.offset as usize + behind;
        call.differences = Some(Differences { weights, five, scratch: stage.scratch.offset as usize });
    }
    let Some(group) = (task.y * pool).checked_div(count) else { return };
    let Some(most) = 6_usize.checked_div(pool) else { return };
    let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
    // With differences the odd branch makes both.
    let first = if call.differences.is_some() { 1 } else { 0 };
    for (p, branch) in branches.iter().enumerate().skip(first) {
        let mut tile = Tile {
            weights: params.weights.offset as usize + branch.weights as usize,
            row: b.offset as usize + (group + branch.row as usize - task.base) * 4,
            out: layout.row(p),
            outputs: 0,
            is_first: false,
        };
        let mut left = columns_of(rows, count, p);
        while left > 0 {
            tile.outputs = most.min(left);
            calls.make::<K>(&tile);
            left -= tile.outputs;
            tile.row += 24;
            tile.out += tile.outputs * call.column;
        }
    }
}
