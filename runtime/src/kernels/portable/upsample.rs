//! Nearest-neighbour upsampling: values move, nothing is computed.

use crate::kernels::task::Task;

pub(super) fn row(task: &mut Task<'_>) {
    let (stage, factor) = (task.stage, task.stage.upsample());
    let (factor_h, factor_w) = (factor.factor_h as usize, factor.factor_w as usize);
    let channels = stage.out_channels as usize;
    if factor_h == 0 || factor_w == 0 || channels == 0 {
        return;
    }
    let row = task.y / factor_h - task.base;
    let Some(memory) = task.memory() else { return };
    let start = row * stage.input.pitch as usize + stage.input.left_of_bytes();
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        let at = start + x / factor_w * channels;
        for (out, value) in out.iter_mut().zip(memory.input.get(at..at + channels).unwrap_or_default()) {
            *out = *value;
        }
    }
}
