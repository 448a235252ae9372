//! The body in the instructions of the DSP extension: calls `armv7em.s`.
#![allow(unsafe_code)]

use super::abi::Line;
use crate::kernel_set::KernelSet;
use crate::plan::params::depthwise_dsp::{MAX_TAPS, Store};

unsafe extern "C" {
    fn picoae_depthwise_bytes(frame: *const Frame);
    fn picoae_depthwise_table_bytes(frame: *const Frame);
    fn picoae_depthwise_table_pairs(frame: *const Frame);
}

/// Bytes of code of a tap.
const TAP_CODE: usize = 32;

/// What the kernel starts with.
#[repr(C)]
struct Frame {
    group: u32,
    x_step: u32,
    out_step: u32,
    apart: [u32; 3],
    /// The entry for the value 0.
    table: u32,
    x: u32,
    out: u32,
    outputs: u32,
    /// Bytes of code of the taps that there are not.
    skip: u32,
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (memory, constants) = (arena.as_mut_ptr() as u32, data.as_ptr() as u32);
    let entries = if line.store == Store::TablePairs { 256 } else { 128 };
    let frame = Frame {
        group: constants + line.group as u32,
        x_step: line.x_step as u32,
        out_step: line.out_step as u32,
        apart: line.apart.map(|bytes| bytes as u32),
        table: constants + line.table as u32 + entries,
        x: memory + line.x as u32,
        out: memory + line.out as u32,
        outputs: line.outputs as u32,
        skip: MAX_TAPS.wrapping_sub(line.taps).wrapping_mul(TAP_CODE) as u32,
    };
    // SAFETY: `frame` has the layout that the kernel reads, and the kernel keeps the registers that the calling convention
    // asks to be kept. For each of `outputs` outputs, at least one, it reads `taps` words (1 to 9), each at the offset that
    // stands with the tap, and the group's constants, and writes a value of the store's size in each of four channels, by a
    // table of 256 entries around `table` where the store has one. The checks of `plan::params::depthwise_dsp` put all of
    // these inside the arena, which is borrowed mutably, and the data.
    unsafe {
        match line.store {
            Store::Bytes if K::DEPTHWISE_BYTES => picoae_depthwise_bytes(&frame),
            Store::TableBytes if K::DEPTHWISE_TABLE_BYTES => picoae_depthwise_table_bytes(&frame),
            Store::TablePairs if K::DEPTHWISE_TABLE_PAIRS => picoae_depthwise_table_pairs(&frame),
            _ => {}
        }
    }
}
