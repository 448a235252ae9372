//! Nearest-neighbour upsampling: values move, nothing is computed.

use super::RowTask;

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let row = task.y / stage.step_h as usize - task.base;
    let Some(memory) = task.memory() else { return };
    let channels = stage.out_channels as usize;
    let start = row * stage.input.pitch as usize + stage.input.left_of_bytes();
    for (x, out) in memory.out.chunks_exact_mut(channels).enumerate() {
        let at = start + x / stage.step_w as usize * channels;
        out.copy_from_slice(&memory.input[at..at + channels]);
    }
}
