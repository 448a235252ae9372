//! A fully connected layer that takes its input row by row: what it sums up waits in its working memory.
//!
//! Weights lie `[row of the input][out][values of a row]`, so that each row finds its own in one piece.

use super::{Finish, RowTask, dot};

/// Adds the products of input row `task.y`; row 0 starts from the biases.
pub(crate) fn accumulate(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let weights: &[i8] = task.typed(stage.weights);
    let biases: &[i32] = task.typed(stage.bias);
    let (base, y) = (task.base, task.y);
    let Some((strip, sums)) = task.sums() else { return };
    if y == 0 {
        sums.copy_from_slice(biases);
    }
    let n = stage.input.row_len();
    let at = (y - base) * stage.input.pitch as usize + stage.input.left_of_bytes();
    let input = &strip[at..at + n];
    let weights = &weights[y * n * sums.len()..][..n * sums.len()];
    for (sum, w) in sums.iter_mut().zip(weights.chunks_exact(n)) {
        *sum = sum.wrapping_add(dot(input, w));
    }
}

/// Writes the outputs once every row was taken.
pub(crate) fn finish(task: &mut RowTask<'_>) {
    let finish = Finish::new(task.stage, task.data);
    let Some(memory) = task.memory() else { return };
    let sums: &[i32] = bytemuck::cast_slice(memory.scratch);
    for (o, (out, sum)) in memory.out.iter_mut().zip(sums).enumerate() {
        *out = finish.value(*sum, o);
    }
}
