//! The portable body: output by output.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::{Rows, StoreRows};
use crate::arith::HighMulRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::conv1d_c1_pool2::CHANNEL_BYTES;
use crate::rows::put_packed;

/// The int16 at byte `at`.
fn half(bytes: &[u8], at: usize) -> i32 {
    match bytes.get(at..at + 2) {
        Some(&[low, high]) => i32::from(i16::from_ne_bytes([low, high])),
        _ => 0,
    }
}

/// Makes a tile.
pub(super) fn make<K: KernelSet>(call: &Rows, arena: &mut [u8], data: &[u8]) {
    let mut out = call.out;
    for channel in 0..call.channels {
        let at = call.weights + channel * CHANNEL_BYTES;
        let Some(record) = data.get(at..at + CHANNEL_BYTES) else { return };
        // The pairs hold every tap; these are the places of 0 to 4.
        let taps = [0, 2, 4, 6, 14].map(|at| half(record, at));
        let Ok(scale) = bytemuck::try_pod_read_unaligned::<HighMulRequant>(&record[16..]) else { return };
        for i in 0..call.outputs {
            let value = {
                let sum = |p: usize| {
                    let products = taps.iter().enumerate().map(|(t, w)| w * half(arena, call.x + (p + t) * 2));
                    products.fold(scale.bias, i32::wrapping_add)
                };
                scale.value_if_positive(sum(2 * i).max(sum(2 * i + 1)))
            };
            let factor = match call.store {
                StoreRows::Packed => {
                    put_packed(arena, out + i * 2, value.clamp(-128, 127) as i8);
                    continue;
                }
                StoreRows::Doubled => 2,
                StoreRows::Undoubled => 1,
            };
            let value = factor * value.clamp(0, 255) as i16;
            if let Some(to) = arena.get_mut(out + i * 4..out + i * 4 + 2) {
                to.copy_from_slice(&value.to_ne_bytes());
            }
        }
        out = out.wrapping_add(call.steps[channel % 2]);
    }
}
