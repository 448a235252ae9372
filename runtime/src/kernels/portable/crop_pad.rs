//! Trim and zero padding: a window on the map, with zero points around it.

use crate::kernels::task::Task;
use crate::plan::params::portable::CropPadParams;

pub(super) fn row(task: &mut Task<'_>) {
    let (stage, geometry) = (task.stage, task.stage.crop_pad());
    let (base, y) = (task.base, task.y);
    let zero_point = CropPadParams::of(&stage.parameters).zero_point as i8;
    let Some(memory) = task.memory() else { return };
    memory.out.fill(zero_point);
    let Some(inside) = y.checked_sub(geometry.border_top as usize) else { return };
    let row = inside + geometry.crop_top as usize;
    if row >= stage.input.height as usize {
        return;
    }
    let channels = stage.out_channels as usize;
    let columns = stage.input.width.saturating_sub(geometry.crop_left) as usize;
    let columns = columns.min(stage.out_width.saturating_sub(geometry.border_left) as usize);
    let at = (row - base) * stage.input.pitch as usize
        + stage.input.left_of_bytes()
        + geometry.crop_left as usize * channels;
    let to = geometry.border_left as usize * channels;
    let values = memory.input.get(at..at + columns * channels).unwrap_or_default();
    for (out, value) in memory.out.iter_mut().skip(to).zip(values) {
        *out = *value;
    }
}
