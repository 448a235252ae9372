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
    let (Some(biases), Some(weights)) =
        (task.cast::<i32>(params.bias).get(first..), task.cast::<i8>(params.weights).get(first * n..))
    else {
        return;
    };
    if n == 0 || channels == 0 {
        return;
    }
    let mut outputs = biases.iter().zip(weights.chunks_exact(n));
    for i in 0..rows {
        let mut column = layout.row(i);
        for _ in 0..layout.len / channels {
            let mut at = column;
            for c in 0..channels {
                let Some((bias, weights)) = outputs.next() else { return };
                let Some(input) = task.arena.get(from..from + n) else { return };
                let products = input.iter().zip(weights).map(|(x, w)| i32::from(*x as i8) * i32::from(*w));
                let doubled = products.fold(*bias, |sum, product| sum.wrapping_add(2 * product));
                let value = table[(scale.value(doubled).clamp(-128, 127) + 128) as usize & 255];
                if layout.pairs {
                    if let Some(to) = task.arena.get_mut(at..at + 2) {
                        to.copy_from_slice(&value.to_le_bytes());
                    }
                    at = at.wrapping_add(if c % 2 == 0 { 2 } else { layout.plane.wrapping_sub(2) });
                } else {
                    if let Some(to) = task.arena.get_mut(at) {
                        *to = value as u8;
                    }
                    at += 1;
                }
            }
            column += layout.column;
        }
    }
}
