//! A function of one int8 value, as a table: LeakyReLU, sigmoid, requantization.

use super::{RowTask, table_of};

pub(super) fn row(task: &mut RowTask<'_>) {
    let stage = task.stage;
    let row = task.y - task.base;
    let Some(table) = table_of(stage, task.data) else { return };
    let Some(memory) = task.memory() else { return };
    let at = row * stage.input.pitch as usize + stage.input.left_of_bytes();
    let input = &memory.input[at..at + stage.input.row_len()];
    for (out, v) in memory.out.iter_mut().zip(input) {
        *out = table[*v as u8 as usize];
    }
}
