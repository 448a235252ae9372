//! Average pooling without padding: the sum, divided with rounding to nearest, ties away from zero.
//!
//! Source: TensorFlow Lite's reference kernel `AveragePool` for int8.

use super::RowTask;

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let first = task.y * stage.step_h as usize - task.base;
    let Some(memory) = task.memory() else { return };
    let channels = stage.out_channels as usize;
    let pitch = stage.input.pitch as usize;
    let count = i32::from(stage.kernel_h) * i32::from(stage.kernel_w);
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        for (c, out) in out.iter_mut().enumerate() {
            let mut sum = 0_i32;
            for ky in 0..stage.kernel_h as usize {
                for kx in 0..stage.kernel_w as usize {
                    let at = (first + ky) * pitch + (x * stage.step_w as usize + kx) * channels + c;
                    sum += i32::from(memory.input[at]);
                }
            }
            let half = if sum > 0 { count / 2 } else { -(count / 2) };
            let mean = (sum + half).checked_div(count).unwrap_or(0);
            *out = mean.clamp(i32::from(stage.act_min), i32::from(stage.act_max)) as i8;
        }
    }
}
