//! Max pooling. Padding reads as −128, so it never wins.

use crate::kernels::task::Task;
use crate::plan::params::portable::PoolParams;

pub(super) fn row(task: &mut Task<'_>) {
    let (stage, window) = (task.stage, task.stage.window());
    let range = PoolParams::of(&stage.parameters);
    let first = task.y * window.step_h as usize - task.base;
    let Some(memory) = task.memory() else { return };
    let channels = stage.out_channels as usize;
    let pitch = stage.input.pitch as usize;
    if channels == 0 {
        return;
    }
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        out.fill(i8::MIN);
        for ky in 0..window.kernel_h as usize {
            for kx in 0..window.kernel_w as usize {
                let at = (first + ky) * pitch + (x * window.step_w as usize + kx) * channels;
                let Some(values) = memory.input.get(at..at + channels) else { return };
                for (o, v) in out.iter_mut().zip(values) {
                    *o = (*o).max(*v);
                }
            }
        }
        for o in out {
            *o = (*o).max(range.act_min).min(range.act_max);
        }
    }
}
