//! A fully connected layer from a short vector to a map, with one requantization for all its outputs.
//!
//! In the stage's record, `weights` and `bias` are the portable ones (biases doubled), `scales` is one [`Doubled`] record
//! and `table` 256 int16 as in [`super::slide`].

use crate::ops::RowTask;
use crate::place::Place;
use crate::plan::{Doubled, Op, Stage, count, ensure, pass};

/// Makes `rows` rows.
pub(crate) fn run(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let table: &[i16] = task.typed(stage.table);
    let (Ok(table), [scale]) = (<&[i16; 256]>::try_from(table), task.typed::<Doubled>(stage.scales)) else { return };
    let n = stage.input.channels as usize;
    let from = stage.input.offset as usize + stage.input.left();
    for i in 0..rows {
        let first = (task.y + i) * place.len;
        let biases = &task.typed::<i32>(stage.bias)[first..first + place.len];
        let weights = &task.typed::<i8>(stage.weights)[first * n..(first + place.len) * n];
        let channels = place.channels;
        for (x, (biases, weights)) in biases.chunks_exact(channels).zip(weights.chunks_exact(channels * n)).enumerate()
        {
            let mut at = place.row(i) + x * place.column;
            for (c, (bias, weights)) in biases.iter().zip(weights.chunks_exact(n)).enumerate() {
                let input = &task.arena[from..from + n];
                let sum = input.iter().zip(weights).map(|(x, w)| i32::from(*x as i8) * i32::from(*w));
                let doubled = sum.fold(*bias, |sum, product| sum.wrapping_add(2 * product));
                let value = table[(scale.value(doubled).clamp(-128, 127) + 128) as usize];
                if place.pairs {
                    task.arena[at..at + 2].copy_from_slice(&value.to_le_bytes());
                    at = at.wrapping_add(if c % 2 == 0 { 2 } else { place.plane.wrapping_sub(2) });
                } else {
                    task.arena[at] = value as u8;
                    at += 1;
                }
            }
        }
    }
}

/// Checks a stage of this form.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let map = &stage.input;
    let vector = map.height == 1 && map.width == 1 && map.is_bytes();
    ensure!(stage.op == Op::Expand.code() && vector, "an expanding layer takes one row of one column");
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0");
    let outputs = stage.out_height as usize * stage.out_width as usize * stage.out_channels as usize;
    ensure!(count(data, stage.bias, 4, 4) == outputs, "the number of biases is wrong");
    ensure!(count(data, stage.weights, 1, 1) == outputs * map.channels as usize, "the number of weights is wrong");
    pass!(super::doubled_fit(stage, data, 1));
    ensure!(count(data, stage.table, 2, 2) == 256, "the table has not 256 entries");
    Ok(())
}
