//! What the kernels on doubled activations share: their requantization and what they store.

use crate::lower::node::OutputStage;
use picoae::plan::{HighMulRequant, Stage};

/// What is stored for each output value −128…127: the table and the range applied, doubled and without the zero point
/// where the next line buffer is of channel pairs.
pub(super) fn output_table(finish: &OutputStage, next: Option<&Stage>) -> Vec<i16> {
    (-128..=127)
        .map(|v: i32| {
            let v = v.clamp(finish.range[0], finish.range[1]);
            let v = finish.table.as_ref().map_or(v, |t| i32::from(t[(v + 128) as usize]));
            match next {
                Some(n) if n.input.is_undoubled() => (v - i32::from(n.input.pad_value)) as i16,
                Some(n) if n.input.is_pairs() => (2 * (v - i32::from(n.input.pad_value))) as i16,
                _ => v as i16,
            }
        })
        .collect()
}

/// Whether outputs can be stored without a table: rectified at a zero point of −128, which the next line buffer's pairs share.
pub(super) fn is_plain_relu(finish: &OutputStage, next: Option<&Stage>) -> bool {
    let next_agrees = next.is_some_and(|n| n.input.is_pairs() && n.input.pad_value == -128);
    finish.table.is_none() && finish.zero_point == -128 && finish.range == [-128, 127] && next_agrees
}

/// The requantization of channel `o`; `None` where it cannot express it.
pub(super) fn high_mul(finish: &OutputStage, o: usize, bias: i64, rectified: bool) -> Option<HighMulRequant> {
    let scale = finish.scales[if finish.scales.len() > 1 { o } else { 0 }];
    // A multiplier of 0 gives 0 whatever the shift.
    let shift = if scale.multiplier == 0 { 1 } else { -scale.shift };
    if !(1..=20).contains(&shift) || scale.multiplier < 0 {
        return None;
    }
    let zero_point = if rectified { 0 } else { finish.zero_point };
    Some(HighMulRequant {
        bias: i32::try_from(2 * bias).ok()?,
        multiplier: scale.multiplier,
        rounding: (1 << (shift - 1)) + (zero_point << shift),
        shift: shift as u32,
    })
}
