//! The same values, in their order, cut into rows of another length.

use super::RowTask;

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let (base, y) = (task.base, task.y);
    let Some(memory) = task.memory() else { return };
    let n = stage.input.row_len();
    let mut at = y * memory.out.len();
    let mut out = memory.out;
    while !out.is_empty() {
        let (row, column) = (at / n, at % n);
        let count = (n - column).min(out.len());
        let from = (row - base) * stage.input.pitch as usize + stage.input.left_of_bytes() + column;
        let (now, later) = out.split_at_mut(count);
        now.copy_from_slice(&memory.input[from..from + count]);
        (out, at) = (later, at + count);
    }
}
