//! Line buffers: the values of rows in their layouts, a layout a file, and what is done to whole rows. A program whose kernels `K`
//! read bytes only has code for bytes only.
//!
//! Every access is checked; one that does not fit is left out. For a checked plan all of them fit.

mod bytes;
mod fill;
mod moves;
mod packed_rows;
mod pairs;

use crate::kernel_set::{KernelSet, reads_packed_rows, reads_pairs};
use crate::plan::LineBuffer;
use crate::plan::row_layout::RowLayout;
pub(crate) use fill::fill;
#[cfg(not(picoae_dsp))]
pub(crate) use packed_rows::put as put_packed;

/// Whether rows of bytes become another layout at `layout`.
#[inline(always)]
pub(crate) fn converts<K: KernelSet>(layout: &RowLayout) -> bool {
    (reads_pairs::<K>() || reads_packed_rows::<K>()) && !layout.is_bytes()
}

/// Bytes from the row's first value to its value `i`, in the order `[x][channel]`.
#[inline]
fn offset<K: KernelSet>(layout: &RowLayout, i: usize) -> usize {
    if reads_packed_rows::<K>() && layout.packed {
        packed_rows::offset(layout, i)
    } else if reads_pairs::<K>() && layout.pairs {
        pairs::offset(layout, i)
    } else {
        i
    }
}

/// Writes value `i` of the row that starts at `row`.
#[inline]
pub(crate) fn put<K: KernelSet>(layout: &RowLayout, arena: &mut [u8], row: usize, i: usize, value: i8) {
    let at = row + offset::<K>(layout, i);
    if reads_pairs::<K>() && layout.pairs {
        pairs::put(layout, arena, at, value);
    } else if reads_packed_rows::<K>() && layout.packed {
        packed_rows::put(arena, at, value);
    } else {
        bytes::put(arena, at, value);
    }
}

/// Reads value `i` of the row that starts at `row`.
#[inline]
pub(crate) fn get<K: KernelSet>(layout: &RowLayout, arena: &[u8], row: usize, i: usize) -> i8 {
    let at = row + offset::<K>(layout, i);
    if reads_pairs::<K>() && layout.pairs {
        pairs::get(layout, arena, at)
    } else if reads_packed_rows::<K>() && layout.packed {
        packed_rows::get(arena, at)
    } else {
        bytes::get(arena, at)
    }
}

/// Writes a row whose values lie as bytes at `from` in the arena.
pub(crate) fn put_row<K: KernelSet>(layout: &RowLayout, arena: &mut [u8], row: usize, from: usize) {
    for i in 0..layout.len {
        let value = bytes::get(arena, from + i);
        put::<K>(layout, arena, row, i, value);
    }
}

/// [`LineBuffer::left`] in a program with the kernels `K`.
pub(crate) fn left<K: KernelSet>(buffer: &LineBuffer) -> usize {
    if reads_pairs::<K>() || reads_packed_rows::<K>() { buffer.left() } else { buffer.left_of_bytes() }
}

/// [`LineBuffer::lead`] in a program with the kernels `K`.
pub(crate) fn lead<K: KernelSet>(buffer: &LineBuffer) -> usize {
    if reads_packed_rows::<K>() { buffer.lead() } else { 0 }
}

/// [`LineBuffer::padding`] in a program with the kernels `K`.
fn padding<K: KernelSet>(buffer: &LineBuffer) -> u32 {
    if reads_pairs::<K>() || reads_packed_rows::<K>() { buffer.padding() } else { buffer.padding_of_bytes() }
}

/// The bytes of a buffer.
#[inline]
fn of<'a>(buffer: &LineBuffer, arena: &'a mut [u8]) -> &'a mut [u8] {
    let start = buffer.offset as usize;
    arena.get_mut(start..start + buffer.bytes()).unwrap_or_default()
}

/// Fills the whole buffer with padding.
pub(crate) fn clear<K: KernelSet>(buffer: &LineBuffer, arena: &mut [u8]) {
    fill(of(buffer, arena), padding::<K>(buffer));
}

/// Makes the row whose first value (without padding) lies at `at` one of padding.
pub(crate) fn pad<K: KernelSet>(buffer: &LineBuffer, arena: &mut [u8], at: usize) {
    if reads_packed_rows::<K>() && buffer.is_packed() {
        packed_rows::pad(buffer, arena, at);
    } else if reads_pairs::<K>() && buffer.is_signal() {
        pairs::pad_signal(buffer, arena, at);
    } else {
        let start = at - left::<K>(buffer);
        fill(arena.get_mut(start..start + buffer.pitch as usize).unwrap_or_default(), padding::<K>(buffer));
    }
}

/// Moves `keep` rows from row `drop` of the buffer on to its start.
pub(crate) fn shift<K: KernelSet>(buffer: &LineBuffer, arena: &mut [u8], drop: usize, keep: usize) {
    let own = of(buffer, arena);
    if reads_packed_rows::<K>() && buffer.is_packed() {
        // Two rows a word.
        moves::planes(own, buffer.plane as usize, drop / 2, keep.div_ceil(2));
    } else if reads_pairs::<K>() && buffer.is_signal() {
        moves::planes(own, buffer.plane as usize, drop, keep);
    } else {
        bytes::shift(own, drop * buffer.pitch as usize, keep * buffer.pitch as usize);
    }
}
