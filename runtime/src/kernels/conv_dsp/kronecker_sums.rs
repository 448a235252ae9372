//! The sums of `conv_kronecker`, portable: four products of a 64-bit multiplication, taken apart field by field.

use super::abi::{Call, Tile};
use crate::plan::line_buffer::PACKED_BITS;

fn word(bytes: &[u8], at: usize) -> i32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => i32::from_ne_bytes([a, b, c, d]),
        _ => 0,
    }
}

fn put(bytes: &mut [u8], at: usize, word: i32) {
    if let Some(to) = bytes.get_mut(at..at + 4) {
        to.copy_from_slice(&word.to_ne_bytes());
    }
}

/// The six outputs of channel `channel`, less the bias; puts what it keeps in the place of what was kept. Where nothing was
/// kept yet, the first four are the outputs.
pub(super) fn six(call: &Call, tile: &Tile, arena: &mut [u8], data: &[u8], channel: usize) -> [i32; 6] {
    let start =
        (1_i64 << (PACKED_BITS - 1)) - (1 << 19) + (1 << (2 * PACKED_BITS - 1)) + (1_i64 << (19 + 2 * PACKED_BITS));
    let (mut sums, weights) = ([start; 3], tile.weights + channel * call.stride);
    for c in 0..call.planes {
        let x: [i64; 4] = core::array::from_fn(|i| i64::from(word(arena, tile.row + c * call.plane + 4 * i)));
        let [outer, inner] = [0, 4].map(|i| i64::from(word(data, weights + c * 8 + i)));
        for (i, sum) in sums.iter_mut().enumerate() {
            // One behind the other, as the processor does it: each product is exact.
            *sum = sum.wrapping_add(x[i + 1].wrapping_mul(outer)).wrapping_add(x[i].wrapping_mul(inner));
        }
    }
    let mask = (1 << PACKED_BITS) - 1;
    let [a, b, c] = sums.map(|sum| {
        let sum = sum as u64;
        [sum & mask, sum >> PACKED_BITS & mask, sum >> (2 * PACKED_BITS)].map(|field| field as i32)
    });
    let at = call.carry + channel * 8;
    let kept = if tile.is_first { [0; 2] } else { [word(arena, at), word(arena, at + 4)] };
    put(arena, at, c[1]);
    put(arena, at + 4, c[2]);
    let six = [kept[0], kept[1].wrapping_add(a[0]), a[1], a[2] + b[0], b[1], b[2] + c[0]];
    if tile.is_first { [six[2], six[3], six[4], six[5], 0, 0] } else { six }
}
