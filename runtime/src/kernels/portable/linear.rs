//! A dense layer that takes its input row by row: what it sums up waits in its working memory.

use super::dot::dot;
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::Task;
use crate::plan::params::portable::DenseParams;

/// Adds the products of input row `task.y`; row 0 starts from the biases.
pub(crate) fn accumulate(task: &mut Task<'_>) {
    let (stage, params) = (task.stage, DenseParams::of(&task.stage.parameters));
    let weights: &[i8] = task.cast(params.weights);
    let biases: &[i32] = task.cast(params.bias);
    let (base, y) = (task.base, task.y);
    let Some((input, sums)) = task.sums() else { return };
    if y == 0 {
        sums.iter_mut().zip(biases).for_each(|(sum, bias)| *sum = *bias);
    }
    let n = stage.input.row_len();
    let at = (y - base) * stage.input.pitch as usize + stage.input.left_of_bytes();
    let (Some(input), Some(weights)) = (input.get(at..at + n), weights.get(y * n * sums.len()..)) else { return };
    if n == 0 {
        return;
    }
    for (sum, w) in sums.iter_mut().zip(weights.chunks_exact(n)) {
        *sum = sum.wrapping_add(dot(input, w));
    }
}

/// Writes the outputs once every row was taken.
pub(crate) fn finish(task: &mut Task<'_>) {
    let output = OutputStage::new(&DenseParams::of(&task.stage.parameters).output, task.data);
    let Some(memory) = task.memory() else { return };
    let Ok(sums) = bytemuck::try_cast_slice::<_, i32>(memory.scratch) else { return };
    for (o, (out, sum)) in memory.out.iter_mut().zip(sums).enumerate() {
        *out = output.value(*sum, o);
    }
}
