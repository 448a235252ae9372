//! The portable body: output by output.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::Line;
use crate::arith::HighMulRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::depthwise_dsp::{GROUP, Store};

/// The word at byte `at`.
fn word(data: &[u8], at: usize) -> i32 {
    match data.get(at..at + 4) {
        Some(&[a, b, c, d]) => i32::from_ne_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (tap_words, scales) = (line.group + 4 * GROUP, line.group + 4 * GROUP + 12 * line.taps);
    let (mut x, mut out) = (line.x, line.out);
    for _ in 0..line.outputs {
        for channel in 0..GROUP {
            let mut doubled = word(data, line.group + 4 * channel);
            for tap in 0..line.taps {
                let at = tap_words + 12 * tap;
                // Channels 0 and 2 share a word, as do 1 and 3.
                let pair = word(data, at + channel % 2 * 4);
                let weight = if channel < 2 { i32::from(pair as i16) } else { pair >> 16 };
                let value = arena.get(x + word(data, at + 8) as usize + channel).map_or(0, |value| *value as i8);
                doubled = doubled.wrapping_add(weight * i32::from(value));
            }
            let at = scales + 12 * channel;
            let requant = HighMulRequant {
                bias: 0,
                multiplier: word(data, at),
                rounding: word(data, at + 4),
                shift: word(data, at + 8) as u32,
            };
            let value = requant.value(doubled).clamp(-128, 127);
            let entry = (value + 128) as usize;
            let to = out + if channel == 0 { 0 } else { line.apart[channel - 1] };
            let (from, size) = match line.store {
                Store::Bytes => {
                    if let Some(to) = arena.get_mut(to) {
                        *to = value as u8;
                    }
                    continue;
                }
                Store::TableBytes => (line.table + entry, 1),
                Store::TablePairs => (line.table + 2 * entry, 2),
            };
            if let (Some(to), Some(from)) = (arena.get_mut(to..to + size), data.get(from..from + size)) {
                to.copy_from_slice(from);
            }
        }
        (x, out) = (x + line.x_step, out + line.out_step);
    }
}
