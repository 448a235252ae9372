//! A fully connected layer from a short vector to a map, made row by row when the next stage asks for it.

use super::{Finish, RowTask, dot};

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let weights: &[i8] = task.typed(stage.weights);
    let biases: &[i32] = task.typed(stage.bias);
    let finish = Finish::new(stage, task.data);
    let y = task.y;
    let Some(memory) = task.memory() else { return };
    let n = stage.input.channels as usize;
    let first = y * memory.out.len();
    let input = &memory.input[stage.input.left_of_bytes()..][..n];
    for (i, out) in memory.out.iter_mut().enumerate() {
        let o = first + i;
        let acc = biases[o].wrapping_add(dot(input, &weights[o * n..(o + 1) * n]));
        *out = finish.value(acc, o);
    }
}
