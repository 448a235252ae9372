//! The same values, in their order, cut into rows of another length.

use crate::kernels::task::Task;

pub(super) fn row(task: &mut Task<'_>) {
    let stage = task.stage;
    let (base, y) = (task.base, task.y);
    let n = stage.input.row_len();
    let Some(memory) = task.memory() else { return };
    if n == 0 {
        return;
    }
    let first = y * memory.out.len();
    let (mut row, mut column) = (first / n, first % n);
    for out in memory.out {
        let from = (row - base) * stage.input.pitch as usize + stage.input.left_of_bytes() + column;
        *out = memory.input.get(from).copied().unwrap_or(0);
        column += 1;
        if column == n {
            (row, column) = (row + 1, 0);
        }
    }
}
