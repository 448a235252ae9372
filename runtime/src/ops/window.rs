//! Trim and zero padding: a window on the map, with zero points around it.

use super::RowTask;

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let (base, y) = (task.base, task.y);
    let Some(memory) = task.memory() else { return };
    memory.out.fill(stage.zero_point as i8);
    let Some(inside) = y.checked_sub(stage.border_top as usize) else { return };
    let row = inside + stage.crop_top as usize;
    if row >= stage.input.height as usize {
        return;
    }
    let channels = stage.out_channels as usize;
    let columns = (stage.input.width - stage.crop_left) as usize;
    let columns = columns.min(stage.out_width.saturating_sub(stage.border_left) as usize);
    if columns == 0 {
        return;
    }
    let at =
        (row - base) * stage.input.pitch as usize + stage.input.left_of_bytes() + stage.crop_left as usize * channels;
    let to = stage.border_left as usize * channels;
    memory.out[to..to + columns * channels].copy_from_slice(&memory.input[at..at + columns * channels]);
}
