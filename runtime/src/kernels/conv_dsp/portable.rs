//! The portable body: output by output.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::{Call, Store, TapShape, Tile};
use super::kronecker_sums;
use crate::arith::HighMulRequant;
use crate::kernel_set::KernelSet;
use crate::plan::Span;
use crate::plan::span::cast_span;
use crate::rows::put_packed;

/// Two int16 side by side.
fn word(bytes: &[u8], at: usize) -> [i32; 2] {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => [i16::from_ne_bytes([a, b]), i16::from_ne_bytes([c, d])].map(i32::from),
        _ => [0; 2],
    }
}

fn byte(bytes: &[u8], at: usize) -> i32 {
    bytes.get(at).map_or(0, |byte| i32::from(*byte as i8))
}

fn half(bytes: &[u8], at: usize) -> i32 {
    match bytes.get(at..at + 2) {
        Some(&[a, b]) => i32::from(i16::from_ne_bytes([a, b])),
        _ => 0,
    }
}

/// Both weights of tap `t` of channel pair `j` in the weights of a kernel row that start at `at`.
fn weight(shape: TapShape, data: &[u8], at: usize, j: usize, t: usize) -> [i32; 2] {
    let (taps, _, _, wide) = shape.shape();
    if wide {
        return word(data, at + (j * taps + t) * 4);
    }
    if shape == TapShape::Taps5By6 {
        let five = five(data, at, j);
        return core::array::from_fn(|half| match t {
            0 => five[0][half],
            _ => five[2 * t - 1][half] + five[2 * t][half],
        });
    }
    let (word, second) = match (taps, t, j % 2) {
        (1, _, odd) => (j / 2, odd),
        (2, t, _) => (j, t),
        (_, 2, odd) => (j / 2 * 3 + 1, odd),
        (_, t, odd) => (j / 2 * 3 + 2 * odd, t),
    };
    let at = at + word * 4 + second;
    [byte(data, at), byte(data, at + 2)]
}

/// The accumulator of output `i`.
fn accumulate(call: &Call, row: usize, arena: &[u8], data: &[u8], weights: usize, bias: i32, i: usize) -> i32 {
    let (taps, step, _, _) = call.taps.shape();
    let row_weights = call.planes / 4 * call.taps.weight_bytes();
    let mut sum = bias;
    for k in 0..call.row_count {
        let row = row + k * call.row_step;
        for j in 0..call.planes {
            for t in 0..taps {
                if call.taps == TapShape::Taps3By7Edges && (i + t == 0 || i + t == 8) {
                    continue;
                }
                let column = i * step + t - usize::from(call.taps == TapShape::Taps3By7Edges);
                let x = word(arena, row + j * call.plane + column * 4);
                let w = weight(call.taps, data, weights + k * row_weights, j, t);
                sum = sum.wrapping_add(x[0] * w[0]).wrapping_add(x[1] * w[1]);
            }
        }
    }
    sum
}

/// The five int8 weights, of both channels, of channel pair `j` in the weights of a channel that start at `at`.
fn five(data: &[u8], at: usize, j: usize) -> [[i32; 2]; 5] {
    let at = at + j / 2 * 20;
    let (first, last) = if j.is_multiple_of(2) { ([0, 4], 8) } else { ([12, 16], 9) };
    core::array::from_fn(|t| {
        let start = if t == 4 { last } else { first[t / 2] + t % 2 };
        [byte(data, at + start), byte(data, at + start + 2)]
    })
}

/// What is to be added to odd output `i` for the even one in front of it.
fn more(call: &Call, row: usize, arena: &[u8], data: &[u8], weights: usize, i: usize) -> i32 {
    let mut sum = 0_i32;
    for j in 0..call.planes {
        let x = |k: usize| word(arena, row + j * call.plane + (i + k) * 4);
        let [a, b, c] = [x(0), x(1), x(2)];
        let (first, second) = if call.differences.is_some_and(|d| d.five) {
            let five = five(data, weights, j);
            (five[1], five[3])
        } else {
            (word(data, weights + j * 8), word(data, weights + j * 8 + 4))
        };
        for half in 0..2 {
            let products = first[half] * (a[half] - b[half]) + second[half] * (b[half] - c[half]);
            sum = sum.wrapping_add(products);
        }
    }
    sum
}

/// Makes tiles of one call.
pub(crate) struct Calls<'a> {
    call: &'a Call,
    arena: &'a mut [u8],
    data: &'a [u8],
}

impl<'a> Calls<'a> {
    /// Always there: the processor's own may lack a routine.
    pub(crate) fn new<K: KernelSet>(call: &'a Call, arena: &'a mut [u8], data: &'a [u8]) -> Option<Self> {
        Some(Self { call, arena, data })
    }

    /// Makes one.
    pub(crate) fn make<K: KernelSet>(&mut self, tile: &Tile) {
        make(self.call, tile, self.arena, self.data);
    }
}

/// The portable body: output by output.
fn make(call: &Call, tile: &Tile, arena: &mut [u8], data: &[u8]) {
    let row_weights = if call.differences.is_some_and(|d| d.five) { call.stride } else { call.planes * 8 };
    let scales = cast_span::<HighMulRequant>(
        data,
        Span { offset: call.scales as u32, bytes: (call.channels * size_of::<HighMulRequant>()) as u32 },
    );
    let mut out = tile.out;
    for (channel, scale) in scales.iter().enumerate() {
        let weights = tile.weights + channel * call.stride;
        let kronecker = call.taps == TapShape::Kronecker;
        let six = if kronecker {
            kronecker_sums::six(call, tile, arena, data, channel)
                .map(|sum| sum.wrapping_mul(2).wrapping_add(scale.bias))
        } else {
            [0; 6]
        };
        for i in 0..tile.outputs {
            let doubled = (i * call.pool..(i + 1) * call.pool)
                .map(|i| match six.get(i).filter(|_| kronecker) {
                    Some(sum) => *sum,
                    None => accumulate(call, tile.row, arena, data, weights, scale.bias, i),
                })
                .fold(i32::MIN, i32::max);
            let even =
                call.differences.map(|d| more(call, tile.row, arena, data, d.weights + channel * row_weights, i));
            let at = out + i * call.column;
            store(call, scale, data, arena, at, doubled);
            if let Some(even) = even {
                store(call, scale, data, arena, at - 4, doubled.wrapping_add(even));
            }
        }
        out = out.wrapping_add(call.steps[channel % 2]);
    }
}

/// Requantizes twice an accumulator and stores it at `at`.
fn store(call: &Call, scale: &HighMulRequant, data: &[u8], arena: &mut [u8], at: usize, doubled: i32) {
    let entry = (scale.value(doubled).clamp(-128, 127) + 128) as usize;
    let rectified = scale.value_if_positive(doubled);
    let value = match call.store {
        Store::Relu4 | Store::Relu8 => 2 * rectified.clamp(0, 255),
        Store::ReluUndoubled4 | Store::ReluUndoubled8 => rectified.clamp(0, 255),
        Store::PackedRelu => rectified.clamp(-128, 127),
        Store::TableBytes | Store::PackedTable => byte(data, call.table + entry),
        Store::Table4 | Store::Table8 => half(data, call.table + entry * 2),
    };
    match call.store {
        Store::TableBytes => {
            if let Some(to) = arena.get_mut(at) {
                *to = value as u8;
            }
        }
        Store::PackedRelu | Store::PackedTable => put_packed(arena, at, value as i8),
        _ => {
            if let Some(to) = arena.get_mut(at..at + 2) {
                to.copy_from_slice(&(value as i16).to_ne_bytes());
            }
        }
    }
}
