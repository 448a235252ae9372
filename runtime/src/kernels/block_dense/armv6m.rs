//! The body for ARMv6-M: calls `armv6m.s`. Outputs are made in batches, whose values are widened a chunk at a time.
#![allow(unsafe_code)]

use super::abi::Line;
use crate::arith::{Scale, SplitMultiplier};
use crate::kernel_set::KernelSet;
use crate::plan::params::block_dense::{GROUP, SCALE_BYTES, Store, group_bytes};

core::arch::global_asm!(include_str!("armv6m.s"), options(raw));

unsafe extern "C" {
    fn picoae_m0_block_dense_widen(values: *const u8, end: *const u8, to: *mut [i32; 4]);
    fn picoae_m0_block_dense_sums(frame: *const Frame);
    fn picoae_m0_block_dense_bytes(frame: *const StoreFrame);
    fn picoae_m0_block_dense_table_bytes(frame: *const StoreFrame);
}

/// Outputs of a batch: a multiple of a group's.
const BATCH: usize = 8 * GROUP;

/// Words of values that are widened at a time.
const CHUNK: usize = 16;

/// What the products start with.
#[repr(C)]
struct Frame {
    values: *const [i32; 4],
    end: *const [i32; 4],
    weights: *const u8,
    stride: usize,
    sums: *mut i32,
    groups: usize,
    advance: usize,
    rest: usize,
    first: u32,
}

/// What the requantization starts with.
#[repr(C)]
struct StoreFrame {
    sums: *const i32,
    end: *const i32,
    out: *mut u8,
    out_step: usize,
    table: *const u8,
    digits: [i32; 4],
    rounding: i32,
    shift: u32,
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (mut widened, mut sums) = ([[0_i32; 4]; CHUNK], [0_i32; BATCH]);
    let mut batch = Line { outputs: 0, ..*line };
    let mut left = line.outputs;
    while left > 0 {
        batch.outputs = left.min(BATCH);
        let mut from = 0;
        while from < line.words {
            let words = CHUNK.min(line.words - from);
            add_products(&batch, [from, words], arena, data, &mut widened, &mut sums);
            from += words;
        }
        store::<K>(&batch, arena, data, &sums);
        batch.groups += group_bytes(batch.outputs, 4 * line.words);
        batch.out += batch.outputs * line.out_step;
        batch.scale += batch.outputs * line.scale_step;
        left -= batch.outputs;
    }
}

/// Adds to the sums of a batch of outputs what the values of `words` words from `from` on give; with the first ones come the biases.
fn add_products(
    batch: &Line,
    [from, words]: [usize; 2],
    arena: &[u8],
    data: &[u8],
    widened: &mut [[i32; 4]; CHUNK],
    sums: &mut [i32; BATCH],
) {
    let (groups, rest) = (batch.outputs / GROUP, batch.outputs % GROUP);
    // A group's bytes, and one of its outputs' bytes in front of the words.
    let (whole, before) = (group_bytes(GROUP, 4 * batch.words), 4 * (1 + from));
    let values = widened.as_mut_ptr();
    let start = data.as_ptr().wrapping_add(batch.groups);
    let mut frame = Frame {
        values,
        end: values.wrapping_add(words),
        weights: start.wrapping_add(GROUP * before),
        stride: 4 * GROUP,
        sums: sums.as_mut_ptr(),
        groups,
        advance: whole.wrapping_sub(8),
        rest: 0,
        first: u32::from(from == 0),
    };
    let x = arena.as_ptr().wrapping_add(batch.x + 4 * from);
    // SAFETY: `words` words of values, at least one and at most `CHUNK`, lie from `x` on, which is a multiple of 4, and are widened
    // to as many places; for each output of the batch, at most `BATCH`, a bias and `batch.words` words of weights lie from `start` on
    // in groups of four and a rest, of which those from `from` on are read, and a sum in `sums`. `Line::fits`, which the caller
    // asked, says so of the line that the batch is of. Frames have the layout that the code reads, which keeps the registers that
    // the calling convention asks to be kept.
    unsafe {
        picoae_m0_block_dense_widen(x, x.wrapping_add(4 * words), values);
        if groups > 0 {
            picoae_m0_block_dense_sums(&frame);
        }
        if rest > 0 {
            frame.weights = start.wrapping_add(groups * whole + rest * before);
            frame.stride = 4 * rest;
            frame.sums = frame.sums.wrapping_add(groups * GROUP);
            (frame.groups, frame.rest) = (0, rest);
            picoae_m0_block_dense_sums(&frame);
        }
    }
}

/// Requantizes and stores a batch: all at once where they have one scale.
fn store<K: KernelSet>(batch: &Line, arena: &mut [u8], data: &[u8], sums: &[i32; BATCH]) {
    let count = if batch.scale_step == 0 { batch.outputs } else { 1 };
    let (mut at, mut scale, mut out) = (0, batch.scale, batch.out);
    while at < batch.outputs {
        let words =
            data.get(scale..scale + SCALE_BYTES).and_then(|bytes| bytemuck::try_cast_slice::<_, i32>(bytes).ok());
        let Some(&[multiplier, rounding, shift]) = words else { return };
        let sums = sums.as_ptr().wrapping_add(at);
        let frame = StoreFrame {
            sums,
            end: sums.wrapping_add(count),
            out: arena.as_mut_ptr().wrapping_add(out),
            out_step: batch.out_step,
            table: data.as_ptr().wrapping_add(batch.table + 128),
            digits: SplitMultiplier::new(Scale { multiplier, shift: -1 }).digits,
            rounding,
            shift: shift as u32,
        };
        // SAFETY: `count` sums, at least one, are in `sums`, and as many outputs lie `out_step` bytes apart in the arena, which is
        // borrowed mutably; the table's 256 entries lie around `table` where the store has one. `Line::fits`, which the caller asked,
        // says so of the line that the batch is of. The frame has the layout that the code reads, which keeps the registers that
        // the calling convention asks to be kept.
        unsafe {
            match batch.store {
                Store::Bytes if K::BLOCK_DENSE_BYTES => picoae_m0_block_dense_bytes(&frame),
                Store::TableBytes if K::BLOCK_DENSE_TABLE_BYTES => picoae_m0_block_dense_table_bytes(&frame),
                _ => {}
            }
        }
        (at, scale, out) = (at + count, scale + batch.scale_step, out + batch.out_step);
    }
}
