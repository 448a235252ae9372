//! The calls that make a tile.

use super::abi::Line;
use super::body;
use crate::kernel_set::KernelSet;
use crate::kernels::task::Task;
use crate::plan::params::block_dense::{
    BlockDenseParams, SCALE_BYTES, group_bytes, is_encoder, store, terms, weight_words,
};
use crate::plan::row_layout::RowLayout;

/// Makes `rows` rows: of an encoder each in a call, of a decoder all of a channel, since they are of one row.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params, conv) = (task.stage, BlockDenseParams::of(&task.stage.parameters), task.stage.conv());
    let (b, channels) = (&stage.input, layout.channels);
    let alike = params.scales.bytes as usize == SCALE_BYTES;
    let each = if alike { 0 } else { SCALE_BYTES };
    let mut line = Line {
        x: b.offset as usize,
        words: weight_words(terms(stage)),
        groups: params.groups.offset as usize,
        outputs: 0,
        out: layout.at,
        out_step: 0,
        scale: params.scales.offset as usize,
        scale_step: 0,
        store: store(params),
        table: params.table.offset as usize,
    };
    if is_encoder(stage) {
        (line.outputs, line.out_step, line.scale_step) = (channels, 1, each);
        let step = conv.step_h as usize;
        line.x += (task.y * step).wrapping_sub(task.base) * b.pitch as usize;
        for _ in 0..rows {
            make::<K>(&line, task);
            line.x += step * b.pitch as usize;
            line.out += layout.pitch;
        }
        return;
    }
    let block = conv.branches_h as usize;
    let Some(row) = task.y.checked_div(block) else { return };
    line.x += row.wrapping_sub(task.base) * b.pitch as usize;
    // A tile lies in one block, so its rows' outputs lie together: those of as many rows as lie in front of it come first.
    let before = task.y - row * block;
    line.groups += before * group_bytes(channels, terms(stage));
    (line.outputs, line.out_step) = (rows, layout.pitch);
    for _ in 0..channels {
        make::<K>(&line, task);
        line.groups += stage.tile as usize * group_bytes(1, terms(stage));
        line.scale += each;
        line.out += 1;
    }
}

/// Makes a line that lies where it should; in a checked plan every one does.
fn make<K: KernelSet>(line: &Line, task: &mut Task<'_>) {
    if line.fits(task.arena, task.data) {
        body::make::<K>(line, task.arena, task.data);
    }
}
