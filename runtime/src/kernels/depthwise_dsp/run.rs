//! The calls that make a tile.

use super::abi::Line;
use super::body;
use crate::kernel_set::KernelSet;
use crate::kernels::task::Task;
use crate::plan::params::depthwise_dsp::{DepthwiseDspParams, group_bytes, group_count, group_start, store};
use crate::plan::row_layout::RowLayout;

/// Makes `rows` rows: in each group of channels a call for each, or for all of them where they are one column wide.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params, conv) = (task.stage, DepthwiseDspParams::of(&task.stage.parameters), task.stage.conv());
    let [branch] = task.branches() else { return };
    let Some(store) = store(params, layout) else { return };
    let (b, channels) = (&stage.input, layout.channels);
    let down = conv.step_h as usize * b.pitch as usize;
    let top = (task.y * conv.step_h as usize + branch.row as usize).wrapping_sub(task.base);
    let x = b.offset as usize + top * b.pitch as usize + branch.column as usize * channels;
    let taps = branch.taps_h as usize * branch.taps_w as usize;
    let signal = stage.out_width == 1;
    let mut line = Line {
        x: 0,
        x_step: if signal { down } else { conv.step_w as usize * channels },
        outputs: if signal { rows } else { stage.out_width as usize },
        out: 0,
        out_step: if signal { layout.pitch } else { layout.column },
        apart: [0; 3],
        group: params.groups.offset as usize,
        taps,
        store,
        table: params.table.offset as usize,
    };
    for group in 0..group_count(channels) {
        let first = group_start(channels, group);
        let out = offset(layout, first);
        line.apart = [1, 2, 3].map(|channel| offset(layout, first + channel) - out);
        (line.x, line.out) = (x + first, layout.at + out);
        for _ in 0..if signal { 1 } else { rows } {
            body::make::<K>(&line, task.arena, task.data);
            line.x += down;
            line.out += layout.pitch;
        }
        line.group += group_bytes(taps);
    }
}

/// Bytes from a column's first value to that of `channel`.
fn offset(layout: &RowLayout, channel: usize) -> usize {
    if layout.pairs { channel / 2 * layout.plane + channel % 2 * 2 } else { channel }
}
