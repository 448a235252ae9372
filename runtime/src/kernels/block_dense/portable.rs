//! The portable body: the outputs of a group share the values that are made of the input's bytes.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::Line;
use crate::arith::HighMulRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::block_dense::{GROUP, Store};

/// The words from byte `from` on, `count` of them.
fn words(data: &[u8], from: usize, count: usize) -> &[i32] {
    data.get(from..from + 4 * count).and_then(|bytes| bytemuck::try_cast_slice(bytes).ok()).unwrap_or(&[])
}

/// 256 · accumulator of `N` outputs, from their biases on.
#[inline(never)]
fn sums<const N: usize>(x: &[[u8; 4]], group: &[i32]) -> [i32; GROUP] {
    let mut all = [0; GROUP];
    let Some((biases, weights)) = group.split_first_chunk::<N>() else { return all };
    let mut sums = *biases;
    for (x, weights) in x.iter().zip(weights.as_chunks::<N>().0) {
        let [x0, x1, x2, x3] = x.map(|x| i32::from(x as i8));
        let (even, other_even) = ((x0 << 8) + 127 - x1, (x2 << 8) + 127 - x3);
        for (sum, word) in sums.iter_mut().zip(weights) {
            let (low, high) = (i32::from(*word as i16), word >> 16);
            *sum = sum.wrapping_add(low * x1).wrapping_add(i32::from(low as i8) * even);
            *sum = sum.wrapping_add(high * x3).wrapping_add(i32::from(high as i8) * other_even);
        }
    }
    all.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum);
    all
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (mut groups, mut left) = (line.groups, line.outputs);
    let (mut out, mut scale) = (line.out, line.scale);
    while left > 0 {
        let count = left.min(GROUP);
        let group = words(data, groups, count * (1 + line.words));
        let x = arena.get(line.x..line.x + 4 * line.words).unwrap_or_default().as_chunks().0;
        let sums = match count {
            1 => sums::<1>(x, group),
            2 => sums::<2>(x, group),
            3 => sums::<3>(x, group),
            _ => sums::<GROUP>(x, group),
        };
        for sum in sums.iter().take(count) {
            let &[multiplier, rounding, shift] = words(data, scale, 3) else { return };
            let requant = HighMulRequant { bias: 0, multiplier, rounding, shift: shift as u32 & 31 };
            // The accumulator comes times 256, and its requantization takes it doubled.
            let value = requant.value(sum >> 7).clamp(-128, 127);
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
