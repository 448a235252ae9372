//! The body in the instructions of the DSP extension: calls `armv7em.s`.
#![allow(unsafe_code)]

use super::abi::Line;
use crate::kernel_set::KernelSet;
use crate::plan::params::block_dense::Store;

unsafe extern "C" {
    fn picoae_block_dense_bytes(frame: *const Frame);
    fn picoae_block_dense_table_bytes(frame: *const Frame);
}

/// What the kernel starts with.
#[repr(C)]
struct Frame {
    x: u32,
    /// One behind the last word of values.
    end: u32,
    scale: u32,
    out: u32,
    scale_step: u32,
    out_step: u32,
    /// The entry for the value 0.
    table: u32,
    groups: u32,
    outputs: u32,
}

/// Makes a line.
pub(super) fn make<K: KernelSet>(line: &Line, arena: &mut [u8], data: &[u8]) {
    let (memory, constants) = (arena.as_mut_ptr() as u32, data.as_ptr() as u32);
    let x = memory + line.x as u32;
    let frame = Frame {
        x,
        end: x + 4 * line.words as u32,
        scale: constants + line.scale as u32,
        out: memory + line.out as u32,
        scale_step: line.scale_step as u32,
        out_step: line.out_step as u32,
        table: constants + line.table as u32 + 128,
        groups: constants + line.groups as u32,
        outputs: line.outputs as u32,
    };
    // SAFETY: `frame` has the layout that the kernel reads, and the kernel keeps the registers that the calling convention
    // asks to be kept. It reads the words of values, at least one, for each of `outputs` outputs, at least one, a bias, as many
    // words of weights and a scale, and writes a byte, by a table of 256 entries around `table` where the store has one.
    // `Line::fits`, which the caller asked, says that all of these lie inside the arena, which is borrowed mutably, and the data.
    unsafe {
        match line.store {
            Store::Bytes if K::BLOCK_DENSE_BYTES => picoae_block_dense_bytes(&frame),
            Store::TableBytes if K::BLOCK_DENSE_TABLE_BYTES => picoae_block_dense_table_bytes(&frame),
            _ => {}
        }
    }
}
