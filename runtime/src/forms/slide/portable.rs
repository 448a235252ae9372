//! The portable body: output by output.

use super::{Call, Kernel, Store, Tile};
use crate::forms::kronecker;
use crate::place::put_field;
use crate::plan::Doubled;

fn word(bytes: &[u8], at: usize) -> [i32; 2] {
    let half = |i: usize| i32::from(i16::from_le_bytes([bytes[at + i], bytes[at + i + 1]]));
    [half(0), half(2)]
}

/// Both weights of tap `t` of channel pair `j` in the weights of a kernel row that start at `at`.
fn weight(kernel: Kernel, data: &[u8], at: usize, j: usize, t: usize) -> [i32; 2] {
    let (taps, _, _, wide) = kernel.shape();
    if wide {
        return word(data, at + (j * taps + t) * 4);
    }
    if kernel == Kernel::Taps5By6 {
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
    let byte = |i: usize| i32::from(data[at + word * 4 + second + i] as i8);
    [byte(0), byte(2)]
}

/// The accumulator of output `i`.
fn accumulate(call: &Call, row: usize, arena: &[u8], data: &[u8], weights: usize, bias: i32, i: usize) -> i32 {
    let (taps, step, _, _) = call.kernel.shape();
    let row_weights = call.planes / 4 * call.kernel.weight_bytes();
    let mut sum = bias;
    for k in 0..call.row_count {
        let row = row + k * call.row_step;
        for j in 0..call.planes {
            for t in 0..taps {
                if call.kernel == Kernel::Taps3By7Edges && (i + t == 0 || i + t == 8) {
                    continue;
                }
                let column = i * step + t - usize::from(call.kernel == Kernel::Taps3By7Edges);
                let x = word(arena, row + j * call.plane + column * 4);
                let w = weight(call.kernel, data, weights + k * row_weights, j, t);
                sum = sum.wrapping_add(x[0] * w[0]).wrapping_add(x[1] * w[1]);
            }
        }
    }
    sum
}

/// The five int8 weights, of both channels, of channel pair `j` in the weights of a channel that start at `at`.
fn five(data: &[u8], at: usize, j: usize) -> [[i32; 2]; 5] {
    let at = at + j / 2 * 20;
    let byte = |i: usize| i32::from(data[at + i] as i8);
    let (first, last) = if j.is_multiple_of(2) { ([0, 4], 8) } else { ([12, 16], 9) };
    core::array::from_fn(|t| {
        let start = if t == 4 { last } else { first[t / 2] + t % 2 };
        [byte(start), byte(start + 2)]
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
    /// Always there: the processor's own may lack a kernel.
    pub(crate) fn new<const K: u64>(call: &'a Call, arena: &'a mut [u8], data: &'a [u8]) -> Option<Self> {
        Some(Self { call, arena, data })
    }

    /// Makes one.
    pub(crate) fn make<const K: u64>(&mut self, tile: &Tile) {
        make(self.call, tile, self.arena, self.data);
    }
}

/// The portable body: output by output.
fn make(call: &Call, tile: &Tile, arena: &mut [u8], data: &[u8]) {
    let row_weights = if call.differences.is_some_and(|d| d.five) { call.stride } else { call.planes * 8 };
    let mut out = tile.out;
    for channel in 0..call.channels {
        let scale: Doubled =
            bytemuck::pod_read_unaligned(&data[call.scales + channel * size_of::<Doubled>()..][..size_of::<Doubled>()]);
        let weights = tile.weights + channel * call.stride;
        let six = if call.kernel == Kernel::Kronecker {
            kronecker::six(call, tile, arena, data, channel).map(|sum| sum.wrapping_mul(2).wrapping_add(scale.bias))
        } else {
            [0; 6]
        };
        for i in 0..tile.outputs {
            let doubled = (i * call.pool..(i + 1) * call.pool)
                .map(|i| match call.kernel {
                    Kernel::Kronecker => six[i],
                    _ => accumulate(call, tile.row, arena, data, weights, scale.bias, i),
                })
                .fold(i32::MIN, i32::max);
            let even =
                call.differences.map(|d| more(call, tile.row, arena, data, d.weights + channel * row_weights, i));
            let value = |doubled: i32| match call.store {
                Store::Relu4 | Store::Relu8 => 2 * scale.value_if_positive(doubled).clamp(0, 255) as i16,
                Store::ReluSingle4 | Store::ReluSingle8 => scale.value_if_positive(doubled).clamp(0, 255) as i16,
                Store::FieldsRelu => scale.value_if_positive(doubled).clamp(-128, 127) as i16,
                Store::TableBytes | Store::FieldsTable => {
                    i16::from(data[call.table + (scale.value(doubled).clamp(-128, 127) + 128) as usize])
                }
                Store::Table4 | Store::Table8 => {
                    let entry = call.table + (scale.value(doubled).clamp(-128, 127) + 128) as usize * 2;
                    i16::from_le_bytes([data[entry], data[entry + 1]])
                }
            };
            let mut put = |at: usize, value: i16| match call.store {
                Store::TableBytes => arena[at] = value as u8,
                Store::FieldsRelu | Store::FieldsTable => put_field(arena, at, value as i8),
                _ => arena[at..at + 2].copy_from_slice(&value.to_le_bytes()),
            };
            let at = out + i * call.column;
            put(at, value(doubled));
            if let Some(even) = even {
                put(at - 4, value(doubled.wrapping_add(even)));
            }
        }
        out = out.wrapping_add(call.steps[channel % 2]);
    }
}
