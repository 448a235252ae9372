//! RV32IM: a 32-bit product and its upper half, 31 registers, no flags.
//!
//! # Safety
//! Each wrapper returns early unless everything is there that its procedure goes through, so no procedure touches memory
//! beyond the slices that it is given; the procedures keep all registers that the calling convention wants kept, and call
//! nothing but their own parts. Words are aligned because the slices are of `i32`, weights of two bytes because they start on a
//! multiple of 2.
#![allow(unsafe_code)]

use super::abi::{ChannelLoop, Direct, Pack, Slide};
use crate::arith::MulhRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::swar21::SLIDING_TAPS;
use crate::plan::params::tap_grid::TapGrid;

core::arch::global_asm!(
    include_str!("riscv32_frame.s"),
    include_str!("riscv32_channel_loop.s"),
    include_str!("riscv32_finish.s"),
    include_str!("riscv32_pack.s"),
    include_str!("riscv32_direct.s"),
    include_str!("riscv32_slide.s"),
    options(raw)
);

unsafe extern "C" {
    fn picoae_rv32_channel_loop(frame: *mut Frame);
    fn picoae_rv32_pack_three(p: *const Packing);
    fn picoae_rv32_pack_one(p: *const Packing);
    fn picoae_rv32_direct_bytes(p: *const Windows, sums: *mut [i32; 4]);
    fn picoae_rv32_direct_halves(p: *const Windows, sums: *mut [i32; 4]);
    fn picoae_rv32_slide(p: *const Sliding);
    fn picoae_rv32_slide_pooled(p: *const Sliding);
    fn picoae_rv32_slide_rectified(p: *const Sliding);
    fn picoae_rv32_slide_rectified_pooled(p: *const Sliding);
    // Parts of the channel loop, whose addresses are wanted; nobody calls them.
    fn picoae_rv32_six_bytes();
    fn picoae_rv32_six_halves();
    fn picoae_rv32_three_bytes();
    fn picoae_rv32_three_halves();
    fn picoae_rv32_one_bytes();
    fn picoae_rv32_one_halves();
    fn picoae_rv32_six_more();
    fn picoae_rv32_three_more();
    fn picoae_rv32_one_more();
    fn picoae_rv32_finish();
    fn picoae_rv32_finish_pooled();
    fn picoae_rv32_finish_rectified();
    fn picoae_rv32_finish_rectified_pooled();
    fn picoae_rv32_end();
}

/// A place in the channel loop.
type Part = unsafe extern "C" fn();

/// What The channel loop reads and changes: the numbers are in `riscv32_frame.s`.
#[repr(C)]
struct Frame {
    words: *const i32,
    weights: *const u8,
    group: usize,
    segment: usize,
    sums: *mut i32,
    stride: usize,
    six: usize,
    three: usize,
    one: usize,
    kernels: [Part; 3],
    more: [Part; 3],
    finish: Part,
    channels: usize,
    bias: *const i32,
    record: *const MulhRequant,
    record_step: usize,
    shift: u32,
    pool: usize,
    rows: usize,
    count: usize,
    out: *mut i8,
    out_step: usize,
    out_down: usize,
    table: *const u8,
    outputs: usize,
    own: [usize; 5],
}

const _: () = assert!(size_of::<Frame>() == 136);

/// What packing reads: the order is in `riscv32_pack.s`.
#[repr(C)]
struct Packing {
    positions: [*const i8; 3],
    to: *mut i32,
    step: usize,
    cells: Steps,
}

/// What the kernel for single channels reads: the order is in `riscv32_direct.s`.
#[repr(C)]
struct Windows {
    positions: [*const i8; 4],
    weights: *const u8,
    cells: Steps,
}

/// What the kernel with activations in registers reads: the order is in `riscv32_slide.s`.
#[repr(C)]
struct Sliding {
    source: *const i8,
    step: usize,
    weights: *const u8,
    end: *const u8,
    bias: *const i32,
    out: *mut i8,
    out_step: usize,
    table: *const u8,
    record: *const MulhRequant,
    record_step: usize,
    shift: u32,
}

/// How to walk over the values under a kernel.
#[repr(C)]
struct Steps {
    run: usize,
    cells: usize,
    cell_skip: usize,
    lines: usize,
    line_skip: usize,
}

impl Steps {
    fn new(grid: &TapGrid) -> Self {
        Self {
            run: grid.run,
            cells: grid.cells,
            cell_skip: grid.cell_step.wrapping_sub(grid.run),
            lines: grid.lines,
            line_skip: grid.line_step.wrapping_sub(grid.cells * grid.cell_step),
        }
    }
}

/// See `abi`.
pub(crate) fn pack(p: &mut Pack<'_>) {
    if !p.fits() {
        return;
    }
    let packing = Packing {
        positions: p.positions.map(|at| p.buffer.as_ptr().wrapping_add(at)),
        to: p.to.as_mut_ptr(),
        step: p.step * 4,
        cells: Steps::new(&p.grid),
    };
    let pack = if p.three { picoae_rv32_pack_three } else { picoae_rv32_pack_one };
    // SAFETY: `fits` says that the values under the kernel are there for each position, and that so many words are.
    unsafe { pack(&packing) }
}

