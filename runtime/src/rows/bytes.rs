//! Layout `Bytes`: int8, channels innermost.

use super::moves;

#[inline]
pub(super) fn put(arena: &mut [u8], at: usize, value: i8) {
    if let Some(to) = arena.get_mut(at) {
        *to = value as u8;
    }
}

#[inline]
pub(super) fn get(arena: &[u8], at: usize) -> i8 {
    arena.get(at).map_or(0, |value| *value as i8)
}

/// Moves `count` bytes of whole rows from byte `from` on to the start.
pub(super) fn shift(own: &mut [u8], from: usize, count: usize) {
    if from.is_multiple_of(4) {
        if let Ok(words) = bytemuck::try_cast_slice_mut(own) {
            moves::down(words, from / 4, count.div_ceil(4));
        }
    } else if let Ok(halves) = bytemuck::try_cast_slice_mut::<_, u16>(own) {
        // Rows of two bytes, an odd number of them.
        for i in 0..count / 2 {
            let Some(half) = halves.get(i + from / 2).copied() else { return };
            if let Some(to) = halves.get_mut(i) {
                *to = half;
            }
        }
    }
}
