//! A dense layer from a short vector to a map, made row by row when the next stage asks for it.

use super::dot::dot;
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::Task;
use crate::plan::params::portable::DenseParams;

pub(super) fn row(task: &mut Task<'_>) {
    let (stage, params) = (task.stage, DenseParams::of(&task.stage.parameters));
    let weights: &[i8] = task.cast(params.weights);
    let biases: &[i32] = task.cast(params.bias);
    let output = OutputStage::new(&params.output, task.data);
    let y = task.y;
    let Some(memory) = task.memory() else { return };
    let n = stage.input.channels as usize;
    let first = y * memory.out.len();
    let left = stage.input.left_of_bytes();
    let (Some(input), Some(biases), Some(weights)) =
        (memory.input.get(left..left + n), biases.get(first..), weights.get(first * n..))
    else {
        return;
    };
    if n == 0 {
        return;
    }
    for (i, ((out, bias), weights)) in memory.out.iter_mut().zip(biases).zip(weights.chunks_exact(n)).enumerate() {
        *out = output.value(bias.wrapping_add(dot(input, weights)), first + i);
    }
}
