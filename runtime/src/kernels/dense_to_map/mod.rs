//! `dense_to_map`: a dense layer from a short vector to a map, with one requantization for all its outputs.
//!
//! Exact where |accumulator| < 2³⁰ (checked when the plan is made) and the scale is a right shift by 1 to 20.

use crate::arith::HighMulRequant;
use crate::kernels::task::Task;
use crate::plan::params::dense_to_map::DenseToMapParams;
use crate::plan::row_layout::RowLayout;

/// Makes `rows` rows.
pub(crate) fn run(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params) = (task.stage, DenseToMapParams::of(&task.stage.parameters));
    let table: &[i16] = task.cast(params.table);
    let (Ok(table), [scale]) = (<&[i16; 256]>::try_from(table), task.cast::<HighMulRequant>(params.scale)) else {
        return;
    };
    let (n, channels) = (stage.input.channels as usize, layout.channels);
    let from = stage.input.offset as usize + stage.input.left();
    let first = task.y * layout.len;
    let (Some(mut biases), Some(mut weights)) =
        (task.cast::<i32>(params.bias).get(first..), task.cast::<i8>(params.weights).get(first * n..))
    else {
        return;
    };
    if n == 0 || channels == 0 {
        return;
    }
    // The input's line buffer lies in front of the rows or behind them.
    let at = layout.at;
    let split = if from < at { at } else { from };
    let Some((front, behind)) = task.arena.split_at_mut_checked(split) else { return };
    let (input, to, start) =
        if from < at { (front.get(from..from + n), behind, at) } else { (behind.get(..n), front, 0) };
    let Some(input) = input else { return };
    let columns = layout.len / channels;
    for i in 0..rows {
        let mut column = layout.row(i) - start;
        for _ in 0..columns {
            let (Some((own_biases, later)), Some((own_weights, behind))) =
                (biases.split_at_checked(channels), weights.split_at_checked(channels * n))
            else {
                return;
            };
            (biases, weights) = (later, behind);
            let mut at = column;
            for (c, (bias, own)) in own_biases.iter().zip(own_weights.chunks_exact(n)).enumerate() {
                let products = input.iter().zip(own).map(|(x, w)| i32::from(*x as i8) * i32::from(*w));
                let doubled = products.fold(*bias, |sum, product| sum.wrapping_add(2 * product));
                let value = table[(scale.value(doubled).clamp(-128, 127) + 128) as usize & 255];
                if layout.pairs {
                    if let Some(to) = to.get_mut(at..at + 2) {
                        to.copy_from_slice(&value.to_ne_bytes());
                    }
                    at = at.wrapping_add(if c % 2 == 0 { 2 } else { layout.plane.wrapping_sub(2) });
                } else {
                    if let Some(to) = to.get_mut(at) {
                        *to = value as u8;
                    }
                    at += 1;
                }
            }
            column += layout.column;
        }
    }
}
