//! Average pooling without padding: the sum, divided with rounding to nearest, ties away from zero.
//!
//! Source: TensorFlow Lite's reference kernel `AveragePool` for int8.

use crate::kernels::task::Task;
use crate::plan::params::portable::PoolParams;

pub(super) fn row(task: &mut Task<'_>) {
    let (stage, window) = (task.stage, task.stage.window());
    let range = PoolParams::of(&stage.parameters);
    let first = task.y * window.step_h as usize - task.base;
    let Some(memory) = task.memory() else { return };
    let channels = stage.out_channels as usize;
    let pitch = stage.input.pitch as usize;
    let count = i32::from(window.kernel_h) * i32::from(window.kernel_w);
    for (i, out) in memory.out.iter_mut().enumerate() {
        let x = i.checked_div(channels).unwrap_or(0);
        let c = i - x * channels;
        let mut sum = 0_i32;
        for ky in 0..window.kernel_h as usize {
            for kx in 0..window.kernel_w as usize {
                let at = (first + ky) * pitch + (x * window.step_w as usize + kx) * channels + c;
                sum += memory.input.get(at).map_or(0, |value| i32::from(*value));
            }
        }
        let half = if sum > 0 { count / 2 } else { -(count / 2) };
        let mean = (sum + half).checked_div(count).unwrap_or(0);
        *out = mean.max(i32::from(range.act_min)).min(i32::from(range.act_max)) as i8;
    }
}
