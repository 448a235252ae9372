//! Layout `PackedRows22`: two successive rows of a channel in the fields of a word.

use crate::plan::LineBuffer;
use crate::plan::line_buffer::{pack22, unpack22};
use crate::plan::row_layout::RowLayout;

/// Bytes from the row's first value to that of channel `i`.
#[inline]
pub(super) fn offset(layout: &RowLayout, i: usize) -> usize {
    i * layout.plane
}

/// The word that byte `at` is of.
fn word_at(arena: &[u8], at: usize) -> u32 {
    let at = at & !3;
    match arena.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_ne_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Puts `value` into the field that half a word at byte `at` stands for.
pub(crate) fn put(arena: &mut [u8], at: usize, value: i8) {
    let [low, high] = unpack22(word_at(arena, at));
    let value = i32::from(value);
    let word = if at & 2 == 0 { pack22(value, high) } else { pack22(low, value) };
    let at = at & !3;
    if let Some(to) = arena.get_mut(at..at + 4) {
        to.copy_from_slice(&word.to_ne_bytes());
    }
}

#[inline]
pub(super) fn get(arena: &[u8], at: usize) -> i8 {
    let [low, high] = unpack22(word_at(arena, at));
    (if at & 2 == 0 { low } else { high }) as i8
}

/// Makes the row at `at` one of padding.
pub(super) fn pad(buffer: &LineBuffer, arena: &mut [u8], at: usize) {
    for channel in 0..buffer.planes() {
        put(arena, at + channel * buffer.plane as usize, buffer.pad_value);
    }
}
