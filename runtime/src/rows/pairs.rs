//! Layouts of channel pairs: int16 without their zero point, doubled or not, two channels side by side in a word.

use super::fill::fill;
use crate::plan::LineBuffer;
use crate::plan::row_layout::RowLayout;

/// Bytes from the row's first value to its value `i`, in the order `[x][channel]`.
#[inline]
pub(super) fn offset(layout: &RowLayout, i: usize) -> usize {
    if layout.channels == 1 {
        return i * layout.column;
    }
    let x = i.checked_div(layout.channels).unwrap_or(0);
    let c = i - x * layout.channels;
    x * layout.column + c / 2 * layout.plane + c % 2 * 2
}

#[inline]
pub(super) fn put(layout: &RowLayout, arena: &mut [u8], at: usize, value: i8) {
    let scaled = (layout.factor * (i32::from(value) - layout.zero)) as i16;
    if let Some(to) = arena.get_mut(at..at + 2) {
        to.copy_from_slice(&scaled.to_ne_bytes());
    }
}

#[inline]
pub(super) fn get(layout: &RowLayout, arena: &[u8], at: usize) -> i8 {
    let Some(&[low, high]) = arena.get(at..at + 2) else { return 0 };
    let scaled = i32::from(i16::from_ne_bytes([low, high]));
    let value = if layout.factor == 1 { scaled } else { scaled / 2 };
    (value + layout.zero) as i8
}

/// Makes the row at `at` of a signal one of padding.
pub(super) fn pad_signal(buffer: &LineBuffer, arena: &mut [u8], mut at: usize) {
    for _ in 0..buffer.planes() {
        fill(arena.get_mut(at..at + buffer.pitch as usize).unwrap_or_default(), 0);
        at += buffer.plane as usize;
    }
}
