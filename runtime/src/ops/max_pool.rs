//! Max pooling. Padding reads as −128, so it never wins.

use super::RowTask;

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let first = task.y * stage.step_h as usize - task.base;
    let Some(memory) = task.memory() else { return };
    let channels = stage.out_channels as usize;
    let pitch = stage.input.pitch as usize;
    let (min, max) = (stage.act_min as i8, stage.act_max as i8);
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        out.fill(i8::MIN);
        for ky in 0..stage.kernel_h as usize {
            for kx in 0..stage.kernel_w as usize {
                let at = (first + ky) * pitch + (x * stage.step_w as usize + kx) * channels;
                for (o, v) in out.iter_mut().zip(&memory.input[at..at + channels]) {
                    *o = (*o).max(*v);
                }
            }
        }
        for o in out {
            *o = (*o).clamp(min, max);
        }
    }
}
