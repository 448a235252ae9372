//! The portable body: output by output.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::Line;
use crate::arith::HighMulRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::block_dense::{GROUP, Store};

/// The words from byte `from` on, `count` of them.
fn words(data: &[u8], from: usize, count: usize) -> &[i32] {
    data.get(from..from + 4 * count).and_then(|bytes| bytemuck::try_cast_slice(bytes).ok()).unwrap_or(&[])
}

/// 256 · Σ w · x + 127 · Σ w₀: the words of weights are `apart` words apart.
#[inline(never)]
fn sum(mut acc: i32, x: &[[u8; 4]], weights: &[i32], apart: usize) -> i32 {
    let mut at = 0;
    for [x0, x1, x2, x3] in x {
        let Some(word) = weights.get(at).copied() else { break };
        let [x0, x1, x2, x3] = [*x0, *x1, *x2, *x3].map(|x| i32::from(x as i8));
        let (low, high) = (i32::from(word as i16), word >> 16);
        acc = acc.wrapping_add(low * x1).wrapping_add(i32::from(low as i8) * (256 * x0 + 127 - x1));
        acc = acc.wrapping_add(high * x3).wrapping_add(i32::from(high as i8) * (256 * x2 + 127 - x3));
        at += apart;
    }
    acc
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (mut groups, mut left) = (line.groups, line.outputs);
    let (mut out, mut scale) = (line.out, line.scale);
    while left > 0 {
        let count = left.min(GROUP);
        let group = words(data, groups, count * (1 + line.words));
        let (biases, weights) = group.split_at_checked(count).unwrap_or_default();
        for (i, bias) in biases.iter().enumerate() {
            let Some(x) = arena.get(line.x..line.x + 4 * line.words) else { return };
            let acc = sum(*bias, x.as_chunks().0, weights.get(i..).unwrap_or_default(), count);
            let &[multiplier, rounding, shift] = words(data, scale, 3) else { return };
            let requant = HighMulRequant { bias: 0, multiplier, rounding, shift: shift as u32 };
            // The accumulator comes times 256, and its requantization takes it doubled.
            let value = requant.value(acc >> 7).clamp(-128, 127);
            let byte = match line.store {
                Store::Bytes => value as u8,
                Store::TableBytes => data.get(line.table + (value + 128) as usize).copied().unwrap_or(0),
            };
            if let Some(to) = arena.get_mut(out) {
                *to = byte;
            }
            (out, scale) = (out + line.out_step, scale + line.scale_step);
        }
        groups += 4 * group.len();
        left -= count;
    }
}
