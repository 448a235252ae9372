//! Requantization as a staircase: where the stored value of an accumulator steps up.

use crate::lower::node::{ConvNode, OutputStage};
use picoae::plan::Scale;
use picoae::requantize;

/// Least and largest accumulator of channel `o`.
pub(super) fn reach(c: &ConvNode, o: usize) -> [i64; 2] {
    c.taps.iter().fold([0, 0], |[least, largest], t| {
        let each = t.weights.len() / t.bias.len();
        let start = [i64::from(t.bias[o]); 2];
        let [low, high] = t.weights[o * each..(o + 1) * each].iter().fold(start, |[low, high], w| {
            let (a, b) = (-128 * i64::from(*w), 127 * i64::from(*w));
            [low + a.min(b), high + a.max(b)]
        });
        [least.min(low), largest.max(high)]
    })
}

/// Accumulators and the least values that they must give, and accumulators and values that they must stay below.
pub(super) type Steps = [Vec<(i64, i64)>; 2];

/// Where in `reach` the requantized value + 128 steps up to 1, 2, … 255: the accumulators on both sides.
pub(super) fn steps(scale: Scale, zero_point: i32, reach: [i64; 2], table: &[i8]) -> Steps {
    let value = |acc: i64| i64::from(requantize(acc as i32, scale)) + i64::from(zero_point) + 128;
    let (mut from, mut up_to) = (Vec::new(), Vec::new());
    for wanted in (1..=255).filter(|v| table[*v as usize] != table[*v as usize - 1]) {
        // The step lies behind `below` and up to `first`.
        let [mut below, mut first] = [reach[0] - 1, reach[1] + 1];
        while first - below > 1 {
            let middle = (first + below) >> 1;
            if value(middle) >= wanted { first = middle } else { below = middle }
        }
        if first <= reach[1] {
            from.push((first, wanted));
        }
        if below >= reach[0] {
            up_to.push((below, wanted));
        }
    }
    [from, up_to]
}

/// What is stored for each requantized value + 128: the range and the table applied.
pub(super) fn output_table(finish: &OutputStage) -> Vec<i8> {
    (-128..=127)
        .map(|v: i32| {
            let v = v.clamp(finish.range[0], finish.range[1]);
            finish.table.as_ref().map_or(v as i8, |t| t[(v + 128) as usize])
        })
        .collect()
}
