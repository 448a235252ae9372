//! A function of one int8 value, as a table: LeakyReLU, sigmoid, requantization.

use crate::kernels::task::Task;
use crate::plan::params::portable::LutParams;

pub(super) fn row(task: &mut Task<'_>) {
    let stage = task.stage;
    let row = task.y - task.base;
    let table = task.cast::<i8>(LutParams::of(&stage.parameters).table);
    let Ok(table) = <&[i8; 256]>::try_from(table) else { return };
    let Some(memory) = task.memory() else { return };
    let at = row * stage.input.pitch as usize + stage.input.left_of_bytes();
    let input = memory.input.get(at..at + stage.input.row_len()).unwrap_or_default();
    for (out, v) in memory.out.iter_mut().zip(input) {
        *out = table[*v as u8 as usize];
    }
}