/// See `abi`.
pub(crate) fn direct(d: &mut Direct<'_>) {
    if !d.fits() {
        return;
    }
    let windows = Windows {
        positions: d.positions.map(|at| d.buffer.as_ptr().wrapping_add(at)),
        weights: d.weights.as_ptr(),
        cells: Steps::new(&d.grid),
    };
    let make = if d.halves { picoae_rv32_direct_halves } else { picoae_rv32_direct_bytes };
    // SAFETY: `fits` says that the values under the kernel are there for each position, and as many weights.
    unsafe { make(&windows, d.sums) }
}

/// See `abi`.
pub(crate) fn slide<K: KernelSet>(s: &mut Slide<'_>) {
    if !s.fits() {
        return;
    }
    let sliding = Sliding {
        source: s.buffer.as_ptr().wrapping_add(s.source),
        step: s.step,
        weights: s.weights.as_ptr(),
        end: s.weights.as_ptr().wrapping_add(s.bias.len() * SLIDING_TAPS),
        bias: s.bias.as_ptr(),
        out: s.out.as_mut_ptr().wrapping_add(s.at),
        out_step: s.out_step,
        table: s.table.as_ptr(),
        record: s.mulh.as_ptr(),
        record_step: if s.mulh.len() > 1 { size_of::<MulhRequant>() } else { 0 },
        shift: s.shift,
    };
    let make = match (s.rectified, s.pooled) {
        (false, false) if K::SWAR21_SLIDING => picoae_rv32_slide,
        (false, true) if K::SWAR21_SLIDING_POOL2 => picoae_rv32_slide_pooled,
        (true, false) if K::SWAR21_SLIDING_RELU => picoae_rv32_slide_rectified,
        (true, true) if K::SWAR21_SLIDING_POOL2_RELU => picoae_rv32_slide_rectified_pooled,
        _ => return,
    };
    // SAFETY: `fits` says that ten values are there, five weights a channel, and the outputs. The table's index is at most 255.
    unsafe { make(&sliding) }
}

/// See `abi`.
pub(crate) fn channel_loop<K: KernelSet>(s: &mut ChannelLoop<'_>) {
    let kernels: [Part; 3] = if K::SWAR21_HALVES && s.halves {
        [picoae_rv32_six_halves, picoae_rv32_three_halves, picoae_rv32_one_halves]
    } else if K::SWAR21_BYTES && !s.halves {
        [picoae_rv32_six_bytes, picoae_rv32_three_bytes, picoae_rv32_one_bytes]
    } else {
        [picoae_rv32_end; 3]
    };
    let more: [Part; 3] = if K::SWAR21_SEGMENTS {
        [picoae_rv32_six_more, picoae_rv32_three_more, picoae_rv32_one_more]
    } else {
        [picoae_rv32_end; 3]
    };
    let two = s.pool == 2;
    let finish: Part = match (s.finish, s.rectified) {
        (true, true) if K::SWAR21_MULH_RELU && two => picoae_rv32_finish_rectified_pooled,
        (true, true) if K::SWAR21_MULH_RELU => picoae_rv32_finish_rectified,
        (true, false) if K::SWAR21_MULH && two => picoae_rv32_finish_pooled,
        (true, false) if K::SWAR21_MULH => picoae_rv32_finish,
        _ => picoae_rv32_end,
    };
    if !s.fits() {
        return;
    }
    let mut frame = Frame {
        words: s.words.as_ptr(),
        weights: s.weights.as_ptr(),
        group: s.group_bytes(),
        segment: (s.segment.min(s.taps) * 4) << u32::from(s.halves),
        sums: s.sums.as_mut_ptr(),
        stride: s.stride * 4,
        six: s.blocks.six,
        three: s.blocks.three,
        one: s.blocks.one,
        kernels,
        more,
        finish,
        channels: s.bias.len(),
        bias: s.bias.as_ptr(),
        record: s.mulh.as_ptr(),
        record_step: if s.mulh.len() > 1 { size_of::<MulhRequant>() } else { 0 },
        shift: s.shift,
        pool: if s.pool > 2 { s.pool } else { 0 },
        rows: s.rows,
        count: s.outputs * if two { 8 } else { 4 },
        out: s.out.as_mut_ptr().wrapping_add(s.at),
        out_step: s.out_step,
        out_down: s.out_down,
        table: s.table.as_ptr(),
        outputs: s.rows * s.outputs * 4,
        own: [0; 5],
    };
    // SAFETY: `fits` is what the channel loop needs: as many words as the blocks have for so many taps, as many weights as groups of
    // channels have, a multiple of a segment's or the end; sums of a group's channels; outputs whose indices are those
    // checked. The table's index is at most 255.
    unsafe { picoae_rv32_channel_loop(&mut frame) }
}
